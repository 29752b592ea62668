package org.vtl.tcp.internal.relay;

import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.endpoint.Adoption;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * From two ends that speak to each other to endpoints that speak to each of them. It watches the
 * handshake, or takes what the model knows of a live connection; then what is on its way passes on
 * until it is acknowledged, while new data is kept. One relay's.
 *
 * <p>Numbers are those of the packets at this place of the pipeline, which services nearer to an
 * end may have translated; of a live connection they are the model's.
 */
final class Handover {
  private static final int ECN = TcpHeader.ECE | TcpHeader.CWR;

  private final Passage vm = new Passage();
  private final Passage network = new Passage();
  private Direction opener;
  private boolean answered;
  private boolean live;
  private long askedNanos;
  private long answeredNanos;

  /** Round-trip times to each end that the handshake showed, or -1. */
  private long roundTripToOpener;

  private long roundTripToOther;

  /** Begins with a handshake. */
  void begin(Direction opener) {
    this.opener = opener;
    live = false;
    vm.clear();
    network.clear();
    answered = false;
    askedNanos = -1;
    answeredNanos = -1;
    roundTripToOpener = -1;
    roundTripToOther = -1;
  }

  /** Begins with a connection that lives. */
  void begin(Connection connection) {
    begin(connection.opener());
    live = true;
    answered = true;
    vm.begin(connection.vm(), connection.network());
    network.begin(connection.network(), connection.vm());
    vm.mark();
    network.mark();
  }

  private Passage of(Direction sender) {
    return sender == Direction.OUTBOUND ? vm : network;
  }

  /** Whether the SYN of both ends was seen. */
  boolean isComplete() {
    return answered && vm.isKnown() && network.isKnown();
  }

  /**
   * Takes a SYN, of either end.
   *
   * @return false if it is none that two ends who shake hands send
   */
  boolean shake(Packet packet, long now) {
    TcpHeader syn = packet.tcp();
    boolean first = packet.direction() == opener;
    if (live || packet.payloadLength() > 0 || first == syn.isAck()) {
      return false; // data in a SYN, a simultaneous open: rare, and the ends manage alone
    }
    Passage end = of(packet.direction());
    boolean again = end.isKnown();
    end.begin(syn, first ? ECN : TcpHeader.ECE);
    if (first) {
      askedNanos = again ? -1 : now; // Karn: which of two is answered cannot be told
      answered = false;
    } else {
      of(opener).acknowledge(syn.acknowledgmentNumber());
      answered = true;
      roundTripToOther = askedNanos < 0 ? -1 : now - askedNanos;
      answeredNanos = again ? -1 : now;
    }
    return true;
  }

  /** The handshake is complete with the segment at hand. */
  void mark(long now) {
    roundTripToOpener = answeredNanos < 0 ? -1 : now - answeredNanos;
    vm.mark();
    network.mark();
  }

  private boolean scales() {
    return live || vm.windowScale >= 0 && network.windowScale >= 0;
  }

  private int scale(Passage end) {
    return scales() ? Math.max(0, end.windowScale) : 0;
  }

  /** Reads what a segment acknowledges; whether the other end has not heard that yet. */
  boolean acknowledge(Packet packet) {
    TcpHeader tcp = packet.tcp();
    Passage sender = of(packet.direction());
    Passage receiver = of(packet.direction().reverse());
    if (live && (packet.isIpv6() ? packet.ipv6().ecn() : packet.ipv4().ecn()) != 0) {
      sender.ecn = true; // only who has agreed on it sends so (RFC 3168 section 5)
      receiver.ecn = true;
    }
    int before = receiver.acknowledged;
    int edge = sender.edge;
    sender.follow(tcp, scale(sender));
    receiver.acknowledge(tcp.acknowledgmentNumber());
    return receiver.acknowledged != before || sender.edge != edge || tcp.sackBlocks() > 0;
  }

  /** Whether all that passed was acknowledged, so that endpoints can take over. */
  boolean isOver() {
    return vm.isOver() && network.isOver();
  }

  /**
   * Keeps what is new in {@code packet}, and leaves in it what is to pass.
   *
   * @param news whether its acknowledgment is to pass in any case
   * @return false if nothing of it is to pass
   */
  boolean divide(Packet packet, ByteStream stream, boolean news) {
    Passage sender = of(packet.direction());
    TcpHeader tcp = packet.tcp();
    int behind = tcp.endSequence() - sender.boundary;
    if (behind <= 0) {
      return true;
    }
    sender.keep(packet, stream);
    int before = Math.max(0, sender.boundary - tcp.sequenceNumber());
    // A bare acknowledgment answers what was sent again, as the first one was lost behind us.
    boolean bare = tcp.segmentLength() == 0;
    if (before == 0 && !news && !bare) {
      return false;
    }
    if (before == 0) {
      tcp.setSequenceNumber(sender.boundary);
    }
    tcp.setFlags(tcp.flags() & ~(TcpHeader.FIN | TcpHeader.PSH));
    packet.truncatePayload(Math.min(before, packet.payloadLength()));
    return true;
  }

  /**
   * What the endpoint that speaks to {@code end}'s sender begins with.
   *
   * @param most bytes of a segment that the options allow; 0 for no limit
   */
  void fill(Adoption adoption, Direction end, int most, boolean version6) {
    Passage heard = of(end);
    Passage spoken = of(end.reverse());
    int absent = version6 ? 1_220 : 536;
    int size = heard.segmentSize > 0 ? heard.segmentSize : absent;
    adoption.sendUnacknowledged = spoken.boundary;
    adoption.sendNext = spoken.boundary;
    adoption.sendWindow = Math.max(0, heard.edge - spoken.boundary);
    adoption.receiveNext = heard.kept;
    adoption.receiveEdge = spoken.edge;
    adoption.owesAcknowledgment = heard.kept != heard.boundary;
    adoption.sendShift = scale(heard);
    adoption.receiveShift = scale(spoken);
    adoption.segmentSize = most == 0 ? size : Math.min(size, most);
    adoption.sack = heard.sackPermitted && spoken.sackPermitted;
    adoption.timestamps = heard.timestamps && spoken.timestamps;
    adoption.recentTimestamp = heard.timestamp;
    adoption.lastTimestamp = spoken.timestamp;
    adoption.ecn = heard.ecn && spoken.ecn;
    adoption.roundTripNanos = end == opener ? roundTripToOpener : roundTripToOther;
  }

  /** Bytes that both ends' maximum segment sizes allow. */
  int smallestSegment(boolean version6) {
    int absent = version6 ? 1_220 : 536;
    int one = vm.segmentSize > 0 ? vm.segmentSize : absent;
    int other = network.segmentSize > 0 ? network.segmentSize : absent;
    return Math.min(one, other);
  }
}
