package org.vtl.core.internal.connection;

import org.vtl.packet.Direction;
import org.vtl.packet.Protocol;
import org.vtl.packet.Seq;

/**
 * What one end of a connection sent while others than VTL carried it, and how the model goes on
 * from there. All of it was delivered, and all of it was what ends in ESTABLISHED say: data,
 * acknowledgments and windows, so no state changes. Refilled for each use.
 */
public final class UnseenTraffic {
  private Direction direction;
  private long packets;
  private long bytes;
  private int sequenceEnd;
  private int acknowledgment;
  private int window;
  private int windowEdge;
  private boolean isFar;

  /**
   * Whether so much passed, in either direction, that numbers before and after cannot be compared:
   * they may be half of all numbers apart, or have wrapped. Those after hold then.
   */
  public void far(boolean isFar) {
    this.isFar = isFar;
  }

  /** What was counted: packets and their bytes of IP that {@code direction}'s sender sent. */
  public void count(Direction direction, long packets, long bytes) {
    this.direction = direction;
    this.packets = packets;
    this.bytes = bytes;
  }

  /**
   * What its TCP segments said: the highest sequence number after one, the highest acknowledgment,
   * the last window field, not scaled, and the furthest edge that the windows offered.
   */
  public void tcp(int sequenceEnd, int acknowledgment, int window, int windowEdge) {
    this.sequenceEnd = sequenceEnd;
    this.acknowledgment = acknowledgment;
    this.window = window;
    this.windowEdge = windowEdge;
  }

  /** Has {@code connection}'s model include it; every number moves forward only. */
  public void addTo(TrackedConnection connection) {
    EndpointState sender = connection.end(direction);
    sender.packets += packets;
    sender.bytes += bytes;
    if (connection.protocol() == Protocol.TCP) {
      follow(sender, connection.end(direction.reverse()));
    } else if (direction != connection.opener()) {
      connection.establish();
    }
  }

  private void follow(EndpointState sender, EndpointState receiver) {
    if (isFar) {
      sender.next = sequenceEnd;
      sender.delivered = sequenceEnd;
      sender.windowSequence = sequenceEnd;
      receiver.unacknowledged = acknowledgment;
      receiver.deliveredAcknowledgment = acknowledgment;
      receiver.windowEdge = windowEdge;
    }
    sender.next = Seq.max(sender.next, sequenceEnd);
    sender.delivered = Seq.max(sender.delivered, sequenceEnd);
    SegmentEffect.acknowledge(receiver, acknowledgment);
    receiver.deliveredAcknowledgment =
        Seq.max(receiver.deliveredAcknowledgment, receiver.unacknowledged);
    sender.window = (char) window;
    sender.windowSequence = Seq.max(sender.windowSequence, sequenceEnd);
    receiver.set(EndpointState.WINDOW_OFFERED);
    receiver.windowEdge = Seq.max(receiver.windowEdge, windowEdge);
    // At least this was the window when the last acknowledgment came.
    sender.maximumWindow = Math.max(sender.maximumWindow, windowEdge - acknowledgment);
  }
}
