package org.vtl.service.firewall.internal.ruleset;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Token buckets, each one number: when all that was spent will be paid for (the generic cell rate
 * algorithm of ITU-T I.371). A bucket that is paid for is full, and its place free for another
 * address. While all places of an address are in debt, it counts as over its limit: forgetting a
 * debt would let a flood of spoofed sources lift the limit of its own. Any thread; no locks.
 */
final class Buckets {
  /** The time of a bucket that was never used; no clock comes there. */
  static final long UNUSED = Long.MIN_VALUE;

  private final AtomicLongArray tags = new AtomicLongArray(AddressTable.PLACES);
  private final AtomicLongArray paid = new AtomicLongArray(AddressTable.PLACES);

  /**
   * Spends {@code cost} nanoseconds from a bucket that holds {@code room}.
   *
   * @return false, and nothing is spent, when it does not hold enough
   */
  static boolean spend(AtomicLong bucket, long cost, long room, long now) {
    while (true) {
      long old = bucket.get();
      long next = next(old, cost, room, now);
      if (next == UNUSED) {
        return false;
      }
      if (bucket.compareAndSet(old, next)) {
        return true;
      }
    }
  }

  /** The same from the bucket of an address. */
  boolean spend(long hash, long cost, long room, long now) {
    int place = place(hash, now);
    if (place < 0) {
      return false;
    }
    if (tags.get(place) != hash) {
      tags.set(place, hash);
      paid.set(place, UNUSED);
    }
    while (true) {
      long old = paid.get(place);
      long next = next(old, cost, room, now);
      if (next == UNUSED) {
        return false;
      }
      if (paid.compareAndSet(place, old, next)) {
        return true;
      }
    }
  }

  /** Whether {@link #spend} would succeed. */
  static boolean holds(AtomicLong bucket, long cost, long room, long now) {
    return next(bucket.get(), cost, room, now) != UNUSED;
  }

  /** Whether {@link #spend} would succeed. */
  boolean holds(long hash, long cost, long room, long now) {
    int place = place(hash, now);
    long old = place >= 0 && tags.get(place) == hash ? paid.get(place) : UNUSED;
    return place >= 0 && next(old, cost, room, now) != UNUSED;
  }

  private static long next(long old, long cost, long room, long now) {
    // A bucket cannot owe more than it holds: what says so is left of a slower rate.
    long debt = old == UNUSED ? 0 : Math.clamp(old - now, 0L, room);
    return debt + cost <= room ? now + debt + cost : UNUSED;
  }

  /** The place with the tag, else the one paid for longest; -1 if all are in debt. */
  private int place(long hash, long now) {
    int first = AddressTable.first(hash);
    int best = -1;
    long longest = -1;
    for (int i = first; i < first + AddressTable.WAYS; i++) {
      if (tags.get(i) == hash) {
        return i;
      }
      long time = paid.get(i);
      long since = tags.get(i) == 0 || time == UNUSED ? Long.MAX_VALUE : now - time;
      if (since > longest) {
        longest = since;
        best = i;
      }
    }
    return best;
  }
}
