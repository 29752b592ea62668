package org.vtl.core.internal.connection;

import org.vtl.packet.Direction;
import org.vtl.packet.Packet;

/**
 * Follows both ends of a TCP connection from between them. Pure: no clock, no I/O, no memory of its
 * own; all state is in the connection. See the methods for the RFC clauses.
 */
final class TcpTracker {
  /** What the tracker made of a segment. */
  enum Finding {
    /** It fits the model, which now includes it. */
    VALID,
    /** It does not; the model is unchanged. */
    INVALID,
    /** It opens a new connection between the same ports (RFC 9293 section 3.6.1). */
    REOPENS
  }

  private TcpTracker() {}

  /** Takes the first segment of {@code connection}, which is clear but for its addresses. */
  static Finding open(TrackedConnection connection, Packet packet, Direction direction, long now) {
    return observe(connection, packet, direction, now);
  }

  /** Takes a segment that one end sent: the observed view. */
  static Finding observe(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    return Finding.VALID;
  }

  /** Takes a segment that is really sent on, or that VTL sent itself: the delivered view. */
  static void commit(TrackedConnection connection, Packet packet, Direction direction) {}

  /** How long {@code connection} may be silent in the state it is in. */
  static Timeout timeout(TrackedConnection connection) {
    return Timeout.TCP_ESTABLISHED;
  }
}
