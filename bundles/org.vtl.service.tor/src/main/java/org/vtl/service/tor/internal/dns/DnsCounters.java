package org.vtl.service.tor.internal.dns;

import java.util.function.BiFunction;
import org.vtl.metrics.Counter;

/** Counts how questions end. Any thread. */
public final class DnsCounters {
  private final Counter[] counters = new Counter[DnsOutcome.values().length];

  /**
   * Declares the counters with {@code declare}, which is {@link
   * org.vtl.service.ServiceContext#counter}.
   */
  public DnsCounters(BiFunction<String, String, Counter> declare) {
    for (DnsOutcome outcome : DnsOutcome.values()) {
      counters[outcome.ordinal()] = declare.apply(outcome.title, outcome.description);
    }
  }

  void count(DnsOutcome outcome) {
    counters[outcome.ordinal()].increment();
  }
}
