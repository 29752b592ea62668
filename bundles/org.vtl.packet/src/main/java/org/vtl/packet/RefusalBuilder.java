package org.vtl.packet;

/**
 * Writes what the sender of a refused packet is told, in the name of its receiver: a TCP reset, an
 * ICMP or ICMPv6 error that quotes it, or the answer to an echo request. VLAN tags stay.
 *
 * <pre>{@code
 * if (RefusalBuilder.mayBeAnswered(packet) && RefusalBuilder.isIntact(packet)) {
 *   builder.unreachable(packet, answer, 3);
 * }
 * }</pre>
 *
 * <p>Whether one may be told at all is asked first: silent where the standards ask for it (RFC 1122
 * section 3.2.2, RFC 1812 section 4.3.2.7, RFC 4443 section 2.4(e), RFC 9293 section 3.10.7.1). How
 * often is the caller's to limit (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4(f)). The refused
 * packet stays as it is but for its checksums, which {@link #isIntact} brings up to date; the
 * answer is finished, parsed, and of the other direction. Allocates nothing. Used by one thread.
 */
public final class RefusalBuilder {
  private static final int HOPS = 64;

  /** An ICMP error has at most so many bytes (RFC 1812 section 4.3.2.3). */
  private static final int MAX_LENGTH_V4 = 576;

  /** And an ICMPv6 error as many as any link carries (RFC 4443 section 2.4(c)). */
  private static final int MAX_LENGTH_V6 = 1_280;

  /** Precedence "internetwork control" (RFC 1812 section 4.3.2.5). */
  private static final int CONTROL = 0xc0;

  private static final int PROTOCOL_UNREACHABLE = 2;
  private static final int V6_UNRECOGNIZED_NEXT_HEADER = 1;

  private final PacketBuilder builder = new PacketBuilder();

  // ---- who is answered -------------------------------------------------------------------------

  /**
   * Whether the sender of {@code packet} may be told that it is refused: not about ICMP errors and
   * redirects, later fragments, multicast and broadcast, malformed packets, nor packets that are
   * not IP or come from no single sender.
   */
  public static boolean mayBeAnswered(Packet packet) {
    return packet.isIp()
        && !packet.ethernet().isMulticast()
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
                || packet.icmp().type() == NdpMessage.REDIRECT));
  }

  /** Whether {@code packet} is a TCP segment that a reset may answer. */
  public static boolean mayBeReset(Packet packet) {
    return packet.isTcp() && !packet.tcp().isRst() && mayBeAnswered(packet);
  }

  /** Whether {@code packet} is an echo request that {@link #echo} can answer. */
  public static boolean isEchoRequest(Packet packet) {
    return mayBeAnswered(packet)
        && !packet.isFragment()
        && (packet.isIcmp() && packet.icmp().type() == IcmpHeader.ECHO_REQUEST
            || packet.isIcmpv6() && packet.icmp().type() == IcmpHeader.V6_ECHO_REQUEST);
  }

  /**
   * Whether the packet's checksum is right: of a damaged one nobody knows who sent it. Folds in
   * what was changed in it.
   */
  public static boolean isIntact(Packet packet) {
    packet.seal(true);
    return packet.isTransportChecksumRight();
  }

  // ---- answers ---------------------------------------------------------------------------------

  /** Makes {@code answer} the reset for {@code refused}, a segment (RFC 9293 section 3.10.7.1). */
  public void reset(Packet refused, Packet answer) {
    begin(refused, answer);
    if (refused.isIpv4()) {
      Ipv4Header from = refused.ipv4();
      builder.ipv4(from.destination(), from.source(), HOPS, 0, true);
    } else {
      ipv6(refused);
    }
    TcpHeader segment = refused.tcp();
    boolean acknowledges = segment.isAck();
    builder.tcp(
        segment.destinationPort(),
        segment.sourcePort(),
        acknowledges ? segment.acknowledgmentNumber() : 0,
        acknowledges ? 0 : segment.endSequence(),
        acknowledges ? TcpHeader.RST : TcpHeader.RST | TcpHeader.ACK,
        0);
    finish(refused, answer);
  }

  /**
   * Makes {@code answer} the "destination unreachable" for {@code refused}, with {@code code} of
   * ICMP (RFC 1812 section 5.2.7.1) or ICMPv6 (RFC 4443 section 3.1).
   */
  public void unreachable(Packet refused, Packet answer, int code) {
    int type =
        refused.isIpv4()
            ? IcmpHeader.DESTINATION_UNREACHABLE
            : IcmpHeader.V6_DESTINATION_UNREACHABLE;
    error(refused, answer, type, code, 0);
  }

  /**
   * Makes {@code answer} say that the receiver of {@code refused} does not speak its protocol:
   * "protocol unreachable" (RFC 1122 section 3.2.2.1), or "unrecognized next header" with the place
   * where it is named (RFC 4443 section 3.4).
   */
  public void unknownProtocol(Packet refused, Packet answer) {
    if (refused.isIpv4()) {
      unreachable(refused, answer, PROTOCOL_UNREACHABLE);
      return;
    }
    int place = refused.ipv6().protocolOffset() - refused.networkOffset();
    error(refused, answer, IcmpHeader.V6_PARAMETER_PROBLEM, V6_UNRECOGNIZED_NEXT_HEADER, place);
  }

  /**
   * Makes {@code answer} the echo reply to {@code request} (RFC 1122 section 3.2.2.6, RFC 4443
   * section 4.2): identifier, number and data come back; IP options do not.
   */
  public void echo(Packet request, Packet answer) {
    begin(request, answer);
    int type;
    if (request.isIpv4()) {
      Ipv4Header from = request.ipv4();
      builder.ipv4(from.destination(), from.source(), HOPS, 0, true);
      type = IcmpHeader.ECHO_REPLY;
    } else {
      ipv6(request);
      type = IcmpHeader.V6_ECHO_REPLY;
    }
    int rest = request.icmp().identifier() << 16 | request.icmp().sequenceNumber();
    builder.icmp(type, 0, rest);
    long data = (long) request.start() + request.payloadOffset();
    builder.payload(request.memory(), data, request.payloadLength());
    finish(request, answer);
  }

  private void error(Packet refused, Packet answer, int type, int code, int rest) {
    begin(refused, answer);
    int most;
    if (refused.isIpv4()) {
      Ipv4Header from = refused.ipv4();
      builder.ipv4(from.destination(), from.source(), HOPS, 0, true).trafficClass(CONTROL);
      most = MAX_LENGTH_V4 - Ipv4Header.MIN_LENGTH - IcmpHeader.LENGTH;
    } else {
      ipv6(refused);
      most = MAX_LENGTH_V6 - Ipv6Header.LENGTH - IcmpHeader.LENGTH;
    }
    builder.icmp(type, code, rest);
    int network = refused.networkOffset();
    int quoted = Math.min(most, refused.datagramEnd() - network);
    builder.payload(refused.memory(), (long) refused.start() + network, quoted);
    finish(refused, answer);
  }

  private void begin(Packet refused, Packet answer) {
    EthernetHeader from = refused.ethernet();
    builder.into(answer).ethernet(from.source(), from.destination()).tagsOf(refused);
  }

  private void ipv6(Packet refused) {
    Ipv6Header from = refused.ipv6();
    builder.ipv6(
        from.destinationHigh(), from.destinationLow(), from.sourceHigh(), from.sourceLow(), HOPS);
  }

  private void finish(Packet refused, Packet answer) {
    builder.finish();
    answer.setDirection(refused.direction().reverse());
  }
}
