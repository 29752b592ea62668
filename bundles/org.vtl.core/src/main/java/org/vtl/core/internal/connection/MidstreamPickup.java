package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.FINISHED;
import static org.vtl.core.internal.connection.EndpointState.KNOWN;
import static org.vtl.core.internal.connection.EndpointState.OFFERED_SACK;
import static org.vtl.core.internal.connection.EndpointState.OFFERED_TIMESTAMPS;
import static org.vtl.core.internal.connection.EndpointState.SACK_PERMITTED;
import static org.vtl.core.internal.connection.EndpointState.SCALE_UNKNOWN;
import static org.vtl.core.internal.connection.EndpointState.UNSEEN;
import static org.vtl.core.internal.connection.TrackedConnection.MIDSTREAM;

import org.vtl.connection.TcpState;
import org.vtl.core.internal.connection.TcpTracker.Finding;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/**
 * Connections whose handshake was not seen. Window scales are not known, so each window counts as
 * large as it may be; numbers that the other end acknowledges though they were not seen are
 * believed. Until both ends have spoken, a segment that contradicts the model replaces it: one
 * stray packet must not shut out the connection that is really there.
 */
final class MidstreamPickup {
  /** How far two segments of one connection can be apart: the largest window there is. */
  private static final int LARGEST_WINDOW = 1 << 30;

  private MidstreamPickup() {}

  /** Takes a segment with ACK, neither SYN nor RST, of a connection nothing is known of. */
  static void pickUp(TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    connection.set(MIDSTREAM);
    begin(connection, sender, tcp.sequenceNumber());
    begin(
        connection,
        receiver,
        SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber()));
    SegmentEffect.apply(connection, packet, direction, now);
    if (tcp.sackBlocks() > 0) {
      sender.set(SACK_PERMITTED); // only a SYN that permitted them brings them
      receiver.set(SACK_PERMITTED);
    }
  }

  /** Takes a SYN-ACK whose SYN was not seen; it tells what the SYN must have offered. */
  static void pickUpAnswer(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    int acknowledgment =
        SequenceTranslation.back(
            connection, direction.reverse(), packet.tcp().acknowledgmentNumber());
    connection.set(MIDSTREAM);
    begin(connection, receiver, acknowledgment - 1);
    receiver.set(OFFERED_SACK);
    receiver.set(OFFERED_TIMESTAMPS);
    receiver.offeredScale = 0;
    HandshakeTracking.begin(connection, sender, packet, now);
    HandshakeTracking.negotiate(sender, receiver);
    receiver.set(SCALE_UNKNOWN, sender.offeredScale >= 0);
    sender.become(TcpState.SYN_RECEIVED);
    SegmentEffect.acknowledge(receiver, acknowledgment);
    SegmentEffect.offerWindow(sender, receiver, packet.tcp(), acknowledgment);
  }

  /** A segment after its own SYN, of an end whose SYN was not answered here: we missed that. */
  static Finding answerMissed(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    int sequence = tcp.sequenceNumber();
    if (Seq.atOrBefore(sequence, sender.initialSequence)
        || Seq.after(sequence, sender.next)
        || !SegmentCheck.finFits(sender, tcp)) {
      return Finding.INVALID;
    }
    connection.set(MIDSTREAM);
    begin(
        connection,
        receiver,
        SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber()));
    sender.become(TcpState.ESTABLISHED);
    sender.set(SCALE_UNKNOWN, sender.offeredScale >= 0);
    SegmentEffect.apply(connection, packet, direction, now);
    return Finding.VALID;
  }

  /** Takes the next segment of a connection of which only one end has spoken. */
  static void confirm(TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    int acknowledgment =
        SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber());
    boolean fits =
        isNear(tcp.sequenceNumber(), sender.next)
            && isNear(acknowledgment, receiver.next)
            && SegmentCheck.finFits(sender, tcp)
            && (!receiver.is(FINISHED) || Seq.atOrBefore(acknowledgment, receiver.next));
    if (fits) {
      if (!sender.is(KNOWN)) {
        sender.initialSequence = tcp.sequenceNumber();
      }
      SegmentEffect.apply(connection, packet, direction, now);
    } else {
      pickUp(connection, packet, direction, now);
    }
  }

  private static boolean isNear(int sequence, int other) {
    return Seq.within(sequence, other - LARGEST_WINDOW, other + LARGEST_WINDOW);
  }

  /** An end that is in the middle of its data, at {@code sequence} or thereabouts. */
  private static void begin(TrackedConnection connection, EndpointState end, int sequence) {
    HandshakeTracking.forget(connection, end);
    end.become(TcpState.ESTABLISHED);
    end.initialSequence = sequence;
    end.next = sequence;
    end.unacknowledged = sequence;
    end.delivered = sequence;
    end.deliveredAcknowledgment = sequence;
    end.set(UNSEEN);
    end.set(SCALE_UNKNOWN);
  }
}
