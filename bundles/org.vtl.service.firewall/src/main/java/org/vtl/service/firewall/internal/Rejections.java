package org.vtl.service.firewall.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vtl.service.RateBudget;
import org.vtl.service.ServiceContext;

/** The rejections of all links: each link has its rate, which its workers share. Any thread. */
final class Rejections {
  /** As many come at once as in so many milliseconds one by one. */
  private static final int BURST_MILLIS = 50;

  private final ServiceContext context;
  private final Rejection.Counters counters;
  private final int perSecond;
  private final Map<String, RateBudget> budgets = new ConcurrentHashMap<>();

  Rejections(ServiceContext context, int perSecond) {
    this.context = context;
    this.perSecond = perSecond;
    counters =
        new Rejection.Counters(
            context.counter("resets", "TCP resets sent to refused senders."),
            context.counter("unreachables", "ICMP errors sent to refused senders."),
            context.counter(
                "rejections-limited", "Refused senders not told, since there were too many."));
  }

  /** A worker's of {@code link}. */
  Rejection of(String link) {
    int burst = Math.max(1, perSecond * BURST_MILLIS / 1_000);
    RateBudget budget = budgets.computeIfAbsent(link, name -> new RateBudget(perSecond, burst));
    return new Rejection(context.injector(), budget, counters);
  }
}
