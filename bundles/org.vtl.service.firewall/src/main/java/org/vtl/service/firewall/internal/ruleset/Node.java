package org.vtl.service.firewall.internal.ruleset;

/** A part of a decision tree. */
sealed interface Node {
  /** Two ways: what is below the border in one dimension, and the rest. */
  final class Cut implements Node {
    final int dimension;
    final long high;
    final long low;

    /** Whether packets of one connection may go different ways. */
    final boolean varies;

    final Node below;
    final Node above;

    Cut(int dimension, long high, long low, boolean varies, Node below, Node above) {
      this.dimension = dimension;
      this.high = high;
      this.low = low;
      this.varies = varies;
      this.below = below;
      this.above = above;
    }

    /** The way of {@code subject}; what it does not have is above. */
    Node way(Subject subject) {
      long theirs = subject.high[dimension];
      boolean less =
          theirs == high
              ? Long.compareUnsigned(subject.low[dimension], low) < 0
              : Long.compareUnsigned(theirs, high) < 0;
      return less ? below : above;
    }
  }

  /** Rules to be held against the packet one after the other. */
  final class Leaf implements Node {
    final CompiledRule[] rules;

    Leaf(CompiledRule[] rules) {
      this.rules = rules;
    }
  }
}
