package org.vtl.service.firewall.internal.ruleset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vtl.service.firewall.internal.policy.Dimension;
import org.vtl.service.firewall.internal.policy.RangeSet;

/**
 * The numbers of one dimension at which rules begin or end, in order. Between them lie stretches
 * that no rule tells apart; trees are built on the numbers of these, from 0, instead of on
 * addresses.
 */
final class Borders {
  private static final int[] EVERYWHERE = {0, Integer.MAX_VALUE};

  private final Dimension dimension;
  private final long[] high;
  private final long[] low;

  private Borders(Dimension dimension, List<long[]> sorted) {
    this.dimension = dimension;
    high = new long[sorted.size()];
    low = new long[sorted.size()];
    for (int i = 0; i < high.length; i++) {
      high[i] = sorted.get(i)[0];
      low[i] = sorted.get(i)[1];
    }
  }

  /** The borders of {@code rules} in {@code dimension}. */
  static Borders of(Dimension dimension, List<CompiledRule> rules) {
    List<long[]> all = new ArrayList<>();
    for (CompiledRule rule : rules) {
      RangeSet allowed = rule.region().allowed(dimension);
      for (int i = 0; allowed != null && i < allowed.size(); i++) {
        all.add(new long[] {allowed.firstHigh(i), allowed.firstLow(i)});
        long next = allowed.lastLow(i) + 1;
        long nextHigh = allowed.lastHigh(i) + (next == 0 ? 1 : 0);
        if (next != 0 || nextHigh != 0) {
          all.add(new long[] {nextHigh, next});
        }
      }
    }
    all.sort((a, b) -> RangeSet.compare(a[0], a[1], b[0], b[1]));
    List<long[]> distinct = new ArrayList<>(all.size());
    for (long[] border : all) {
      if (distinct.isEmpty() || !Arrays.equals(distinct.getLast(), border)) {
        distinct.add(border);
      }
    }
    return new Borders(dimension, distinct);
  }

  Dimension dimension() {
    return dimension;
  }

  /** How many stretches there are. */
  int stretches() {
    return high.length + 1;
  }

  /** High half of the first number of {@code stretch}, which must not be 0. */
  long high(int stretch) {
    return high[stretch - 1];
  }

  /** Low half of it. */
  long low(int stretch) {
    return low[stretch - 1];
  }

  /** The stretch that a number lies in. */
  int stretch(long valueHigh, long valueLow) {
    int from = 0;
    int to = high.length;
    while (from < to) {
      int middle = from + to >>> 1;
      if (RangeSet.compare(high[middle], low[middle], valueHigh, valueLow) <= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Of each range of {@code allowed} its first stretch and the one behind it; null means all. */
  int[] stretches(RangeSet allowed) {
    if (allowed == null) {
      return EVERYWHERE;
    }
    int[] stretches = new int[allowed.size() * 2];
    for (int i = 0; i < allowed.size(); i++) {
      stretches[2 * i] = stretch(allowed.firstHigh(i), allowed.firstLow(i));
      stretches[2 * i + 1] = stretch(allowed.lastHigh(i), allowed.lastLow(i)) + 1;
    }
    return stretches;
  }
}
