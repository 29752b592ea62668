package org.vtl.core.internal.connection;

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
    if (!sender.known && !receiver.known) {
      forget(connection, receiver);
      receiver.state = TcpState.LISTEN;
      begin(connection, sender, packet, now);
      sender.state = TcpState.SYN_SENT;
      return Finding.VALID;
    }
    if (connection.isClosed()) {
      return Finding.REOPENS;
    }
    if (sender.known && tcp.sequenceNumber() == sender.initialSequence) {
      if (sender.state == TcpState.SYN_SENT && !receiver.known) {
        learnOptions(connection, sender, tcp); // a repeated SYN may offer less, or more
        sender.next = Seq.max(sender.next, tcp.endSequence());
      }
      return Finding.VALID;
    }
    if (connection.midstream && !connection.established) {
      return Finding.REOPENS; // what was picked up was a stray
    }
    if (!sender.known && receiver.state == TcpState.SYN_SENT) {
      // Simultaneous open (RFC 9293 section 3.5, figure 7).
      begin(connection, sender, packet, now);
      negotiate(sender, receiver);
      sender.state = TcpState.SYN_SENT;
      receiver.state = TcpState.SYN_RECEIVED;
      return Finding.VALID;
    }
    if (sender.state == TcpState.SYN_SENT && !receiver.known) {
      return Finding.REOPENS; // it gave up the attempt that nobody answered
    }
    boolean waitedOut = sender.state == TcpState.TIME_WAIT && receiver.state == TcpState.CLOSED;
    if (waitedOut || (receiver.state == TcpState.TIME_WAIT && isNewer(sender, tcp))) {
      return Finding.REOPENS;
    }
    // RFC 5961 section 4.2: the receiver answers with a challenge ACK and changes nothing. If it
    // has lost the connection it answers with a SYN-ACK, which then tells us so.
    sender.retried = true;
    sender.retrySequence = tcp.sequenceNumber();
    sender.retryEnd = tcp.endSequence();
    return Finding.VALID;
  }

  /** Whether a SYN may take the place of a connection in TIME-WAIT (RFC 6191 section 2). */
  private static boolean isNewer(EndpointState sender, TcpHeader tcp) {
    boolean higher = Seq.atOrAfter(tcp.sequenceNumber(), sender.next);
    if (!tcp.hasTimestamps()) {
      return higher;
    }
    int difference = tcp.timestampValue() - sender.timestampValue;
    return !sender.timestamps || difference > 0 || (difference == 0 && higher);
  }

  /** A SYN-ACK. */
  private static Finding answer(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    int acknowledgment =
        SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber());
    boolean unconfirmed = connection.midstream && !connection.established && !connection.isClosed();
    if ((!sender.known && !receiver.known) || (unconfirmed && receiver.unseen)) {
      MidstreamPickup.pickUpAnswer(connection, packet, direction, now);
      return Finding.VALID;
    }
    if (receiver.retried
        && Seq.after(acknowledgment, receiver.retrySequence)
        && Seq.atOrBefore(acknowledgment, receiver.retryEnd)) {
      return Finding.REOPENS;
    }
    // RFC 9293 section 3.10.7.3: ISS < SEG.ACK =< SND.NXT; all else is of another connection.
    if (!receiver.known
        || Seq.atOrBefore(acknowledgment, receiver.initialSequence)
        || Seq.after(acknowledgment, receiver.next)) {
      return Finding.INVALID;
    }
    if (connection.isClosed()) {
      return Finding.VALID; // it crossed the RST
    }
    if (!sender.known) {
      return accept(connection, packet, direction, acknowledgment, now);
    }
    if (tcp.sequenceNumber() != sender.initialSequence) {
      // A server that keeps no state (SYN cookies) may answer a repeated SYN with another number;
      // until the client says which one it took, the last is the best guess.
      return sender.state == TcpState.SYN_RECEIVED && !sender.acknowledged
          ? accept(connection, packet, direction, acknowledgment, now)
          : Finding.INVALID;
    }
    if (!connection.established) {
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
    sender.state = TcpState.SYN_RECEIVED;
    receiver.state = TcpState.ESTABLISHED;
    negotiate(sender, receiver);
    SegmentEffect.acknowledge(receiver, acknowledgment);
    SegmentEffect.offerWindow(sender, receiver, packet.tcp(), acknowledgment);
    return Finding.VALID;
  }

  /** A repeated SYN-ACK, or the one that follows a SYN in a simultaneous or split open. */
  private static void answerSimultaneous(
      TrackedConnection connection,
      EndpointState sender,
      EndpointState receiver,
      TcpHeader tcp,
      int acknowledgment) {
    if (sender.state == TcpState.SYN_SENT) {
      sender.state = TcpState.SYN_RECEIVED;
    }
    if (receiver.state == TcpState.SYN_SENT) {
      receiver.state = TcpState.ESTABLISHED;
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
      asking.resetExpected = true;
      asking.resetSequence = acknowledgment;
    }
    return Finding.VALID; // else the first half of a split handshake: its SYN is to follow
  }

  /** Starts {@code end} with its SYN. */
  static void begin(TrackedConnection connection, EndpointState end, Packet packet, long now) {
    TcpHeader tcp = packet.tcp();
    int sequence = tcp.sequenceNumber();
    forget(connection, end);
    end.known = true;
    end.initialSequence = sequence;
    end.next = tcp.endSequence();
    end.unacknowledged = sequence;
    end.delivered = sequence;
    end.deliveredAcknowledgment = sequence;
    end.window = tcp.window();
    end.windowSequence = sequence;
    end.maximumWindow = tcp.window();
    learnOptions(connection, end, tcp);
    if (tcp.hasTimestamps()) {
      end.timestampValue = tcp.timestampValue();
      end.timestampNanos = now;
      end.recentKnown = true;
      end.recentTimestamp = end.timestampValue;
      end.recentNanos = now;
    }
  }

  /** Forgets all of TCP that is known of {@code end}. */
  static void forget(TrackedConnection connection, EndpointState end) {
    end.clearTcp();
    // RFC 9293 section 3.7.1.
    end.maximumSegmentSize = connection.ipv6 ? 1_220 : 536;
  }

  private static void learnOptions(TrackedConnection connection, EndpointState end, TcpHeader tcp) {
    int size = tcp.maximumSegmentSize();
    if (size > 0) {
      end.maximumSegmentSize = size;
    }
    end.offeredScale = Math.max(end.offeredScale, tcp.windowScale());
    end.offeredSack |= tcp.sackPermitted();
    end.offeredTimestamps |= tcp.hasTimestamps();
  }

  /**
   * Each option holds if both SYNs carried it (RFC 7323 sections 2.2 and 3.2, RFC 2018 section 2);
   * and each end may send into the other's unscaled window.
   */
  static void negotiate(EndpointState one, EndpointState other) {
    boolean scaled = one.offeredScale >= 0 && other.offeredScale >= 0;
    one.windowScale = scaled ? one.offeredScale : 0;
    other.windowScale = scaled ? other.offeredScale : 0;
    one.scaleUnknown = false;
    other.scaleUnknown = false;
    one.sackPermitted = one.offeredSack && other.offeredSack;
    other.sackPermitted = one.sackPermitted;
    one.timestamps = one.offeredTimestamps && other.offeredTimestamps;
    other.timestamps = one.timestamps;
    offerFirstWindow(one, other);
    offerFirstWindow(other, one);
  }

  private static void offerFirstWindow(EndpointState from, EndpointState to) {
    if (!to.windowOffered && from.known) {
      to.windowOffered = true;
      to.windowEdge = to.initialSequence + 1 + from.window;
    }
  }
}
