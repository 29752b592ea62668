package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.ACKNOWLEDGED;
import static org.vtl.core.internal.connection.EndpointState.FINISHED;
import static org.vtl.core.internal.connection.EndpointState.KNOWN;
import static org.vtl.core.internal.connection.EndpointState.RECENT_KNOWN;
import static org.vtl.core.internal.connection.EndpointState.SCALE_UNKNOWN;
import static org.vtl.core.internal.connection.EndpointState.TIMESTAMPS;
import static org.vtl.core.internal.connection.EndpointState.UNSEEN;
import static org.vtl.core.internal.connection.EndpointState.WINDOW_OFFERED;
import static org.vtl.core.internal.connection.TrackedConnection.ESTABLISHED;
import static org.vtl.core.internal.connection.TrackedConnection.MIDSTREAM;

import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/** What a valid segment does to the model. Every number moves forward only. */
final class SegmentEffect {
  /** The shift a scale that is not known may be (RFC 7323 section 2.3). */
  static final int LARGEST_SCALE = 14;

  private SegmentEffect() {}

  /** Takes in a segment with ACK, neither SYN nor RST. */
  static void apply(TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    TcpHeader tcp = packet.tcp();
    int sequence = tcp.sequenceNumber();
    int end = tcp.endSequence();
    int acknowledgment =
        SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber());
    takeWindow(sender, receiver, tcp, sequence, acknowledgment);
    offerWindow(sender, receiver, tcp, acknowledgment);
    acknowledge(receiver, acknowledgment);
    takeTimestamps(sender, receiver, tcp, connection.is(MIDSTREAM), now);
    sender.set(KNOWN);
    sender.next = Seq.max(sender.next, end);
    boolean finishes = tcp.isFin() && !sender.is(FINISHED);
    if (finishes) {
      sender.set(FINISHED);
      connection.tell(ConnectionEvent.FINISHED, direction);
    }
    if (packet.isFragment()) {
      sender.set(UNSEEN); // the later fragments' bytes have no TCP header to count them by
    }
    StateTransitions.acknowledged(receiver, acknowledgment);
    if (finishes) {
      StateTransitions.finished(sender, receiver, acknowledgment);
    }
    establish(connection);
  }

  /** Both ends have spoken and each has acknowledged the other: the handshake is complete. */
  static void establish(TrackedConnection connection) {
    if (!connection.is(ESTABLISHED)
        && connection.vm.is(KNOWN)
        && connection.network.is(KNOWN)
        && connection.vm.is(ACKNOWLEDGED)
        && connection.network.is(ACKNOWLEDGED)) {
      connection.establish();
    }
  }

  /** Notes {@code acknowledgment} of {@code receiver}'s data. */
  static void acknowledge(EndpointState receiver, int acknowledgment) {
    if (Seq.after(acknowledgment, receiver.next)) {
      receiver.next = acknowledgment; // of data that passed unseen: else it would not fit
      receiver.delivered = Seq.max(receiver.delivered, acknowledgment);
    }
    if (!receiver.is(ACKNOWLEDGED) || Seq.after(acknowledgment, receiver.unacknowledged)) {
      receiver.set(ACKNOWLEDGED);
      receiver.unacknowledged = acknowledgment;
    }
  }

  /** Keeps the window field unless the segment is older than the one it was last taken from. */
  private static void takeWindow(
      EndpointState sender,
      EndpointState receiver,
      TcpHeader tcp,
      int sequence,
      int acknowledgment) {
    // RFC 9293 section 3.10.7.4 (SND.WL1, SND.WL2).
    if (!sender.is(KNOWN)
        || Seq.after(acknowledgment, receiver.unacknowledged)
        || (acknowledgment == receiver.unacknowledged
            && Seq.atOrAfter(sequence, sender.windowSequence))) {
      sender.window = (char) tcp.window();
      sender.windowSequence = sequence;
    }
  }

  /**
   * Lets {@code receiver} send up to the window that {@code tcp}, from {@code sender}, offers. An
   * edge once offered stays (RFC 9293 section 3.8.6: shrinking is discouraged, and data that was
   * legal when sent is on its way).
   */
  static void offerWindow(
      EndpointState sender, EndpointState receiver, TcpHeader tcp, int acknowledgment) {
    // RFC 7323 section 2.2: the window of a SYN is never scaled.
    int scale = tcp.isSyn() ? 0 : sender.is(SCALE_UNKNOWN) ? LARGEST_SCALE : sender.windowScale;
    int bytes = tcp.window() << scale;
    sender.maximumWindow = Math.max(sender.maximumWindow, bytes);
    int edge = acknowledgment + bytes;
    if (!receiver.is(WINDOW_OFFERED) || Seq.after(edge, receiver.windowEdge)) {
      receiver.set(WINDOW_OFFERED);
      receiver.windowEdge = edge;
    }
  }

  /** Keeps the newest timestamp, and what the receiver keeps of them (RFC 7323 section 4.3). */
  static void takeTimestamps(
      EndpointState sender, EndpointState receiver, TcpHeader tcp, boolean midstream, long now) {
    if (!tcp.hasTimestamps()) {
      return;
    }
    boolean first = false;
    if (midstream && !sender.is(TIMESTAMPS)) {
      first = true;
      sender.set(TIMESTAMPS);
      receiver.set(TIMESTAMPS);
    }
    if (!sender.is(TIMESTAMPS)) {
      return;
    }
    int value = tcp.timestampValue();
    int sequence = tcp.sequenceNumber();
    if (first
        || (Seq.atOrBefore(sequence, sender.next)
            && (Seq.atOrAfter(value, sender.timestampValue)
                || SegmentCheck.isExpired(sender.timestampTime, now)))) {
      sender.timestampValue = value;
      sender.timestampTime = CoarseTime.of(now);
    }
    // What the receiver has acknowledged, as seen here, is at most its Last.ACK.sent.
    if (Seq.atOrBefore(sequence, sender.unacknowledged)
        && (!sender.is(RECENT_KNOWN)
            || Seq.atOrAfter(value, sender.recentTimestamp)
            || SegmentCheck.isExpired(sender.recentTime, now))) {
      sender.set(RECENT_KNOWN);
      sender.recentTimestamp = value;
      sender.recentTime = CoarseTime.of(now);
    }
  }
}
