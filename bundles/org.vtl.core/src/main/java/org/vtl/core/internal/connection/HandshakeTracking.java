package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.ACKNOWLEDGED;
import static org.vtl.core.internal.connection.EndpointState.KNOWN;
import static org.vtl.core.internal.connection.EndpointState.OFFERED_SACK;
import static org.vtl.core.internal.connection.EndpointState.OFFERED_TIMESTAMPS;
import static org.vtl.core.internal.connection.EndpointState.RECENT_KNOWN;
import static org.vtl.core.internal.connection.EndpointState.SACK_PERMITTED;
import static org.vtl.core.internal.connection.EndpointState.SCALE_UNKNOWN;
import static org.vtl.core.internal.connection.EndpointState.TIMESTAMPS;
import static org.vtl.core.internal.connection.EndpointState.UNSEEN;
import static org.vtl.core.internal.connection.EndpointState.WINDOW_OFFERED;
import static org.vtl.core.internal.connection.TrackedConnection.ESTABLISHED;
import static org.vtl.core.internal.connection.TrackedConnection.MIDSTREAM;

import org.vtl.connection.TcpState;
import org.vtl.core.internal.connection.TcpTracker.Finding;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/** SYN segments, and what answers them. */
final class HandshakeTracking {
  private HandshakeTracking() {}

  static Finding follow(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    return packet.tcp().isAck()
        ? answer(connection, packet, direction, now)
        : request(connection, packet, direction, now);
  }

  /** A SYN without ACK. */
  private static Finding request(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    if (!sender.is(KNOWN) && !receiver.is(KNOWN)) {
      forget(connection, receiver);
      receiver.become(TcpState.LISTEN);
      begin(connection, sender, packet, now);
      sender.become(TcpState.SYN_SENT);
      return Finding.VALID;
    }
    if (connection.isClosed()) {
      return Finding.REOPENS;
    }
    if (sender.is(KNOWN) && tcp.sequenceNumber() == sender.initialSequence) {
      if (sender.state() == TcpState.SYN_SENT && !receiver.is(KNOWN)) {
        learnOptions(connection, sender, tcp); // a repeated SYN may offer less, or more
        sender.next = Seq.max(sender.next, tcp.endSequence());
      }
      return Finding.VALID;
    }
    if (connection.is(MIDSTREAM) && !connection.is(ESTABLISHED)) {
      return Finding.REOPENS; // what was picked up was a stray
    }
    if (!sender.is(KNOWN) && receiver.state() == TcpState.SYN_SENT) {
      // Simultaneous open (RFC 9293 section 3.5, figure 7).
      begin(connection, sender, packet, now);
      negotiate(sender, receiver);
      sender.become(TcpState.SYN_SENT);
      receiver.become(TcpState.SYN_RECEIVED);
      return Finding.VALID;
    }
    if (sender.state() == TcpState.SYN_SENT && !receiver.is(KNOWN)) {
      return Finding.REOPENS; // it gave up the attempt that nobody answered
    }
    boolean waitedOut = sender.state() == TcpState.TIME_WAIT && receiver.state() == TcpState.CLOSED;
    if (waitedOut || (receiver.state() == TcpState.TIME_WAIT && isNewer(sender, tcp))) {
      return Finding.REOPENS;
    }
    // RFC 5961 section 4.2: the receiver answers with a challenge ACK and changes nothing. If it
    // has lost the connection it answers with a SYN-ACK, which then tells us so.
    sender.retry(tcp.sequenceNumber(), tcp.endSequence());
    return Finding.VALID;
  }

  /** Whether a SYN may take the place of a connection in TIME-WAIT (RFC 6191 section 2). */
  private static boolean isNewer(EndpointState sender, TcpHeader tcp) {
    boolean higher = Seq.atOrAfter(tcp.sequenceNumber(), sender.next);
    if (!tcp.hasTimestamps()) {
      return higher;
    }
    int difference = tcp.timestampValue() - sender.timestampValue;
    return !sender.is(TIMESTAMPS) || difference > 0 || (difference == 0 && higher);
  }

  /** A SYN-ACK. */
  private static Finding answer(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    int acknowledgment =
        SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber());
    boolean unconfirmed =
        connection.is(MIDSTREAM) && !connection.is(ESTABLISHED) && !connection.isClosed();
    if ((!sender.is(KNOWN) && !receiver.is(KNOWN)) || (unconfirmed && receiver.is(UNSEEN))) {
      MidstreamPickup.pickUpAnswer(connection, packet, direction, now);
      return Finding.VALID;
    }
    if (receiver.isRetryAnsweredBy(acknowledgment)) {
      return Finding.REOPENS;
    }
    // RFC 9293 section 3.10.7.3: ISS < SEG.ACK =< SND.NXT; all else is of another connection.
    if (!receiver.is(KNOWN)
        || Seq.atOrBefore(acknowledgment, receiver.initialSequence)
        || Seq.after(acknowledgment, receiver.next)) {
      return Finding.INVALID;
    }
    if (connection.isClosed()) {
      return Finding.VALID; // it crossed the RST
    }
    if (!sender.is(KNOWN)) {
      return accept(connection, packet, direction, acknowledgment, now);
    }
    if (tcp.sequenceNumber() != sender.initialSequence) {
      // A server that keeps no state (SYN cookies) may answer a repeated SYN with another number;
      // until the client says which one it took, the last is the best guess.
      return sender.state() == TcpState.SYN_RECEIVED && !sender.is(ACKNOWLEDGED)
          ? accept(connection, packet, direction, acknowledgment, now)
          : Finding.INVALID;
    }
    if (!connection.is(ESTABLISHED)) {
      answerSimultaneous(connection, sender, receiver, tcp, acknowledgment);
    }
    return Finding.VALID;
  }

  private static Finding accept(
      TrackedConnection connection,
      Packet packet,
      Direction direction,
      int acknowledgment,
      long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    begin(connection, sender, packet, now);
    sender.become(TcpState.SYN_RECEIVED);
    receiver.become(TcpState.ESTABLISHED);
    negotiate(sender, receiver);
    SegmentEffect.acknowledge(receiver, acknowledgment);
    SegmentEffect.offerWindow(sender, receiver, packet.tcp(), acknowledgment);
    connection.tell(ConnectionEvent.ANSWERED, direction);
    return Finding.VALID;
  }

  /** A repeated SYN-ACK, or the one that follows a SYN in a simultaneous or split open. */
  private static void answerSimultaneous(
      TrackedConnection connection,
      EndpointState sender,
      EndpointState receiver,
      TcpHeader tcp,
      int acknowledgment) {
    if (sender.state() == TcpState.SYN_SENT) {
      sender.become(TcpState.SYN_RECEIVED);
    }
    if (receiver.state() == TcpState.SYN_SENT) {
      receiver.become(TcpState.ESTABLISHED);
    }
    SegmentEffect.acknowledge(receiver, acknowledgment);
    SegmentEffect.offerWindow(sender, receiver, tcp, acknowledgment);
    StateTransitions.acknowledged(receiver, acknowledgment);
    SegmentEffect.establish(connection);
  }

  /** An ACK without SYN from the end that should answer a SYN. */
  static Finding answerWithoutSyn(
      TrackedConnection connection, Packet packet, Direction direction) {
    EndpointState asking = connection.end(direction.reverse());
    int acknowledgment =
        SequenceTranslation.back(
            connection, direction.reverse(), packet.tcp().acknowledgmentNumber());
    if (Seq.atOrBefore(acknowledgment, asking.initialSequence)
        || Seq.after(acknowledgment, asking.next)) {
      // A half-open connection of before: the asking end resets it, then asks again (RFC 9293
      // section 3.5.1, figure 10). Firewalls that drop this ACK leave the client waiting for ever.
      asking.expectReset(acknowledgment);
    }
    return Finding.VALID; // else the first half of a split handshake: its SYN is to follow
  }

  /** Starts {@code end} with its SYN. */
  static void begin(TrackedConnection connection, EndpointState end, Packet packet, long now) {
    TcpHeader tcp = packet.tcp();
    int sequence = tcp.sequenceNumber();
    forget(connection, end);
    end.set(KNOWN);
    end.initialSequence = sequence;
    end.next = tcp.endSequence();
    end.unacknowledged = sequence;
    end.delivered = sequence;
    end.deliveredAcknowledgment = sequence;
    end.window = (char) tcp.window();
    end.windowSequence = sequence;
    end.maximumWindow = tcp.window();
    learnOptions(connection, end, tcp);
    if (tcp.hasTimestamps()) {
      end.timestampValue = tcp.timestampValue();
      end.timestampTime = CoarseTime.of(now);
      end.set(RECENT_KNOWN);
      end.recentTimestamp = end.timestampValue;
      end.recentTime = end.timestampTime;
    }
  }

  /** Forgets all of TCP that is known of {@code end}. */
  static void forget(TrackedConnection connection, EndpointState end) {
    end.clearTcp();
    // RFC 9293 section 3.7.1.
    end.maximumSegmentSize = (char) (connection.isIpv6() ? 1_220 : 536);
  }

  private static void learnOptions(TrackedConnection connection, EndpointState end, TcpHeader tcp) {
    int size = tcp.maximumSegmentSize();
    if (size > 0) {
      end.maximumSegmentSize = (char) size;
    }
    end.offeredScale = (byte) Math.max(end.offeredScale, tcp.windowScale());
    if (tcp.sackPermitted()) {
      end.set(OFFERED_SACK);
    }
    if (tcp.hasTimestamps()) {
      end.set(OFFERED_TIMESTAMPS);
    }
  }

  /**
   * Each option holds if both SYNs carried it (RFC 7323 sections 2.2 and 3.2, RFC 2018 section 2);
   * and each end may send into the other's unscaled window.
   */
  static void negotiate(EndpointState one, EndpointState other) {
    boolean scaled = one.offeredScale >= 0 && other.offeredScale >= 0;
    one.windowScale = scaled ? one.offeredScale : 0;
    other.windowScale = scaled ? other.offeredScale : 0;
    one.set(SCALE_UNKNOWN, false);
    other.set(SCALE_UNKNOWN, false);
    one.set(SACK_PERMITTED, one.is(OFFERED_SACK) && other.is(OFFERED_SACK));
    other.set(SACK_PERMITTED, one.is(SACK_PERMITTED));
    one.set(TIMESTAMPS, one.is(OFFERED_TIMESTAMPS) && other.is(OFFERED_TIMESTAMPS));
    other.set(TIMESTAMPS, one.is(TIMESTAMPS));
    offerFirstWindow(one, other);
    offerFirstWindow(other, one);
  }

  private static void offerFirstWindow(EndpointState from, EndpointState to) {
    if (!to.is(WINDOW_OFFERED) && from.is(KNOWN)) {
      to.set(WINDOW_OFFERED);
      to.windowEdge = to.initialSequence + 1 + from.window;
    }
  }
}
