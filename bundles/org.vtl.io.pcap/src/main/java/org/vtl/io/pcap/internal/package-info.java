/** Packet ports over libpcap and over capture files. */
package org.vtl.io.pcap.internal;
