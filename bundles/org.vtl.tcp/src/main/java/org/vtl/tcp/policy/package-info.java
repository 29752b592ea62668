/** What a service relays and what it must not: rules by connection, and what forbids it. */
@Export
@Version("1.1.0")
package org.vtl.tcp.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
