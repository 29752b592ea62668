package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.Seq;

/**
 * What ICMP says of the path (RFC 5461). Heeded only where it quotes something in flight, which one
 * who cannot see the connection would have to guess (RFC 5927 section 4.1).
 */
final class PathErrors {
  private final ControlBlock block;
  private final Opening opening;

  PathErrors(ControlBlock block, Opening opening) {
    this.block = block;
    this.opening = opening;
  }

  /**
   * The other end cannot be reached.
   *
   * @return whether that ends the connection: a handshake; later it only explains a timeout
   */
  boolean isEndedBy(int sequence, boolean hard) {
    if (block.isSynchronized()) {
      block.softError |= isInFlight(sequence);
    } else if (block.state != TcpState.CLOSED && opening.isInFlight(sequence)) {
      if (hard || block.settings.softErrorsEndHandshake) {
        return true;
      }
      block.softError = true;
    }
    return false;
  }

  /**
   * A segment was too big: those to come are smaller.
   *
   * @param largestSegment the MTU that was named, less the IP header and 20
   * @return whether something may be sent now
   */
  boolean shorten(int sequence, int largestSegment, long now) {
    if (!block.isSynchronized() || block.finishedBefore || !isInFlight(sequence)) {
      return false;
    }
    int most = Math.max(largestSegment, block.settings.absentSegmentSize);
    int payload = Opening.payload(block, most);
    if (payload >= block.sender.segmentSize()) {
      return false;
    }
    block.sender.segmentSize(payload, now);
    return true;
  }

  private boolean isInFlight(int sequence) {
    return Seq.within(sequence, block.sendUnacknowledged(), block.sendNext());
  }
}
