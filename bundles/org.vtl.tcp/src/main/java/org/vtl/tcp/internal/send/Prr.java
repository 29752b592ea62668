package org.vtl.tcp.internal.send;

/**
 * Proportional rate reduction (RFC 9937, RFC 6937): how much may be in flight while a window is
 * cut, so that it arrives at its threshold when the episode ends, sending all the while. In bytes.
 */
final class Prr {
  private long delivered;
  private long sent;
  private long flightAtBegin;
  private long window;

  /**
   * An episode begins.
   *
   * @param outstanding bytes sent and not acknowledged cumulatively (RecoverFS)
   */
  void begin(long outstanding, long inFlight) {
    delivered = 0;
    sent = 0;
    flightAtBegin = Math.max(1, outstanding);
    window = inFlight;
  }

  /**
   * An acknowledgment arrived.
   *
   * @param newlyDelivered bytes it delivered, cumulatively or selectively
   * @param safe whether it acknowledged something cumulatively and showed no further loss
   */
  void acknowledged(
      long newlyDelivered, long inFlight, long threshold, boolean safe, int segmentSize) {
    delivered += newlyDelivered;
    long count;
    if (inFlight > threshold) {
      count = ceilingOfShare(threshold) - sent;
    } else {
      count = Math.max(delivered - sent, newlyDelivered);
      if (safe) {
        count += segmentSize;
      }
      count = Math.min(threshold - inFlight, count);
    }
    if (sent == 0) {
      count = Math.max(count, segmentSize); // the fast retransmission goes out at once
    }
    window = inFlight + Math.max(0, count);
  }

  private long ceilingOfShare(long threshold) {
    return (long) Math.ceil((double) delivered * threshold / flightAtBegin);
  }

  void sent(long bytes) {
    sent += bytes;
  }

  /** Bytes that may be in flight. */
  long window() {
    return window;
  }
}
