/** The command by which a service shows the relays that it opened, and those that it did not. */
@Export
@Version("1.1.0")
package org.vtl.tcp.command;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
