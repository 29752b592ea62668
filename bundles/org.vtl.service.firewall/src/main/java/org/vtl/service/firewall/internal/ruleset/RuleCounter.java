package org.vtl.service.firewall.internal.ruleset;

import java.util.concurrent.atomic.LongAdder;

/**
 * What is counted of one rule, or of the policy of one direction. Any thread; no locks.
 *
 * <p>{@link LinkRules#decide} counts every packet that the rule matched, be it for a verdict or on
 * the way to one. What passes in a connection that the firewall left is not decided again: who
 * learns of it later adds it by {@link #carried}.
 */
public final class RuleCounter {
  private final LongAdder hits = new LongAdder();
  private final LongAdder packets = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder connections = new LongAdder();

  RuleCounter() {}

  /** How often it matched a packet. */
  public long hits() {
    return hits.sum();
  }

  /** Packets it matched, those carried without asking it included. */
  public long packets() {
    return packets.sum();
  }

  /** Bytes of IP of {@link #packets}. */
  public long bytes() {
    return bytes.sum();
  }

  /** Connections it decided: packets in state NEW for which it was the verdict. */
  public long connections() {
    return connections.sum();
  }

  /** Adds packets that passed by its decision without being asked for. */
  public void carried(long packets, long bytes) {
    this.packets.add(packets);
    this.bytes.add(bytes);
  }

  void hit(long bytes) {
    hits.increment();
    packets.increment();
    this.bytes.add(bytes);
  }

  void connection() {
    connections.increment();
  }
}
