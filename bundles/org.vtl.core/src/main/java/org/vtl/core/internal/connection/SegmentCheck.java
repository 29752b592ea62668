package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.FINISHED;
import static org.vtl.core.internal.connection.EndpointState.RECENT_KNOWN;
import static org.vtl.core.internal.connection.EndpointState.SACK_PERMITTED;
import static org.vtl.core.internal.connection.EndpointState.TIMESTAMPS;
import static org.vtl.core.internal.connection.EndpointState.UNSEEN;
import static org.vtl.core.internal.connection.EndpointState.WINDOW_OFFERED;

import org.vtl.connection.TcpState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/** Whether a segment fits the model. Changes nothing. */
final class SegmentCheck {
  /**
   * What a segment may be behind, at the least, whatever the windows: an acknowledgment overtaken,
   * data that the sender repeats because its acknowledgments were lost.
   */
  private static final int LEAST_LAG = 66_000;

  /** How long a timestamp is compared with: 24 days (RFC 7323 section 5.5). */
  private static final long TIMESTAMP_LIFE_NANOS = 24L * 24 * 3_600 * 1_000_000_000L;

  private static final int SYN_ACK = TcpHeader.SYN | TcpHeader.ACK;

  private SegmentCheck() {}

  /**
   * Whether these flags can stand together: SYN, RST or ACK must be there (RFC 9293 section
   * 3.10.7.4 drops the rest), SYN goes with neither FIN nor RST, RST not with FIN. URG tells of
   * data, which a SYN may have, but no RST nor an answer to a SYN. PSH and the ECN bits go with
   * all.
   */
  static boolean flagsMakeSense(int flags) {
    if ((flags & TcpHeader.URG) != 0
        && ((flags & TcpHeader.RST) != 0 || (flags & SYN_ACK) == SYN_ACK)) {
      return false;
    }
    return switch (flags & (TcpHeader.SYN | TcpHeader.RST | TcpHeader.FIN | TcpHeader.ACK)) {
      case TcpHeader.SYN,
          TcpHeader.SYN | TcpHeader.ACK,
          TcpHeader.RST,
          TcpHeader.RST | TcpHeader.ACK,
          TcpHeader.ACK,
          TcpHeader.FIN | TcpHeader.ACK ->
          true;
      default -> false;
    };
  }

  /** Whether a segment with ACK, neither SYN nor RST, fits the windows of both ends. */
  static boolean fits(TrackedConnection connection, Packet packet, Direction direction) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    return sequenceFits(sender, receiver, packet.tcp())
        && acknowledgmentFits(connection, sender, receiver, packet, direction);
  }

  /**
   * RFC 9293 section 3.10.7.4 as it shows from between: a segment begins inside the window the
   * receiver ever offered, and is not older than one of its windows before what it has
   * acknowledged. An empty segment may stand at the sender's next number even if that is beyond the
   * window, as after a zero-window probe.
   */
  private static boolean sequenceFits(EndpointState sender, EndpointState receiver, TcpHeader tcp) {
    int sequence = tcp.sequenceNumber();
    int end = tcp.endSequence();
    if (sender.is(WINDOW_OFFERED)
        && Seq.after(sequence, sender.windowEdge)
        && (sequence != end || Seq.after(sequence, sender.next))) {
      return false;
    }
    if (Seq.before(end, sender.unacknowledged - Math.max(receiver.maximumWindow, LEAST_LAG))) {
      return false;
    }
    return finFits(sender, tcp);
  }

  /** Nothing follows a FIN, and no FIN stands before what was sent already. */
  static boolean finFits(EndpointState sender, TcpHeader tcp) {
    int end = tcp.endSequence();
    if (sender.is(FINISHED) && Seq.after(end, sender.next)) {
      return false;
    }
    return !tcp.isFin() || Seq.atOrAfter(end, sender.next);
  }

  /**
   * RFC 5961 section 5.2: an acknowledgment covers nothing that was not sent, and lags no more than
   * the largest window behind the highest one. Selective ones neither (RFC 2018 section 3).
   */
  private static boolean acknowledgmentFits(
      TrackedConnection connection,
      EndpointState sender,
      EndpointState receiver,
      Packet packet,
      Direction direction) {
    TcpHeader tcp = packet.tcp();
    int acknowledgment =
        SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber());
    if (!wasSent(receiver, acknowledgment)
        || Seq.before(
            acknowledgment, receiver.unacknowledged - Math.max(sender.maximumWindow, LEAST_LAG))) {
      return false;
    }
    // RFC 9293 section 3.10.7.4, SYN-RECEIVED: the SYN itself must be acknowledged.
    if (receiver.state() == TcpState.SYN_RECEIVED
        && !receiver.is(UNSEEN)
        && Seq.atOrBefore(acknowledgment, receiver.initialSequence)) {
      return false;
    }
    if (receiver.is(SACK_PERMITTED)) {
      for (int i = tcp.sackBlocks() - 1; i >= 0; i--) {
        int right = SequenceTranslation.back(connection, direction.reverse(), tcp.sackRight(i));
        if (!wasSent(receiver, right)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean wasSent(EndpointState end, int sequence) {
    return Seq.atOrBefore(sequence, end.next)
        || (end.is(UNSEEN) && !end.is(FINISHED) && Seq.atOrBefore(sequence, end.windowEdge));
  }

  /**
   * Protection against wrapped sequence numbers (RFC 7323 section 5.3). An acknowledgment without
   * data that acknowledges nothing new is let through: such ones overtake each other, the RFC's
   * rule would refuse them, and they change nothing.
   */
  static boolean isRecent(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    EndpointState sender = connection.end(direction);
    TcpHeader tcp = packet.tcp();
    if (!sender.is(TIMESTAMPS)
        || !sender.is(RECENT_KNOWN)
        || !tcp.hasTimestamps()
        || Seq.atOrAfter(tcp.timestampValue(), sender.recentTimestamp)
        || isExpired(sender.recentTime, now)) {
      return true;
    }
    return tcp.segmentLength() == 0
        && Seq.atOrBefore(
            SequenceTranslation.back(connection, direction.reverse(), tcp.acknowledgmentNumber()),
            connection.end(direction.reverse()).unacknowledged);
  }

  /** Whether a timestamp last seen at {@code time} is too old to be compared with. */
  static boolean isExpired(int time, long now) {
    return CoarseTime.since(time, now) > TIMESTAMP_LIFE_NANOS;
  }
}
