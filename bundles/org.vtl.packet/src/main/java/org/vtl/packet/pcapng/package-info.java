/** Capture files: pcapng written, pcapng and pcap read. */
@Export
@Version("1.0.0")
package org.vtl.packet.pcapng;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
