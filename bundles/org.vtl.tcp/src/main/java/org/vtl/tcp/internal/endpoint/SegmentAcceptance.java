package org.vtl.tcp.internal.endpoint;

import org.vtl.packet.Seq;

/** The four cases of RFC 9293 section 3.10.7.4, first check. */
final class SegmentAcceptance {
  private SegmentAcceptance() {}

  /**
   * Whether any part of a segment is in the window.
   *
   * @param length SEG.LEN: payload, SYN and FIN
   * @param next RCV.NXT
   * @param window RCV.WND in bytes
   */
  static boolean isAcceptable(int sequence, int length, int next, int window) {
    if (window == 0) {
      return length == 0 && sequence == next;
    }
    if (length == 0) {
      return Seq.within(sequence, next, next + window);
    }
    return Seq.within(sequence, next, next + window)
        || Seq.within(sequence + length - 1, next, next + window)
        // Both ends outside, the window inside: the RFC's cases overlook a segment that large.
        || (Seq.before(sequence, next) && Seq.after(sequence + length, next));
  }
}
