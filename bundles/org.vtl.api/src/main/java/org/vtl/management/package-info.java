/**
 * What a bundle lets be managed over the network: routes from parameters and JSON to JSON, without
 * a word of HTTP's own. The web bundle serves them, checks roles and bounds, and describes them.
 */
@Export
@Version("1.1.0")
package org.vtl.management;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
