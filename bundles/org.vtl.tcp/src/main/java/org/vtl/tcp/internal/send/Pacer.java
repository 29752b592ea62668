package org.vtl.tcp.internal.send;

/**
 * Spreads what is sent over the round trip (RFC 9406 section 4.3, Linux's internal pacing). Timers
 * have a resolution of a millisecond, so it lets go what is due within the next one: a burst is a
 * millisecond's worth, or two segments.
 */
final class Pacer {
  /** The resolution of timers. */
  static final long TICK_NANOS = 1_000_000;

  /** What goes out unpaced: as much as the initial window. */
  static final int FREE_SEGMENTS = 10;

  /** How late a timer may come for what was due to be sent all the same. */
  static final long LATENESS_NANOS = 4 * TICK_NANOS;

  private static final double SECOND = 1e9;

  private boolean on;
  private double bytesPerNano;
  private long dueAt; // when what was sent so far is paid for
  private long free;
  private boolean waiting; // something was held back, so that what is late is made up for

  void begin(boolean on, int segmentSize, long now) {
    this.on = on;
    bytesPerNano = 0;
    dueAt = now;
    free = (long) FREE_SEGMENTS * segmentSize;
    waiting = false;
  }

  /**
   * Takes the rate of congestion control, or else derives it: twice the window a round trip in slow
   * start, so that it can double, and 1.2 times beyond.
   */
  void adapt(long chosenBytesPerSecond, long window, boolean slowStart, long smoothedNanos) {
    if (chosenBytesPerSecond > 0) {
      bytesPerNano = chosenBytesPerSecond / SECOND;
    } else if (smoothedNanos > 0) {
      bytesPerNano = (slowStart ? 2.0 : 1.2) * window / smoothedNanos;
    } else {
      bytesPerNano = 0;
    }
  }

  private boolean isPacing() {
    return on && bytesPerNano > 0;
  }

  /** Whether something may be sent now. */
  boolean mayOpen(long now) {
    boolean may = !isPacing() || free > 0 || dueAt - now <= TICK_NANOS;
    waiting |= !may;
    return may;
  }

  /** When something may be sent again, if not now. */
  long opensAt() {
    return dueAt - TICK_NANOS;
  }

  /** How many bytes are best sent at once: a millisecond's worth, at least two segments. */
  int burst(int segmentSize, int largest) {
    if (!isPacing()) {
      return largest;
    }
    double worth = bytesPerNano * TICK_NANOS;
    int wanted = worth >= largest ? largest : (int) worth / segmentSize * segmentSize;
    return Math.min(largest, Math.max(wanted, 2 * segmentSize));
  }

  void sent(long bytes, long now) {
    if (!isPacing()) {
      return;
    }
    if (free > 0) {
      free -= bytes;
      return;
    }
    waiting &= dueAt < now;
    dueAt = Math.max(dueAt, waiting ? now - LATENESS_NANOS : now) + (long) (bytes / bytesPerNano);
  }
}
