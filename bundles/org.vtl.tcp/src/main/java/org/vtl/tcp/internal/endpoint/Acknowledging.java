package org.vtl.tcp.internal.endpoint;

import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.send.Acknowledgment;
import org.vtl.tcp.internal.send.Transmission;

/** Reads what acceptable segments acknowledge, and tells the sender. */
final class Acknowledging {
  private final ControlBlock block;
  private final Transmission transmission;
  private final Acknowledgment acknowledgment = new Acknowledgment();

  Acknowledging(ControlBlock block, Transmission transmission) {
    this.block = block;
    this.transmission = transmission;
  }

  /**
   * Whether the number acknowledges what was sent, and not so long ago that it must be a guess (RFC
   * 5961 section 5.2).
   */
  boolean isPlausible(int number) {
    return Seq.atOrBefore(number, block.sendNext())
        && Seq.atOrAfter(number, block.sendUnacknowledged() - (int) block.largestWindow);
  }

  /** Takes the acknowledgment of {@code segment}, which is plausible. */
  void take(Packet segment, boolean stamped, long now) {
    if (block.finishedBefore) {
      return;
    }
    TcpHeader tcp = segment.tcp();
    int number = tcp.acknowledgmentNumber();
    if (block.foreign) {
      skipForeign(number, now);
    }
    Acknowledgment a = acknowledgment;
    a.number = number;
    a.window = (long) tcp.window() << (tcp.isSyn() ? 0 : block.sendShift);
    a.updatesWindow = updatesWindow(tcp.sequenceNumber(), number, a.window);
    a.length = tcp.segmentLength();
    a.blocks = 0;
    if (block.sack) {
      a.blocks = Math.min(tcp.sackBlocks(), OutgoingSegment.MOST_SACK_BLOCKS);
      for (int i = 0; i < a.blocks; i++) {
        a.left[i] = tcp.sackLeft(i);
        a.right[i] = tcp.sackRight(i);
      }
    }
    a.timestampEcho = stamped ? tcp.timestampEcho() : 0;
    a.hasTimestamp = a.timestampEcho != 0;
    a.congestionEcho = block.ecn && tcp.has(TcpHeader.ECE);
    block.sender.acknowledged(a, now);
    // Room for the next round trip's data while this one's waits to be acknowledged.
    block.outgoing.ask(2 * block.settings.control.window());
  }

  /** SND.WL1 and SND.WL2 keep an old segment's window from counting (RFC 9293 3.10.7.4). */
  private boolean updatesWindow(int sequence, int number, long window) {
    if (Seq.before(number, block.sendUnacknowledged())
        || Seq.before(sequence, block.windowSequence)
        || (sequence == block.windowSequence && Seq.before(number, block.windowAcknowledgment))) {
      return false;
    }
    block.windowSequence = sequence;
    block.windowAcknowledgment = number;
    block.largestWindow = Math.max(block.largestWindow, window);
    return true;
  }

  /**
   * The other end has what an end before this one sent: nobody needs to send it any more, so the
   * stream goes on behind it, and so does the sender.
   */
  private void skipForeign(int number, long now) {
    int ahead = number - block.sender.next();
    if (ahead > 0) {
      long next = block.outgoing.start() + (number - block.sender.unacknowledged());
      long window = block.sender.window();
      int segmentSize = block.sender.segmentSize();
      long roundTrip = block.sender.roundTripNanos();
      block.outgoing.advance(next);
      block.outgoing.release(next);
      block.sender.clear();
      block.sender.begin(transmission, block.outgoing, block.settings.control, block.settings.send);
      block.sender.establish(
          number, next, segmentSize, block.sack, block.timestamps, block.ecn, window, -1, now);
    }
    block.foreign = Seq.before(block.sender.next(), block.foreignNext);
  }
}
