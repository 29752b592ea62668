package org.vtl.service.firewall.internal.ruleset;

import java.util.concurrent.atomic.AtomicInteger;
import org.vtl.service.firewall.internal.policy.Effect;

/** A rule's {@code ct count}. */
final class CountCondition implements Condition {
  private final Effect.Count count;
  private final AtomicInteger open;
  private final Counts counts;
  private final int key;

  /**
   * A count.
   *
   * @param open the one for all, used unless it is kept by address
   * @param counts those by address; null if it is not
   */
  CountCondition(Effect.Count count, AtomicInteger open, Counts counts, int key) {
    this.count = count;
    this.open = open;
    this.counts = counts;
    this.key = key;
  }

  @Override
  public boolean passes(Subject subject, long now) {
    CountTickets tickets = subject.tickets();
    if (tickets == null) {
      return wouldPass(subject, now);
    }
    return (tickets.has(key) || take(subject, tickets)) != count.over();
  }

  private boolean take(Subject subject, CountTickets tickets) {
    if (counts != null) {
      int place = counts.take(Limits.hash(count.per(), key, subject), count.limit());
      if (place >= 0) {
        tickets.add(key, counts, null, place);
      }
      return place >= 0;
    }
    while (true) {
      int now = open.get();
      if (now >= count.limit()) {
        return false;
      }
      if (open.compareAndSet(now, now + 1)) {
        tickets.add(key, null, open, 0);
        return true;
      }
    }
  }

  @Override
  public boolean wouldPass(Subject subject, long now) {
    CountTickets tickets = subject.tickets();
    boolean room =
        tickets != null && tickets.has(key)
            || (counts == null
                ? open.get() < count.limit()
                : counts.hasRoom(Limits.hash(count.per(), key, subject), count.limit()));
    return room != count.over();
  }
}
