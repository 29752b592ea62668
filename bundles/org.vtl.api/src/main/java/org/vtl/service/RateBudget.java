package org.vtl.service;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket as one number: when all that was spent will have come back. Any thread, without a
 * lock; allocates nothing.
 */
public final class RateBudget {
  private final long intervalNanos;
  private final long burstNanos;
  private final AtomicLong spentUntil = new AtomicLong(Long.MIN_VALUE);

  /**
   * A full bucket.
   *
   * @param perSecond tokens that come back in a second, 1 to 1,000,000; 0 for none ever
   * @param burst tokens in the full bucket, 1 or more
   */
  public RateBudget(int perSecond, int burst) {
    intervalNanos = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
    burstNanos = intervalNanos * (burst - 1);
  }

  /** Spends a token at {@code now}, in nanoseconds of a clock from 0 up; false if there is none. */
  public boolean spend(long now) {
    if (intervalNanos == 0) {
      return false;
    }
    while (true) {
      long spent = spentUntil.get();
      long from = Math.max(spent, now);
      if (from - now > burstNanos) {
        return false;
      }
      if (spentUntil.compareAndSet(spent, from + intervalNanos)) {
        return true;
      }
    }
  }
}
