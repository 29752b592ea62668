package org.vtl.service.firewall.internal.spoof;

/**
 * An address that a VM may send from, for a person to read.
 *
 * @param text the MAC address, IP address or prefix
 * @param origin how it is known
 * @param lastUseNanos when it was last used, of the workers' clock, to a minute; 0 where unknown
 */
public record AddressEntry(String text, Origin origin, long lastUseNanos) {}
