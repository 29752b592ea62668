package org.vtl.service.firewall.internal.ruleset;

import org.vtl.service.firewall.internal.policy.Dimension;
import org.vtl.service.firewall.internal.policy.RangeSet;

/** Whether one number of a packet is among those that a rule allows. */
final class Check {
  private final int dimension;
  private final boolean single;
  private final boolean wide;
  private final long first;
  private final long span;
  private final RangeSet allowed;

  Check(Dimension dimension, RangeSet allowed) {
    this.dimension = dimension.ordinal();
    this.allowed = allowed;
    single = allowed.size() == 1;
    wide = single && (allowed.firstHigh(0) != 0 || allowed.lastHigh(0) != 0);
    first = allowed.isEmpty() ? 0 : allowed.firstLow(0);
    span = allowed.isEmpty() ? 0 : allowed.lastLow(0) - first;
  }

  /** Whether the packet has the number and it is allowed. */
  boolean holds(Subject subject) {
    long low = subject.low[dimension];
    if (single && !wide) {
      // What the packet does not have is the greatest number: beyond every span.
      return subject.high[dimension] == 0 && Long.compareUnsigned(low - first, span) <= 0;
    }
    return allowed.contains(subject.high[dimension], low);
  }
}
