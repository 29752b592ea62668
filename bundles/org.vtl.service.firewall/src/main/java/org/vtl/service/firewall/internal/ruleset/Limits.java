package org.vtl.service.firewall.internal.ruleset;

import org.vtl.service.firewall.internal.policy.Effect;

/**
 * The tables of what is kept by address: 65,536 buckets and as many counts for all rules together,
 * made when a rule first needs them. Any thread.
 */
final class Limits {
  private final RuleCounters owner;
  private volatile Buckets buckets;
  private volatile Counts counts;
  private int keys;

  Limits(RuleCounters owner) {
    this.owner = owner;
  }

  /** A number for what one rule's limit keeps by address. */
  int nextKey() {
    synchronized (owner) {
      return ++keys;
    }
  }

  Buckets buckets() {
    synchronized (owner) {
      if (buckets == null) {
        buckets = new Buckets();
      }
      return buckets;
    }
  }

  Counts counts() {
    synchronized (owner) {
      if (counts == null) {
        counts = new Counts();
      }
      return counts;
    }
  }

  /** The hash of the address that {@code per} means, of what {@code key} keeps for it. */
  static long hash(Effect.Per per, int key, Subject subject) {
    return per == Effect.Per.SOURCE
        ? AddressTable.hash(key, subject.sourceHigh(), subject.sourceLow())
        : AddressTable.hash(key, subject.destinationHigh(), subject.destinationLow());
  }
}
