package org.vtl.service.firewall.internal.ruleset;

import java.util.concurrent.atomic.AtomicLong;
import org.vtl.service.firewall.internal.policy.Effect;

/** A rule's {@code limit}. */
final class RateCondition implements Condition {
  /** More than three centuries: as good as for ever, and no sum with it overflows. */
  private static final double MOST = 1L << 61;

  private final Effect.Limit limit;
  private final double nanosPerUnit;
  private final long room;
  private final AtomicLong bucket;
  private final Buckets buckets;
  private final int key;

  /**
   * A limit.
   *
   * @param bucket the one for all, used unless it is kept by address
   * @param buckets those by address; null if it is not
   */
  RateCondition(Effect.Limit limit, AtomicLong bucket, Buckets buckets, int key) {
    this.limit = limit;
    this.nanosPerUnit = (double) limit.unitNanos() / limit.amount();
    // As the kernel: packets may come in a burst, bytes in a burst besides what the rate gives.
    double tokens = (double) limit.burst() + (limit.bytes() ? limit.amount() : 0);
    this.room = (long) Math.min(MOST, Math.max(1, tokens * nanosPerUnit));
    this.bucket = bucket;
    this.buckets = buckets;
    this.key = key;
  }

  @Override
  public boolean passes(Subject subject, long now) {
    boolean within =
        buckets == null
            ? Buckets.spend(bucket, cost(subject), room, now)
            : buckets.spend(Limits.hash(limit.per(), key, subject), cost(subject), room, now);
    return within != limit.over();
  }

  @Override
  public boolean wouldPass(Subject subject, long now) {
    boolean within =
        buckets == null
            ? Buckets.holds(bucket, cost(subject), room, now)
            : buckets.holds(Limits.hash(limit.per(), key, subject), cost(subject), room, now);
    return within != limit.over();
  }

  private long cost(Subject subject) {
    return (long) (limit.bytes() ? Math.max(0, subject.length()) * nanosPerUnit : nanosPerUnit);
  }
}
