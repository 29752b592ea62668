package org.vtl.service.firewall.internal.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.vtl.service.firewall.internal.policy.Effect;

/** What outlives a change of policy for one rule: its counter, buckets, counts. */
final class RuleState {
  private final RuleCounter counter = new RuleCounter();
  private final List<Kept> kept = new ArrayList<>();

  /** The last policy that had the rule. */
  long generation;

  /** What one effect keeps, by its place among those of the rule. */
  private record Kept(int key, AtomicLong bucket, AtomicInteger open) {}

  RuleCounter counter() {
    return counter;
  }

  /** The conditions of {@code effects}; what they kept under an earlier policy goes on. */
  Condition[] conditions(List<Effect> effects, Limits limits) {
    List<Condition> conditions = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Log) {
        continue;
      }
      int place = conditions.size();
      if (place == kept.size()) {
        kept.add(new Kept(limits.nextKey(), new AtomicLong(Buckets.UNUSED), new AtomicInteger()));
      }
      Kept own = kept.get(place);
      conditions.add(
          switch (effect) {
            case Effect.Limit limit ->
                new RateCondition(
                    limit,
                    own.bucket(),
                    limit.per() == Effect.Per.RULE ? null : limits.buckets(),
                    own.key());
            case Effect.Count count ->
                new CountCondition(
                    count,
                    own.open(),
                    count.per() == Effect.Per.RULE ? null : limits.counts(),
                    own.key());
            case Effect.Log log -> throw new IllegalStateException("A log is no condition.");
          });
    }
    return conditions.toArray(Condition[]::new);
  }
}
