package org.vtl.lab.internal.traffic;

import java.util.Arrays;

/**
 * How long something took, over many samples. Values in microseconds; all 0 without samples.
 *
 * @param samples how many
 * @param median half took no longer
 * @param p90 nine of ten took no longer
 * @param p99 ninety-nine of a hundred took no longer
 * @param maximum the longest
 */
public record Latency(long samples, double median, double p90, double p99, double maximum) {

  /** Collects samples. One thread adds; {@link #latency} on the same thread, or after it ended. */
  static final class Samples {
    /** Beyond it the oldest are overwritten, so that a long run needs no more memory. */
    private static final int KEPT = 1 << 20;

    private long[] nanos = new long[1024];
    private long count;

    void add(long sampleNanos) {
      if (count >= nanos.length && nanos.length < KEPT) {
        nanos = Arrays.copyOf(nanos, nanos.length * 4);
      }
      nanos[(int) (count++ % nanos.length)] = sampleNanos;
    }

    Latency latency() {
      int kept = (int) Math.min(count, nanos.length);
      if (kept == 0) {
        return new Latency(0, 0, 0, 0, 0);
      }
      long[] sorted = Arrays.copyOf(nanos, kept);
      Arrays.sort(sorted);
      return new Latency(
          count, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), sorted[kept - 1] / 1000.0);
    }

    /** The nearest-rank percentile. */
    private static double at(long[] sorted, double share) {
      return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / 1000.0;
    }
  }
}
