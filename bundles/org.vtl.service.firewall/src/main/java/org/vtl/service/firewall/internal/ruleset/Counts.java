package org.vtl.service.firewall.internal.ruleset;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Open connections by address: of each place the address' tag and its count in one number, so that
 * a place whose count is 0 can be taken in one step. Any thread; no locks.
 */
final class Counts {
  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  private final AtomicLongArray places = new AtomicLongArray(AddressTable.PLACES);

  /**
   * Counts one more for an address, if no more than {@code limit} are then open.
   *
   * @return the place, to give back; -1 when over the limit, or all places are others'
   */
  int take(long hash, int limit) {
    while (true) {
      int place = place(hash);
      if (place < 0) {
        return -1;
      }
      long old = places.get(place);
      long count = tag(old) == tag(hash) ? old & COUNT_MASK : 0;
      if (tag(old) != tag(hash) && (old & COUNT_MASK) != 0) {
        continue; // taken by another in between
      }
      if (count >= Math.min(limit, COUNT_MASK)) {
        return -1;
      }
      if (places.compareAndSet(place, old, tag(hash) | count + 1)) {
        return place;
      }
    }
  }

  /** Whether {@link #take} would find room. */
  boolean hasRoom(long hash, int limit) {
    int place = place(hash);
    if (place < 0) {
      return false;
    }
    long old = places.get(place);
    return (tag(old) == tag(hash) ? old & COUNT_MASK : 0) < limit;
  }

  /** Gives back what {@link #take} took. */
  void release(int place) {
    while (true) {
      long old = places.get(place);
      if ((old & COUNT_MASK) == 0 || places.compareAndSet(place, old, old - 1)) {
        return;
      }
    }
  }

  private int place(long hash) {
    int first = AddressTable.first(hash);
    int free = -1;
    for (int i = first; i < first + AddressTable.WAYS; i++) {
      long place = places.get(i);
      if ((place & COUNT_MASK) == 0) {
        free = free < 0 ? i : free;
      } else if (tag(place) == tag(hash)) {
        return i;
      }
    }
    return free;
  }

  private static long tag(long hash) {
    return hash & ~COUNT_MASK;
  }
}
