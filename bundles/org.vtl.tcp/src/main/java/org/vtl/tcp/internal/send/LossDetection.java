package org.vtl.tcp.internal.send;

/** Finds what is lost: by time (RFC 8985), after a timeout, or because it was too great. */
final class LossDetection {
  private static final long NEVER = Long.MAX_VALUE;

  private final SentRanges ranges;
  private final Rack rack;
  private final Recovery recovery;
  private final RoundTrip roundTrip;

  LossDetection(SentRanges ranges, Rack rack, Recovery recovery, RoundTrip roundTrip) {
    this.ranges = ranges;
    this.rack = rack;
    this.recovery = recovery;
    this.roundTrip = roundTrip;
  }

  /**
   * Takes for lost what was overtaken too long ago (section 6.2 step 5).
   *
   * @return when the next that was overtaken is lost; {@link Long#MAX_VALUE} for none. Not when the
   *     last of them is, as in the RFC: so nothing is looked at twice
   */
  long find(long now) {
    long wait = rack.roundTripNanos() + window(recovery.isRepairing());
    int range = ranges.oldest();
    while (range != SentRanges.NONE && rack.isOvertaken(ranges.sentAt(range), ranges.end(range))) {
      long dueAt = ranges.sentAt(range) + wait;
      if (dueAt > now) {
        return dueAt;
      }
      int next = ranges.later(range);
      ranges.lose(range);
      range = next;
    }
    return NEVER;
  }

  private long window(boolean recovering) {
    return rack.window(
        recovering, ranges.deliveredPieces(), roundTrip.leastNanos(), roundTrip.smoothedNanos());
  }

  /**
   * Takes for lost what can no longer arrive at a timeout: with SACK the first, and what was sent a
   * round trip ago (section 6.3), else all.
   *
   * @return whether the other end took back what it had acknowledged selectively (RFC 2018 section
   *     8): the first byte missing is one of those
   */
  boolean timedOut(boolean sack, long now) {
    boolean reneged = ranges.state(ranges.first()) == SentRanges.DELIVERED;
    if (reneged) {
      ranges.renege();
    }
    if (reneged || !sack) {
      ranges.loseAll();
    } else {
      long roundTripNanos = Math.max(rack.roundTripNanos(), roundTrip.smoothedNanos());
      long wait = roundTripNanos + window(true);
      int range = ranges.oldest();
      while (range != SentRanges.NONE && ranges.sentAt(range) + wait <= now) {
        int next = ranges.later(range);
        ranges.lose(range);
        range = next;
      }
      ranges.lose(ranges.first());
    }
    ranges.sortLost();
    return reneged;
  }

  /** What was sent in greater segments was dropped, and nothing is congested (RFC 1191). */
  void loseGreater(int segmentSize) {
    for (int range = ranges.first(); range != SentRanges.NONE; range = ranges.after(range)) {
      long length = Math.min(ranges.segmentSize(range), ranges.end(range) - ranges.start(range));
      if (ranges.state(range) == SentRanges.IN_FLIGHT && length > segmentSize) {
        ranges.lose(range);
      }
    }
  }
}
