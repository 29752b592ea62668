package org.vtl.itests.firewall;

import org.vtl.packet.Direction;

/**
 * A packet of a trace.
 *
 * @param datagram an IP datagram or a fragment of one, its IPv4 identification and its IPv6 flow
 *     label left for {@link Mark}
 * @param number which datagram of its trace it is, or is a fragment of; from 0
 */
record TracePacket(Direction direction, byte[] datagram, int number) {}
