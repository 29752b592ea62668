package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the named sets of a policy hold, each worked out once. For one thread. */
public final class Sets {
  private final Map<String, NamedSet> sets = new HashMap<>();
  private final Map<String, Values> known = new HashMap<>();

  /** The sets of {@code policy}. */
  public Sets(Policy policy) {
    for (NamedSet set : policy.sets()) {
      sets.put(set.name(), set);
    }
  }

  /** All numbers of {@code values}, in which sets are named that hold no one another in a ring. */
  RangeSet numbers(Kind kind, Values values) {
    if (values.sets().isEmpty()) {
      return values.ranges();
    }
    Values all = all(values);
    return kind == Kind.IPV6 ? RangeSet.union(List.of(all.ipv6(), values.ranges())) : all.ranges();
  }

  private Values all(Values values) {
    List<RangeSet> ranges = new ArrayList<>(List.of(values.ranges()));
    List<RangeSet> ipv6 = new ArrayList<>(List.of(values.ipv6()));
    for (String name : values.sets()) {
      Values held = known.get(name);
      if (held == null) {
        held = all(sets.get(name).values());
        known.put(name, held);
      }
      ranges.add(held.ranges());
      ipv6.add(held.ipv6());
    }
    return new Values(RangeSet.union(ranges), RangeSet.union(ipv6), List.of());
  }
}
