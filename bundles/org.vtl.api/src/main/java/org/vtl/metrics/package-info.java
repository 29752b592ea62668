/** What is counted. */
@Export
@Version("1.0.0")
package org.vtl.metrics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
