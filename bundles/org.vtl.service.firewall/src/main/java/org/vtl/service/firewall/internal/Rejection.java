package org.vtl.service.firewall.internal;

import org.vtl.connection.Connection;
import org.vtl.metrics.Counter;
import org.vtl.packet.Bytes;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Ipv4Header;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.TcpHeader;
import org.vtl.service.Injector;

/**
 * Answers the sender of a packet that is refused, in the name of its receiver: a TCP reset, or an
 * ICMP or ICMPv6 "destination unreachable" that quotes it. VTL has no address of its own; the
 * kernel's bridge answers likewise.
 *
 * <p>Silent where the standards ask for it (RFC 1122 section 3.2.2, RFC 1812 section 4.3.2.7, RFC
 * 4443 section 2.4(e), RFC 9293 section 3.10.7.1): about resets, ICMP errors and redirects, later
 * fragments, multicast and broadcast, packets from no single sender, and damaged ones; and beyond
 * the link's rate, since a sender chooses how often it asks (RFC 1812 section 4.3.2.8, RFC 4443
 * section 2.4(f)). Allocates nothing. Used by one worker.
 */
final class Rejection {
  private static final int HOPS = 64;

  /** An ICMP error has at most so many bytes (RFC 1812 section 4.3.2.3). */
  private static final int MAX_LENGTH_V4 = 576;

  /** And an ICMPv6 error as many as any link carries (RFC 4443 section 2.4(c)). */
  private static final int MAX_LENGTH_V6 = 1_280;

  /** Precedence "internetwork control" (RFC 1812 section 4.3.2.5). */
  private static final int CONTROL = 0xc0;

  private static final int V6_REDIRECT = 137;

  /** What is counted of rejections. */
  record Counters(Counter resets, Counter unreachables, Counter limited) {}

  private final Injector injector;
  private final RateBudget budget;
  private final Counters counters;
  private final PacketBuilder builder = new PacketBuilder();

  /** Rejects by {@code injector} as often as {@code budget} allows. */
  Rejection(Injector injector, RateBudget budget, Counters counters) {
    this.injector = injector;
    this.budget = budget;
    this.counters = counters;
  }

  /**
   * Resets the sender of {@code packet}, a TCP segment (RFC 9293 section 3.10.7.1). The packet
   * stays the caller's; changes pending in it are folded in.
   *
   * @param connection whose model is to follow the reset, or the link's untracked one
   */
  void reset(Packet packet, Connection connection) {
    if (!packet.isTcp() || packet.tcp().isRst() || !mayBeAnswered(packet)) {
      return;
    }
    Packet answer = begin(packet, connection);
    if (answer == null) {
      return;
    }
    if (packet.isIpv4()) {
      Ipv4Header from = packet.ipv4();
      builder.ipv4(from.destination(), from.source(), HOPS, 0, true);
    } else {
      ipv6(packet);
    }
    TcpHeader segment = packet.tcp();
    boolean acknowledges = segment.isAck();
    builder.tcp(
        segment.destinationPort(),
        segment.sourcePort(),
        acknowledges ? segment.acknowledgmentNumber() : 0,
        acknowledges ? 0 : segment.endSequence(),
        acknowledges ? TcpHeader.RST : TcpHeader.RST | TcpHeader.ACK,
        0);
    send(answer, packet, connection);
    counters.resets().increment();
  }

  /**
   * Tells the sender of {@code packet}, an IP packet, that its destination is unreachable, with
   * {@code code} of ICMP (RFC 1812 section 5.2.7.1) or ICMPv6 (RFC 4443 section 3.1). The packet
   * stays the caller's; changes pending in it are folded in.
   *
   * @param connection to whose chain the answer belongs, or the link's untracked one
   */
  void unreachable(Packet packet, Connection connection, int code) {
    if (!packet.isIp() || !mayBeAnswered(packet)) {
      return;
    }
    Packet answer = begin(packet, connection);
    if (answer == null) {
      return;
    }
    int most;
    if (packet.isIpv4()) {
      Ipv4Header from = packet.ipv4();
      builder.ipv4(from.destination(), from.source(), HOPS, 0, true).trafficClass(CONTROL);
      builder.icmp(IcmpHeader.DESTINATION_UNREACHABLE, code, 0);
      most = MAX_LENGTH_V4 - Ipv4Header.MIN_LENGTH - IcmpHeader.LENGTH;
    } else {
      ipv6(packet);
      builder.icmp(IcmpHeader.V6_DESTINATION_UNREACHABLE, code, 0);
      most = MAX_LENGTH_V6 - Ipv6Header.LENGTH - IcmpHeader.LENGTH;
    }
    int network = packet.networkOffset();
    int quoted = Math.min(most, packet.datagramEnd() - network);
    builder.payload(packet.memory(), (long) packet.start() + network, quoted);
    send(answer, packet, connection);
    counters.unreachables().increment();
  }

  /** A packet with the link header of an answer, or null when none may or can be sent. */
  private Packet begin(Packet packet, Connection connection) {
    if (!budget.spend(packet.arrivalNanos())) {
      counters.limited().increment();
      return null;
    }
    packet.seal(true);
    if (!packet.isTransportChecksumRight()) {
      return null; // damaged: who knows what its sender sent
    }
    Packet answer = injector.newFrame(connection.link());
    if (answer == null) {
      counters.limited().increment();
      return null;
    }
    builder.into(answer).ethernet(packet.ethernet().source(), packet.ethernet().destination());
    for (int i = 0; i < packet.vlanTags(); i++) {
      builder.vlan(Bytes.u16(packet.memory(), packet.start() + 14L + 4 * i));
    }
    return answer;
  }

  private void ipv6(Packet packet) {
    Ipv6Header from = packet.ipv6();
    builder.ipv6(
        from.destinationHigh(), from.destinationLow(), from.sourceHigh(), from.sourceLow(), HOPS);
  }

  private void send(Packet answer, Packet packet, Connection connection) {
    builder.finish();
    for (int i = 0; i < packet.vlanTags(); i++) {
      // An outer tag may be of another type than the builder's (IEEE 802.1ad).
      long at = 12L + 4 * i;
      int type = Bytes.u16(packet.memory(), packet.start() + at);
      Bytes.setU16(answer.memory(), answer.start() + at, type);
    }
    answer.setDirection(packet.direction().reverse());
    injector.inject(answer, connection);
  }

  // ---- who is answered -------------------------------------------------------------------------

  private static boolean mayBeAnswered(Packet packet) {
    return (packet.ethernet().destination() >>> 40 & 1) == 0
        && !packet.isLaterFragment()
        && packet.malformation() == null
        && (packet.isIpv6() ? mayBeAnsweredV6(packet) : mayBeAnsweredV4(packet));
  }

  private static boolean mayBeAnsweredV4(Packet packet) {
    int source = packet.ipv4().source() >>> 24;
    int destination = packet.ipv4().destination() >>> 24;
    return source != 0
        && source != 127
        && source < 224
        && destination < 224
        && !(packet.isIcmp() && packet.icmp().isError());
  }

  private static boolean mayBeAnsweredV6(Packet packet) {
    long high = packet.ipv6().sourceHigh();
    long low = packet.ipv6().sourceLow();
    boolean oneSender = high >>> 56 != 0xff && (high != 0 || low >>> 1 != 0);
    return oneSender
        && packet.ipv6().destinationHigh() >>> 56 != 0xff
        && !(packet.isIcmpv6()
            && (packet.icmp().type() < IcmpHeader.V6_ECHO_REQUEST
                || packet.icmp().type() == V6_REDIRECT));
  }
}
