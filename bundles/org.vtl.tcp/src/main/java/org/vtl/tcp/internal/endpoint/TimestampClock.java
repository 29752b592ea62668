package org.vtl.tcp.internal.endpoint;

/** Makes TSval (RFC 7323 section 5.4): milliseconds, from a place that tells nothing. */
final class TimestampClock {
  static final long UNIT_NANOS = 1_000_000;

  private int offset;

  /** Adds {@code offset} to each value. */
  void begin(int offset) {
    this.offset = offset;
  }

  /** Goes on behind {@code last}, which another clock made. */
  void continueBehind(int last, long now) {
    offset = last + 1 - milliseconds(now);
  }

  int value(long now) {
    return offset + milliseconds(now);
  }

  private static int milliseconds(long now) {
    return (int) Math.floorDiv(now, UNIT_NANOS);
  }
}
