package org.vtl.tcp.internal.send;

/**
 * The send sequence variables of RFC 9293 section 3.3.1, as offsets of the stream, which do not
 * wrap; and what they are as sequence numbers. The FIN is one number behind the stream's last byte.
 */
final class SendVariables {
  private int firstSequence;
  private long base;

  /** SND.UNA. */
  long unacknowledged;

  /** SND.NXT: what is sent next; before {@link #highest} where a probe's data is taken back. */
  long next;

  /** Behind the last byte ever sent. */
  long highest;

  /** SND.UNA + SND.WND: no byte at or behind it may be sent; may lie before {@link #next}. */
  long edge;

  /** The greatest window the other end ever had (RFC 9293 section 3.8.6.2.1). */
  long largestWindow;

  /** Payload bytes of a full segment. */
  int segmentSize;

  /** The byte at {@code base} has the number {@code firstSequence}; nothing is sent yet. */
  void begin(int firstSequence, long base, int segmentSize, long window) {
    this.firstSequence = firstSequence;
    this.base = base;
    this.segmentSize = segmentSize;
    unacknowledged = base;
    next = base;
    highest = base;
    edge = base + window;
    largestWindow = window;
  }

  int sequence(long offset) {
    return firstSequence + (int) (offset - base);
  }

  /** The offset nearest to SND.UNA that has this number. */
  long offset(int sequence) {
    return unacknowledged + (sequence - sequence(unacknowledged));
  }

  /** Takes the window of a segment that acknowledged up to {@code acknowledged}. */
  void window(long acknowledged, long window) {
    edge = acknowledged + window;
    largestWindow = Math.max(largestWindow, window);
  }

  /** Bytes sent and not acknowledged cumulatively. */
  long outstanding() {
    return next - unacknowledged;
  }
}
