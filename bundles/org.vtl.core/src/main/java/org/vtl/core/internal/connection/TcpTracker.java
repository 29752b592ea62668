package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.FINISHED;
import static org.vtl.core.internal.connection.EndpointState.KNOWN;
import static org.vtl.core.internal.connection.TrackedConnection.ESTABLISHED;
import static org.vtl.core.internal.connection.TrackedConnection.MIDSTREAM;

import org.vtl.connection.TcpState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/**
 * Follows both ends of a TCP connection from between them. Pure: no clock, no I/O, no memory of its
 * own; all state is in the connection.
 *
 * <p>An end's state (RFC 9293 section 3.3.2) changes with what it sends, and with what passes
 * towards it, as if that arrived; only a SYN makes no guess of the end that has not answered it,
 * which stays in LISTEN. All numbers are those of the end that sends the data they count, however
 * {@link SequenceTranslation}s show them to the other.
 *
 * <p>Where it must err it calls a segment valid: an end throws away what does not fit, but a
 * connection whose legal segments are called invalid dies.
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

  /**
   * Takes the first segment of {@code connection}, which is clear but for its addresses. A SYN
   * opens it; anything else that carries an acknowledgment is a connection picked up midway.
   *
   * @return {@link Finding#INVALID} if no connection can begin, or go on, with this segment
   */
  static Finding open(TrackedConnection connection, Packet packet, Direction direction, long now) {
    return observe(connection, packet, direction, now);
  }

  /** Takes a segment that one end sent: the observed view. */
  static Finding observe(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    int flags = packet.tcp().flags();
    if (!SegmentCheck.flagsMakeSense(flags)) {
      return Finding.INVALID;
    }
    if ((flags & TcpHeader.SYN) != 0) {
      return HandshakeTracking.follow(connection, packet, direction, now);
    }
    if ((flags & TcpHeader.RST) != 0) {
      return ResetTracking.follow(connection, packet, direction);
    }
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    if (!sender.is(KNOWN) && !receiver.is(KNOWN)) {
      MidstreamPickup.pickUp(connection, packet, direction, now);
      return Finding.VALID;
    }
    if (receiver.state() == TcpState.SYN_SENT && !sender.is(KNOWN)) {
      return HandshakeTracking.answerWithoutSyn(connection, packet, direction);
    }
    if (sender.state() == TcpState.SYN_SENT && !receiver.is(KNOWN)) {
      return MidstreamPickup.answerMissed(connection, packet, direction, now);
    }
    if (connection.is(MIDSTREAM) && !connection.is(ESTABLISHED) && !connection.isClosed()) {
      MidstreamPickup.confirm(connection, packet, direction, now);
      return Finding.VALID;
    }
    if (!SegmentCheck.fits(connection, packet, direction)
        || !SegmentCheck.isRecent(connection, packet, direction, now)) {
      return Finding.INVALID;
    }
    SegmentEffect.apply(connection, packet, direction, now);
    return Finding.VALID;
  }

  /**
   * Takes a segment that is really sent on, or that VTL sent itself: the delivered view. What VTL
   * made beyond what the end itself has sent (new data, a FIN or RST, its part of a handshake)
   * counts as sent by that end; an acknowledgment that VTL made opens the window it grants, but
   * leaves {@link EndpointState#unacknowledged}, which is the other end's own word. {@link
   * EndpointState#delivered} is in the numbers the other end knows.
   */
  static void commit(TrackedConnection connection, Packet packet, Direction direction) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    int end = SequenceTranslation.back(connection, direction, tcp.endSequence());
    boolean made =
        !connection.is(ESTABLISHED)
            || Seq.after(end, sender.next)
            || (tcp.isRst() && !connection.isClosed());
    if (made && connection.translations() == null) {
      if (observe(connection, packet, direction, packet.arrivalNanos()) != Finding.VALID) {
        return;
      }
    } else if (made && !sender.is(FINISHED) && Seq.atOrBefore(end, sender.windowEdge)) {
      sender.next = Seq.max(sender.next, end);
    }
    if (Seq.atOrBefore(end, sender.next)) {
      sender.delivered = Seq.max(sender.delivered, tcp.endSequence());
    }
    int acknowledgment = tcp.acknowledgmentNumber();
    if (tcp.isAck() && !tcp.isRst() && Seq.atOrBefore(acknowledgment, receiver.next)) {
      receiver.deliveredAcknowledgment = Seq.max(receiver.deliveredAcknowledgment, acknowledgment);
      if (Seq.atOrAfter(acknowledgment, receiver.unacknowledged)) {
        SegmentEffect.offerWindow(sender, receiver, tcp, acknowledgment);
        StateTransitions.acknowledged(receiver, acknowledgment);
      }
    }
  }

  /** How long {@code connection} may be silent in the state it is in. */
  static Timeout timeout(TrackedConnection connection) {
    EndpointState vm = connection.vm;
    EndpointState network = connection.network;
    if (connection.isClosed() && (vm.is(KNOWN) || network.is(KNOWN))) {
      return Timeout.TCP_CLOSED;
    }
    if (!connection.is(ESTABLISHED)) {
      return connection.is(MIDSTREAM) || connection.isClosed()
          ? Timeout.UNCONFIRMED
          : Timeout.TCP_OPENING;
    }
    if (vm.state() == TcpState.TIME_WAIT || network.state() == TcpState.TIME_WAIT) {
      return Timeout.TCP_TIME_WAIT;
    }
    return vm.is(FINISHED) || network.is(FINISHED) ? Timeout.TCP_CLOSING : Timeout.TCP_ESTABLISHED;
  }
}
