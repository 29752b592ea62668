package org.vtl.service.firewall.internal.ruleset;

import java.util.Arrays;

/** Finds where a box is cut best: so that both halves have few rules, and few have both. */
final class CutChoice {
  private static final int CANDIDATES = 15;

  private int rules;
  private long space;
  private int dimension;
  private int stretch;
  private double least;

  /** Begins for {@code rules} rules that may become {@code space} references. */
  void begin(int rules, long space) {
    this.rules = rules;
    this.space = space;
    dimension = -1;
    // A cut that leaves nearly all rules in one half gains nothing.
    least = rules * 0.97;
  }

  boolean isGood() {
    return dimension >= 0;
  }

  int dimension() {
    return dimension;
  }

  /** The first stretch of the upper half. */
  int stretch() {
    return stretch;
  }

  /** Considers cuts of dimension {@code d}, where the box is from {@code from} to {@code to}. */
  void consider(int d, int[] here, int[][] ranges, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int[] begins = new int[here.length];
    int[] ends = new int[here.length];
    for (int i = 0; i < here.length; i++) {
      int[] range = ranges[here[i]];
      int at = 0;
      while (at + 2 < range.length && range[at + 1] <= from) {
        at += 2;
      }
      int last = range.length - 2;
      while (last > at && range[last] >= to) {
        last -= 2;
      }
      begins[i] = Math.max(from, range[at]);
      ends[i] = Math.min(to, range[last + 1]);
    }
    Arrays.sort(begins);
    Arrays.sort(ends);
    if (begins[here.length - 1] == from && ends[0] == to) {
      return; // no rule begins or ends within
    }
    int before = -1;
    for (int i = 1; i <= CANDIDATES; i++) {
      int place = (int) ((long) here.length * i / (CANDIDATES + 1));
      before = weigh(d, begins[place], begins, ends, from, to, before);
      before = weigh(d, ends[place], begins, ends, from, to, before);
    }
    weigh(d, begins[here.length - 1], begins, ends, from, to, before);
    weigh(d, ends[0], begins, ends, from, to, before);
  }

  private int weigh(int d, int at, int[] begins, int[] ends, int from, int to, int before) {
    if (at <= from || at >= to || at == before) {
      return before;
    }
    int below = countBelow(begins, at);
    int above = ends.length - countBelow(ends, at + 1);
    double cost = Math.max(below, above) + 0.4 * (below + above - rules);
    if (cost < least && below + above <= space) {
      least = cost;
      dimension = d;
      stretch = at;
    }
    return at;
  }

  /** How many of {@code sorted} are below {@code limit}. */
  private static int countBelow(int[] sorted, int limit) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = from + to >>> 1;
      if (sorted[middle] < limit) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
