package org.vtl.core.internal.connection;

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
    takeTimestamps(sender, receiver, tcp, connection.midstream, now);
    sender.known = true;
    sender.next = Seq.max(sender.next, end);
    boolean finishes = tcp.isFin() && !sender.finished;
    if (finishes) {
      sender.finished = true;
      sender.finSequence = end - 1;
    }
    if (packet.isFragment()) {
      sender.unseen = true; // the later fragments' bytes have no TCP header to count them by
    }
    StateTransitions.acknowledged(receiver, acknowledgment);
    if (finishes) {
      StateTransitions.finished(sender, receiver, acknowledgment);
    }
    establish(connection);
  }

  /** Both ends have spoken and each has acknowledged the other: the handshake is complete. */
  static void establish(TrackedConnection connection) {
    if (!connection.established) {
      connection.established =
          connection.vm.known
              && connection.network.known
              && connection.vm.acknowledged
              && connection.network.acknowledged;
    }
  }

  /** Notes {@code acknowledgment} of {@code receiver}'s data. */
  static void acknowledge(EndpointState receiver, int acknowledgment) {
    if (Seq.after(acknowledgment, receiver.next)) {
      receiver.next = acknowledgment; // of data that passed unseen: else it would not fit
      receiver.delivered = Seq.max(receiver.delivered, acknowledgment);
    }
    if (!receiver.acknowledged || Seq.after(acknowledgment, receiver.unacknowledged)) {
      receiver.acknowledged = true;
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
    if (!sender.known
        || Seq.after(acknowledgment, receiver.unacknowledged)
        || (acknowledgment == receiver.unacknowledged
            && Seq.atOrAfter(sequence, sender.windowSequence))) {
      sender.window = tcp.window();
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
    int scale = tcp.isSyn() ? 0 : sender.scaleUnknown ? LARGEST_SCALE : sender.windowScale;
    int bytes = tcp.window() << scale;
    sender.maximumWindow = Math.max(sender.maximumWindow, bytes);
    int edge = acknowledgment + bytes;
    if (!receiver.windowOffered || Seq.after(edge, receiver.windowEdge)) {
      receiver.windowOffered = true;
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
    if (midstream && !sender.timestamps) {
      first = true;
      sender.timestamps = true;
      receiver.timestamps = true;
    }
    if (!sender.timestamps) {
      return;
    }
    int value = tcp.timestampValue();
    int sequence = tcp.sequenceNumber();
    if (first
        || (Seq.atOrBefore(sequence, sender.next)
            && (Seq.atOrAfter(value, sender.timestampValue)
                || SegmentCheck.isExpired(sender.timestampNanos, now)))) {
      sender.timestampValue = value;
      sender.timestampNanos = now;
    }
    // What the receiver has acknowledged, as seen here, is at most its Last.ACK.sent.
    if (Seq.atOrBefore(sequence, sender.unacknowledged)
        && (!sender.recentKnown
            || Seq.atOrAfter(value, sender.recentTimestamp)
            || SegmentCheck.isExpired(sender.recentNanos, now))) {
      sender.recentKnown = true;
      sender.recentTimestamp = value;
      sender.recentNanos = now;
    }
  }
}
