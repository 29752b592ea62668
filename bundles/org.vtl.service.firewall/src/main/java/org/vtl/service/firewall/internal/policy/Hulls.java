package org.vtl.service.firewall.internal.policy;

import java.util.Arrays;

/**
 * The outer borders of regions in some dimensions, to find those that may cover another one without
 * looking at each closely: thousands of rules are held against thousands.
 */
final class Hulls {
  private static final Dimension[] DIMENSIONS = {
    Dimension.DESTINATION_PORT,
    Dimension.SOURCE_ADDRESS,
    Dimension.DESTINATION_ADDRESS,
    Dimension.SOURCE_PORT
  };

  private final long[][] first = new long[DIMENSIONS.length][64];
  private final long[][] last = new long[DIMENSIONS.length][64];
  private final long[] askedFirst = new long[DIMENSIONS.length];
  private final long[] askedLast = new long[DIMENSIONS.length];
  private int size;

  /** Adds a region as the next number, from 0. */
  void add(Region region) {
    for (int d = 0; d < DIMENSIONS.length; d++) {
      if (size == first[d].length) {
        first[d] = Arrays.copyOf(first[d], size * 2);
        last[d] = Arrays.copyOf(last[d], size * 2);
      }
      first[d][size] = first(region, d);
      last[d][size] = last(region, d);
    }
    size++;
  }

  /** Sets the region that is to be covered. */
  void ask(Region region) {
    for (int d = 0; d < DIMENSIONS.length; d++) {
      askedFirst[d] = first(region, d);
      askedLast[d] = last(region, d);
    }
  }

  /** The first number from {@code from} on that may cover what was asked; -1 for none. */
  int next(int from) {
    for (int i = from; i < size; i++) {
      int d = 0;
      while (d < DIMENSIONS.length && first[d][i] <= askedFirst[d] && last[d][i] >= askedLast[d]) {
        d++;
      }
      if (d == DIMENSIONS.length) {
        return i;
      }
    }
    return -1;
  }

  private static long first(Region region, int dimension) {
    RangeSet set = region.allowed(DIMENSIONS[dimension]);
    return set == null ? Long.MIN_VALUE : digest(set.firstHigh(0), set.firstLow(0));
  }

  private static long last(Region region, int dimension) {
    RangeSet set = region.allowed(DIMENSIONS[dimension]);
    int end = set == null ? 0 : set.size() - 1;
    return set == null ? Long.MAX_VALUE : digest(set.lastHigh(end), set.lastLow(end));
  }

  /** A number that grows with the one of two halves: what is shorter than 48 bits keeps all. */
  private static long digest(long high, long low) {
    return high != 0 ? (high >>> 1) | 1L << 62 : low >>> 49 != 0 ? 1L << 61 : low;
  }
}
