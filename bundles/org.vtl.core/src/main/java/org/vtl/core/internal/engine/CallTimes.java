package org.vtl.core.internal.engine;

import java.util.Arrays;
import java.util.List;
import org.vtl.runtime.TimePerPacket;

/**
 * How long the measured calls of a service took on one lane, in all and lately. Written by the
 * worker, read by others who may see a batch less.
 */
final class CallTimes {
  /** Lately is this period and the one before. */
  static final long PERIOD_NANOS = 5_000_000_000L;

  /** Counts of times that differ by less than an eighth; 272 reach up to 68 seconds. */
  private static final int STEPS = 8;

  private static final int STEP_BITS = 3;
  private static final int BUCKETS = 272;

  private final Period[] periods = {new Period(), new Period()};
  private long measured;
  private long measuredNanos;

  /** What was measured while the clock showed the same multiple of {@link #PERIOD_NANOS}. */
  private static final class Period {
    long number = -1;
    long nanos;
    final int[] buckets = new int[BUCKETS];

    void begin(long next) {
      number = next;
      nanos = 0;
      Arrays.fill(buckets, 0);
    }
  }

  /** A call took {@code nanos}, at {@code now}. */
  void add(long now, long nanos) {
    long number = now / PERIOD_NANOS;
    Period period = periods[(int) (number & 1)];
    if (period.number != number) {
      period.begin(number);
    }
    period.buckets[bucket(nanos)]++;
    period.nanos += nanos;
    measuredNanos += nanos;
    measured++;
  }

  private static int bucket(long nanos) {
    if (nanos < STEPS) {
      return (int) nanos;
    }
    int shift = Long.SIZE - 1 - STEP_BITS - Long.numberOfLeadingZeros(nanos);
    return Math.min(shift * STEPS + (int) (nanos >>> shift), BUCKETS - 1);
  }

  /** The longest time that {@link #bucket} puts there. */
  private static long longest(int bucket) {
    if (bucket < 2 * STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (bucket % STEPS + STEPS + 1) << shift) - 1;
  }

  /** What {@code lanes} have measured together. Any thread. */
  static TimePerPacket together(List<CallTimes> lanes) {
    long measured = 0;
    long measuredNanos = 0;
    long newest = 0;
    for (CallTimes lane : lanes) {
      measured += lane.measured;
      measuredNanos += lane.measuredNanos;
      for (Period period : lane.periods) {
        newest = Math.max(newest, period.number);
      }
    }
    long count = 0;
    long nanos = 0;
    long[] buckets = new long[BUCKETS];
    for (CallTimes lane : lanes) {
      for (Period period : lane.periods) {
        if (period.number >= 0 && period.number >= newest - 1) {
          nanos += period.nanos;
          for (int i = 0; i < BUCKETS; i++) {
            buckets[i] += period.buckets[i];
            count += period.buckets[i];
          }
        }
      }
    }
    return count == 0
        ? TimePerPacket.NONE
        : new TimePerPacket(measured, measuredNanos, nanos / count, p99(buckets, count));
  }

  private static long p99(long[] buckets, long count) {
    long beyond = count / 100;
    int bucket = BUCKETS - 1;
    while (bucket > 0 && buckets[bucket] <= beyond) {
      beyond -= buckets[bucket--];
    }
    return longest(bucket);
  }
}
