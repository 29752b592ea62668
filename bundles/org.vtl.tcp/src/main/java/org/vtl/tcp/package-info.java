/** Relays: connections that VTL ends on both sides, or on one side and in a socket. */
@Export
@Version("1.0.0")
package org.vtl.tcp;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
