/** Relays: connections in which VTL speaks TCP itself, to both ends or to one and into a socket. */
@Export
@Version("1.0.0")
package org.vtl.tcp;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
