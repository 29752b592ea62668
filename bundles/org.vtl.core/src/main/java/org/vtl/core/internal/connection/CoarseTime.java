package org.vtl.core.internal.connection;

/**
 * A time of the worker's clock in 32 bits: eighths of a second, for 18 years. Enough for what is
 * compared with days, at half the room.
 */
final class CoarseTime {
  private static final int SHIFT = 27;

  private CoarseTime() {}

  static int of(long nanos) {
    return (int) (nanos >> SHIFT);
  }

  static long nanos(int coarse) {
    return (coarse & 0xffff_ffffL) << SHIFT;
  }

  /** Nanoseconds from {@code coarse} to {@code now}, up to an eighth of a second too many. */
  static long since(int coarse, long now) {
    return now - nanos(coarse);
  }
}
