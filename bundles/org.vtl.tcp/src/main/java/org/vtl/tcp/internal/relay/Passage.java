package org.vtl.tcp.internal.relay;

import org.vtl.connection.Endpoint;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * What one end has sent past a relay that has not taken over yet. One direction's.
 *
 * <p>{@link #mark} draws the boundary: what is before it passes and is repeated by the end itself;
 * what is behind it is kept here, in order, for an endpoint to send.
 */
final class Passage {
  private static final int ECN = TcpHeader.ECE | TcpHeader.CWR;

  private boolean known;

  /** The number after the last that has passed. */
  private int passed;

  /** The other end's highest acknowledgment. */
  int acknowledged;

  private boolean wasAcknowledged;

  /** The window it last announced, in bytes. */
  private long window;

  /** Where the widest window it announced ends. */
  int edge;

  private boolean edgeKnown;

  int windowScale;
  int segmentSize;
  boolean sackPermitted;
  boolean timestamps;

  /** Its newest timestamp. */
  int timestamp;

  boolean ecn;

  /** Where what passes ends, and what is kept begins. */
  int boundary;

  /** The number after the last that is kept. */
  int kept;

  void clear() {
    known = false;
    wasAcknowledged = false;
    edgeKnown = false;
    window = 0;
    windowScale = -1;
    segmentSize = -1;
    sackPermitted = false;
    timestamps = false;
    timestamp = 0;
    ecn = false;
  }

  boolean isKnown() {
    return known;
  }

  /** Reads the SYN, which is repeated with the same number or begins anew. */
  void begin(TcpHeader syn, int mask) {
    known = true;
    passed = syn.endSequence();
    windowScale = syn.windowScale();
    segmentSize = syn.maximumSegmentSize();
    sackPermitted = syn.sackPermitted();
    timestamps = syn.hasTimestamps();
    timestamp = syn.timestampValue();
    ecn = (syn.flags() & ECN) == mask;
    window = syn.window(); // never scaled in a SYN (RFC 7323 section 2.2)
    edgeKnown = syn.isAck();
    edge = syn.acknowledgmentNumber() + (int) window;
  }

  /** Takes what the model knows of an end of a live connection. */
  void begin(Endpoint end, Endpoint other) {
    known = true;
    passed = end.delivered();
    acknowledged = end.unacknowledged();
    wasAcknowledged = true;
    windowScale = end.windowScale();
    segmentSize = end.maximumSegmentSize();
    sackPermitted = end.sackPermitted();
    timestamps = end.timestamps();
    timestamp = end.timestampValue();
    window = end.windowBytes();
    edge = other.unacknowledged() + (int) window;
    edgeKnown = true;
  }

  /**
   * Reads a segment of this end that is no SYN.
   *
   * @param scale the shift that both ends agreed on for its windows
   */
  void follow(TcpHeader tcp, int scale) {
    window = (long) tcp.window() << scale;
    int right = tcp.acknowledgmentNumber() + (int) window;
    edge = edgeKnown ? Seq.max(edge, right) : right;
    edgeKnown = true;
    if (tcp.hasTimestamps()) {
      timestamp = Seq.max(timestamp, tcp.timestampValue());
    }
  }

  /** It passes on. */
  void pass(Packet packet) {
    passed = Seq.max(passed, packet.tcp().endSequence());
  }

  /** The other end acknowledged what this one sent. */
  void acknowledge(int number) {
    acknowledged = wasAcknowledged ? Seq.max(acknowledged, number) : number;
    wasAcknowledged = true;
  }

  /** From here on its data is kept. */
  void mark() {
    boundary = passed;
    kept = passed;
  }

  /** Whether all that passed has been acknowledged. */
  boolean isOver() {
    return wasAcknowledged && Seq.atOrAfter(acknowledged, boundary);
  }

  /** Keeps what follows the boundary and what is kept already; the rest its end repeats. */
  void keep(Packet packet, ByteStream stream) {
    int sequence = packet.tcp().sequenceNumber();
    int skipped = kept - sequence;
    int count = packet.payloadLength() - skipped;
    if (skipped < 0 || count <= 0) {
      return;
    }
    long at = (long) packet.start() + packet.payloadOffset() + skipped;
    int stored = stream.write(stream.end(), packet.memory(), at, count);
    stream.advance(stream.end() + stored);
    kept += stored;
  }
}
