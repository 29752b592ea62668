package org.vtl.tcp.internal.send;

/**
 * The smoothed round-trip time, the least one, and the retransmission timeout (RFC 6298). The
 * timeout lies a minimum above the smoothed time, as in Linux, so that the minimum holds on long
 * paths, too.
 */
final class RoundTrip {
  /** Before the first sample (RFC 6298 section 2.1). */
  static final long FIRST_TIMEOUT_NANOS = 1_000_000_000L;

  /** Before the first sample, when a SYN was sent twice (RFC 6298 section 5.7). */
  static final long DISTRUSTED_TIMEOUT_NANOS = 3_000_000_000L;

  /** How long the least round-trip time is remembered, at least. */
  static final long LEAST_MEMORY_NANOS = 150_000_000_000L;

  private long minimumTimeout;
  private long maximumTimeout;
  private long smoothed;
  private long variation;
  private long timeout;
  private int backoff;
  private long least;
  private long priorLeast;
  private long leastSince;
  private long latest;

  void begin(long minimumTimeoutNanos, long maximumTimeoutNanos, long now) {
    minimumTimeout = minimumTimeoutNanos;
    maximumTimeout = maximumTimeoutNanos;
    smoothed = -1;
    variation = 0;
    timeout = Math.min(FIRST_TIMEOUT_NANOS, maximumTimeout);
    backoff = 0;
    least = Long.MAX_VALUE;
    priorLeast = Long.MAX_VALUE;
    leastSince = now;
    latest = -1;
  }

  /** The first timeout is too short for this path, it seems. */
  void distrust() {
    timeout = Math.min(DISTRUSTED_TIMEOUT_NANOS, maximumTimeout);
  }

  /** A round trip was measured on a segment that was sent once (Karn), or by its timestamp. */
  void sample(long nanos) {
    if (smoothed < 0) {
      smoothed = nanos;
      variation = nanos / 2;
    } else {
      variation += (Math.abs(smoothed - nanos) - variation) / 4;
      smoothed += (nanos - smoothed) / 8;
    }
    timeout = Math.min(smoothed + Math.max(minimumTimeout, 4 * variation), maximumTimeout);
  }

  /**
   * What one acknowledgment shows, each -1 for nothing.
   *
   * @param measured for {@link #sample}
   * @param last for {@link #observe}, where a timestamp's is better than none at first
   */
  void take(long measured, long last, long now) {
    if (measured >= 0) {
      sample(measured);
    }
    if (last >= 0) {
      observe(last, now);
    } else if (measured >= 0 && leastNanos() < 0) {
      observe(measured, now);
    }
  }

  /**
   * Time passed between a transmission and its acknowledgment, for {@link #least} and {@link
   * #latest} only.
   */
  void observe(long nanos, long now) {
    latest = nanos;
    if (now - leastSince > LEAST_MEMORY_NANOS) {
      priorLeast = least;
      least = nanos;
      leastSince = now;
    }
    least = Math.min(least, nanos);
  }

  /** The timer expired (RFC 6298 section 5.5). */
  void backOff() {
    if (timeoutNanos() < maximumTimeout) {
      backoff++;
    }
  }

  /** New data was acknowledged, or a backing off was not needed. */
  void goOn() {
    backoff = 0;
  }

  /** How often the timer was backed off since data was last acknowledged. */
  int backoff() {
    return backoff;
  }

  /** The timeout, backed off. */
  long timeoutNanos() {
    return Math.min(timeout << Math.min(backoff, 20), maximumTimeout);
  }

  /** Smoothed; -1 before the first sample. */
  long smoothedNanos() {
    return smoothed;
  }

  /** The last observed; -1 before the first. */
  long latestNanos() {
    return latest;
  }

  /** The least of the last minutes; -1 before the first. */
  long leastNanos() {
    long both = Math.min(least, priorLeast);
    return both == Long.MAX_VALUE ? -1 : both;
  }
}
