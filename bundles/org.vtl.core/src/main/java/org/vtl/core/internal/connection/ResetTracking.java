package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.KNOWN;
import static org.vtl.core.internal.connection.EndpointState.WINDOW_OFFERED;

import org.vtl.connection.TcpState;
import org.vtl.core.internal.connection.TcpTracker.Finding;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/**
 * RST segments, judged by their sequence number alone once the ends are synchronized (RFC 5961
 * section 3.2).
 */
final class ResetTracking {
  private ResetTracking() {}

  static Finding follow(TrackedConnection connection, Packet packet, Direction direction) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    int sequence = tcp.sequenceNumber();
    if (!sender.is(KNOWN) && !receiver.is(KNOWN)) {
      return Finding.INVALID; // there is nothing to reset
    }
    if (connection.isClosed()) {
      return Finding.VALID; // each segment that was on its way may bring another
    }
    if (sender.isExpectedReset(sequence)) {
      return Finding.VALID; // for the half-open other end (RFC 9293 section 3.5.1)
    }
    if (receiver.state() == TcpState.SYN_SENT) {
      // RFC 9293 section 3.10.7.3: it must acknowledge the SYN.
      int acknowledgment =
          SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber());
      if (!tcp.isAck()
          || Seq.atOrBefore(acknowledgment, receiver.initialSequence)
          || Seq.after(acknowledgment, receiver.next)) {
        return Finding.INVALID;
      }
      return close(connection, direction);
    }
    // What the receiver expects next lies between what it has acknowledged and all that was sent:
    // the one if data is still on its way or lost, the other if all has arrived.
    if (sequence == sender.next || sequence == sender.unacknowledged) {
      return close(connection, direction);
    }
    if (Seq.before(sequence, sender.unacknowledged)
        || (sender.is(WINDOW_OFFERED) && Seq.atOrAfter(sequence, sender.windowEdge))
        || !receiver.is(KNOWN)) {
      return Finding.INVALID;
    }
    return Finding.VALID; // the receiver asks back with a challenge ACK; the answer will be exact
  }

  private static Finding close(TrackedConnection connection, Direction direction) {
    connection.vm.become(TcpState.CLOSED);
    connection.network.become(TcpState.CLOSED);
    connection.tell(ConnectionEvent.RESET, direction);
    return Finding.VALID;
  }
}
