package org.vtl.core.internal.engine;

import java.util.Arrays;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.service.Timers;

/**
 * Timers of one lane: a hashed wheel of one-millisecond ticks over arrays made at the start, so
 * that starting, cancelling and firing allocate nothing. A timer never fires early.
 */
final class TimerWheel {
  /** Told of each timer that fires. */
  interface Expiry {
    void expired(ServiceEntry service, TrackedConnection connection, long token);
  }

  private static final int BUCKETS = 4_096;
  private static final int EXPIRED = BUCKETS;
  private static final int NIL = -1;
  private static final long TICK_NANOS = 1_000_000;

  /** Longer delays, of centuries, are cut to this, so that no sum overflows. */
  private static final long MOST_NANOS = Long.MAX_VALUE / 2;

  private final int lane;
  private final int[] heads = new int[BUCKETS + 1];
  private final int[] tails = new int[BUCKETS + 1];
  private final long[] occupied = new long[BUCKETS / 64];
  private final int[] list;
  private final int[] next;
  private final int[] previous;
  private final int[] nextOfConnection;
  private final int[] previousOfConnection;
  private final int[] generation;
  private final long[] tick;
  private final long[] token;
  private final TrackedConnection[] connection;
  private final ServiceEntry[] service;
  private int free;
  private int running;
  private long currentTick;

  /**
   * A wheel of at most {@code capacity} timers for lane {@code lane}, beginning at {@code now};
   * {@code serial} tells its timers from those of an earlier lane in the same place.
   */
  TimerWheel(int lane, int serial, int capacity, long now) {
    this.lane = lane;
    list = new int[capacity];
    next = new int[capacity];
    previous = new int[capacity];
    nextOfConnection = new int[capacity];
    previousOfConnection = new int[capacity];
    generation = new int[capacity];
    Arrays.fill(generation, serial << 16);
    tick = new long[capacity];
    token = new long[capacity];
    connection = new TrackedConnection[capacity];
    service = new ServiceEntry[capacity];
    Arrays.fill(heads, NIL);
    Arrays.fill(tails, NIL);
    Arrays.fill(list, NIL);
    for (int i = 0; i < capacity; i++) {
      next[i] = i + 1 < capacity ? i + 1 : NIL;
    }
    currentTick = Math.floorDiv(now, TICK_NANOS);
  }

  int running() {
    return running;
  }

  long start(ServiceEntry owner, TrackedConnection of, long now, long delayNanos, long withToken) {
    int timer = free;
    if (timer == NIL) {
      return Timers.NONE;
    }
    free = next[timer];
    // Rounded up: the tick after the one in which the delay ends.
    long delay = Math.clamp(delayNanos, 0, MOST_NANOS);
    long due = Math.floorDiv(now + delay + TICK_NANOS - 1, TICK_NANOS);
    tick[timer] = Math.max(due, currentTick + 1);
    token[timer] = withToken;
    connection[timer] = of;
    service[timer] = owner;
    append((int) (tick[timer] % BUCKETS), timer);
    nextOfConnection[timer] = of.timers();
    previousOfConnection[timer] = NIL;
    if (of.timers() != NIL) {
      previousOfConnection[of.timers()] = timer;
    }
    of.setTimers(timer);
    running++;
    return (long) lane << 56 | (generation[timer] & 0xff_ffffL) << 32 | timer;
  }

  static int laneOf(long timer) {
    return (int) (timer >>> 56);
  }

  void cancel(long id) {
    int timer = (int) id;
    if (timer >= 0
        && timer < list.length
        && list[timer] != NIL
        && (generation[timer] & 0xff_ffffL) == (id >>> 32 & 0xff_ffffL)) {
      end(timer);
    }
  }

  /** Cancels all timers of a connection that ends. */
  void cancelAll(TrackedConnection of) {
    while (of.timers() != NIL) {
      end(of.timers());
    }
  }

  /** Cancels all timers of a service that leaves. */
  void cancelAll(ServiceEntry of) {
    for (int timer = 0; timer < service.length; timer++) {
      if (service[timer] == of) {
        end(timer);
      }
    }
  }

  /**
   * Fires timers that are due, at most {@code limit}.
   *
   * @return how many fired
   */
  int advance(long now, int limit, Expiry expiry) {
    long nowTick = Math.floorDiv(now, TICK_NANOS);
    if (nowTick > currentTick) {
      if (running > 0) {
        long from = Math.max(currentTick + 1, nowTick - BUCKETS + 1);
        for (long at = from; at <= nowTick; at++) {
          collect((int) (at % BUCKETS), nowTick);
        }
      }
      currentTick = nowTick;
    }
    int fired = 0;
    while (fired < limit && heads[EXPIRED] != NIL) {
      int timer = heads[EXPIRED];
      ServiceEntry owner = service[timer];
      TrackedConnection of = connection[timer];
      long withToken = token[timer];
      end(timer);
      expiry.expired(owner, of, withToken);
      fired++;
    }
    return fired;
  }

  /** Nanoseconds until a timer may be due: 0 when one is, {@code Long.MAX_VALUE} without any. */
  long nanosUntilNext(long now) {
    if (heads[EXPIRED] != NIL) {
      return 0;
    }
    if (running == 0) {
      return Long.MAX_VALUE;
    }
    long from = currentTick + 1;
    for (int step = 0; step <= BUCKETS; ) {
      int bucket = (int) ((from + step) % BUCKETS);
      long word = occupied[bucket >>> 6] >>> (bucket & 63);
      if (word != 0) {
        step += Long.numberOfTrailingZeros(word);
        return Math.max(0, (from + step) * TICK_NANOS - now);
      }
      step += 64 - (bucket & 63);
    }
    return BUCKETS * TICK_NANOS;
  }

  /** Moves the due timers of a bucket to the expired ones; the others are of a later turn. */
  private void collect(int bucket, long nowTick) {
    int timer = heads[bucket];
    while (timer != NIL) {
      int following = next[timer];
      if (tick[timer] <= nowTick) {
        unlink(timer);
        append(EXPIRED, timer);
      }
      timer = following;
    }
  }

  private void end(int timer) {
    unlink(timer);
    TrackedConnection of = connection[timer];
    int after = nextOfConnection[timer];
    int before = previousOfConnection[timer];
    if (before == NIL) {
      of.setTimers(after);
    } else {
      nextOfConnection[before] = after;
    }
    if (after != NIL) {
      previousOfConnection[after] = before;
    }
    connection[timer] = null;
    service[timer] = null;
    list[timer] = NIL;
    generation[timer]++;
    next[timer] = free;
    free = timer;
    running--;
  }

  private void append(int to, int timer) {
    list[timer] = to;
    next[timer] = NIL;
    previous[timer] = tails[to];
    if (tails[to] == NIL) {
      heads[to] = timer;
    } else {
      next[tails[to]] = timer;
    }
    tails[to] = timer;
    if (to != EXPIRED) {
      occupied[to >>> 6] |= 1L << (to & 63);
    }
  }

  private void unlink(int timer) {
    int from = list[timer];
    if (previous[timer] == NIL) {
      heads[from] = next[timer];
    } else {
      next[previous[timer]] = next[timer];
    }
    if (next[timer] == NIL) {
      tails[from] = previous[timer];
    } else {
      previous[next[timer]] = previous[timer];
    }
    if (from != EXPIRED && heads[from] == NIL) {
      occupied[from >>> 6] &= ~(1L << (from & 63));
    }
  }
}
