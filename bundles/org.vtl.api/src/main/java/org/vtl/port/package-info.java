/** Where frames enter and leave: what a driver implements. */
@Export
@Version("1.1.0")
package org.vtl.port;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
