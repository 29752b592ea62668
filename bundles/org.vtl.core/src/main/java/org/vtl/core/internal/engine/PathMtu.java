package org.vtl.core.internal.engine;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Checksum;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Ipv4Header;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.Packet;
import org.vtl.packet.Parser;
import org.vtl.packet.Protocol;
import org.vtl.packet.UdpHeader;

/**
 * Tells senders that their packets are longer than the MTU of the port they were to leave by, as a
 * router does: ICMP "fragmentation needed" (RFC 1191), ICMPv6 "packet too big" (RFC 4443 section
 * 3.2). The answer enters the chain at the side the packet was to leave by, and passes every
 * service like a packet that arrived there. VTL has no address of its own: the answer's source is
 * the packet's destination.
 *
 * <p>At most 50 answers at once and 1,000 a second per worker, since a sender chooses how often it
 * asks for one (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4(f)). The worker's.
 */
final class PathMtu {
  private static final long INTERVAL_NANOS = 1_000_000;
  private static final long BURST = 50;

  private static final int IPV6_MIN_MTU = 1_280;
  private static final int HOPS = 64;

  /** An ICMP error has at most so many bytes (RFC 1812 section 4.3.2.3). */
  private static final int MAX_LENGTH_V4 = 576;

  /** And an ICMPv6 error as many as any link carries (RFC 4443 section 2.4(c)). */
  private static final int MAX_LENGTH_V6 = IPV6_MIN_MTU;

  private static final int FRAGMENTATION_NEEDED = 4;

  /** Precedence "internetwork control" (RFC 1812 section 4.3.2.5). */
  private static final int CONTROL = 0xc0;

  private static final int V6_REDIRECT = 137;

  private final Lane lane;

  /** When all allowance that has been used will have come back. */
  private long usedUntil;

  PathMtu(Lane lane) {
    this.lane = lane;
    usedUntil = lane.now();
  }

  /**
   * Answers the sender of {@code packet}, unless none may be sent about it. The packet stays the
   * caller's; pending changes are folded in.
   *
   * @param longest bytes of the longest IP packet that it is or is to be cut into
   * @param mtu of the port it was to leave by
   */
  void answer(Packet packet, int longest, int mtu) {
    boolean six = packet.isIpv6();
    // A sender may not go below 1,280, nor heed who asks it to (RFC 8201 section 4).
    int told = six ? Math.max(mtu, IPV6_MIN_MTU) : mtu;
    if (longest <= told || !mayBeTold(packet) || !isAllowed()) {
      return;
    }
    Packet answer = lane.packets().acquire();
    if (answer == null) {
      return;
    }
    packet.seal(true);
    int link = packet.networkOffset();
    int quoted = six ? MAX_LENGTH_V6 - 48 : MAX_LENGTH_V4 - 28;
    quoted = Math.min(quoted, packet.length() - link);
    MemorySegment from = packet.memory();
    MemorySegment to = answer.memory();
    int start = Packet.HEADROOM;
    MemorySegment.copy(from, packet.start(), to, start, link); // with the VLAN tags
    Bytes.setU48(to, start, packet.ethernet().source());
    Bytes.setU48(to, start + 6L, packet.ethernet().destination());
    int network = start + link;
    int icmp = network + (six ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH);
    int quote = icmp + IcmpHeader.LENGTH;
    MemorySegment.copy(from, (long) packet.start() + link, to, quote, quoted);
    if (six) {
      ipv6(packet, to, network, IcmpHeader.LENGTH + quoted);
      Bytes.setU32(to, icmp, IcmpHeader.V6_PACKET_TOO_BIG << 24);
    } else {
      ipv4(packet, to, network, Ipv4Header.MIN_LENGTH + IcmpHeader.LENGTH + quoted);
      Bytes.setU32(to, icmp, IcmpHeader.DESTINATION_UNREACHABLE << 24 | FRAGMENTATION_NEEDED << 16);
    }
    Bytes.setU32(to, icmp + 4L, told);
    if (packet.segmentSize() > 0) {
      quoteSegment(packet, longest, to, quote);
    }
    answer.frame(start, quote + quoted - start);
    answer.setDirection(packet.direction().reverse());
    answer.setArrivalNanos(lane.now());
    Parser.parse(answer);
    answer.setChecksumState(ChecksumState.ABSENT);
    answer.seal(false);
    lane.statistics().mtuAnswers++;
    lane.injection().arriveFromEdge((PacketState) answer.attachment());
  }

  private static void ipv4(Packet packet, MemorySegment to, int network, int length) {
    Bytes.setU32(to, network, 0x4500_0000 | CONTROL << 16 | length);
    Bytes.setU32(to, network + 4L, 0x4000); // never fragmented, so its identification is void
    Bytes.setU32(to, network + 8L, HOPS << 24 | Protocol.ICMP << 16);
    Bytes.setU32(to, network + 12L, packet.ipv4().destination());
    Bytes.setU32(to, network + 16L, packet.ipv4().source());
    sumHeader(to, network, Ipv4Header.MIN_LENGTH);
  }

  private static void ipv6(Packet packet, MemorySegment to, int network, int length) {
    Bytes.setU32(to, network, 0x6000_0000);
    Bytes.setU32(to, network + 4L, length << 16 | Protocol.ICMPV6 << 8 | HOPS);
    Bytes.setU64(to, network + 8L, packet.ipv6().destinationHigh());
    Bytes.setU64(to, network + 16L, packet.ipv6().destinationLow());
    Bytes.setU64(to, network + 24L, packet.ipv6().sourceHigh());
    Bytes.setU64(to, network + 32L, packet.ipv6().sourceLow());
  }

  private static void sumHeader(MemorySegment to, int network, int length) {
    Bytes.setU16(to, network + 10L, 0);
    Bytes.setU16(to, network + 10L, Checksum.finish(Checksum.sum(to, network, length)));
  }

  /** Makes the quote that of the first segment: the sender's network never saw the whole packet. */
  private static void quoteSegment(Packet packet, int longest, MemorySegment to, int quote) {
    if (packet.isIpv4()) {
      Bytes.setU16(to, quote + 2L, longest);
      sumHeader(to, quote, packet.ipv4().headerLength());
    } else {
      Bytes.setU16(to, quote + 4L, longest - Ipv6Header.LENGTH);
    }
    if (packet.isUdp()) {
      int transport = quote + packet.transportOffset() - packet.networkOffset();
      Bytes.setU16(to, transport + 4L, UdpHeader.LENGTH + packet.segmentSize());
    }
  }

  // ---- who is told -----------------------------------------------------------------------------

  /** RFC 1122 section 3.2.2, RFC 1812 section 4.3.2.7, RFC 4443 section 2.4(e). */
  private static boolean mayBeTold(Packet packet) {
    if ((packet.ethernet().destination() >>> 40 & 1) != 0) {
      return false;
    }
    return packet.isIpv6() ? mayBeToldV6(packet) : mayBeToldV4(packet);
  }

  private static boolean mayBeToldV4(Packet packet) {
    int source = packet.ipv4().source() >>> 24;
    int destination = packet.ipv4().destination() >>> 24;
    return source != 0
        && source != 127
        && source < 224
        && destination < 224
        && !packet.isLaterFragment()
        && !(packet.isIcmp() && packet.icmp().isError());
  }

  private static boolean mayBeToldV6(Packet packet) {
    long high = packet.ipv6().sourceHigh();
    long low = packet.ipv6().sourceLow();
    boolean oneSender = high >>> 56 != 0xff && (high != 0 || low >>> 1 != 0);
    // A multicast group may be told by RFC 4443, but no answer can come from its address.
    return oneSender
        && packet.ipv6().destinationHigh() >>> 56 != 0xff
        && !(packet.isIcmpv6()
            && (packet.icmp().type() < IcmpHeader.V6_ECHO_REQUEST
                || packet.icmp().type() == V6_REDIRECT));
  }

  private boolean isAllowed() {
    long now = lane.now();
    long from = Math.max(usedUntil, now);
    if (from - now > (BURST - 1) * INTERVAL_NANOS) {
      return false;
    }
    usedUntil = from + INTERVAL_NANOS;
    return true;
  }
}
