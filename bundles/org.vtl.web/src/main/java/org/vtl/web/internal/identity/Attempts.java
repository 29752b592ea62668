package org.vtl.web.internal.identity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often a login may be tried: five times a minute from one source, forty times from all. A
 * login that succeeds does not count. From any thread.
 */
public final class Attempts {
  private static final int OF_A_SOURCE = 5;
  private static final int OF_ALL = 40;
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoClock;
  private final Map<String, Deque<Long>> sources = new HashMap<>();
  private final Deque<Long> all = new ArrayDeque<>();
  private final Deque<Long> noted = new ArrayDeque<>();

  public Attempts(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Counts a try, before it is looked at: many at once are so many tries.
   *
   * @return 0 if it may be made, else the seconds to wait
   */
  public synchronized long take(String source) {
    long now = nanoClock.getAsLong();
    for (Iterator<Deque<Long>> each = sources.values().iterator(); each.hasNext(); ) {
      Deque<Long> tries = each.next();
      forget(tries, now);
      if (tries.isEmpty()) {
        each.remove();
      }
    }
    forget(all, now);
    Deque<Long> own = sources.get(source);
    if (own != null && own.size() >= OF_A_SOURCE) {
      return seconds(own, now);
    }
    if (all.size() >= OF_ALL) {
      return seconds(all, now);
    }
    sources.computeIfAbsent(source, any -> new ArrayDeque<>()).addLast(now);
    all.addLast(now);
    return 0;
  }

  /**
   * Whether a try that may not be made is to be noted: as many as may be made are, since who goes
   * on trying would else push all that others did out of the record.
   */
  public synchronized boolean isNoted() {
    long now = nanoClock.getAsLong();
    forget(noted, now);
    if (noted.size() >= OF_ALL) {
      return false;
    }
    noted.addLast(now);
    return true;
  }

  /** The last try from there succeeded. */
  public synchronized void succeeded(String source) {
    Deque<Long> own = sources.get(source);
    if (own != null && !own.isEmpty()) {
      all.removeLastOccurrence(own.removeLast());
    }
  }

  private static void forget(Deque<Long> tries, long now) {
    while (!tries.isEmpty() && now - tries.peekFirst() >= WINDOW_NANOS) {
      tries.removeFirst();
    }
  }

  private static long seconds(Deque<Long> tries, long now) {
    return 1 + TimeUnit.NANOSECONDS.toSeconds(WINDOW_NANOS - (now - tries.peekFirst()));
  }
}
