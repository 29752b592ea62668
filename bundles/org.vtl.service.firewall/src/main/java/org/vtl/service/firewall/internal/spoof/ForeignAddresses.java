package org.vtl.service.firewall.internal.spoof;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Addresses that others on the network were lately heard to speak for, by ARP and Neighbor
 * Discovery, so that the VM cannot take a neighbour's or the router's by being first to use it.
 * What came from the VM's own MAC address does not count: it was heard where it came from when it
 * migrated.
 *
 * <p>A fixed table in which the newest wins its place, and a place is forgotten after five minutes;
 * it errs by forgetting only. Several threads; no lock, no allocation.
 */
final class ForeignAddresses {
  private static final int PLACES = 1_024;
  private static final int TIME_BITS = 20;
  private static final long TIME_MASK = (1L << TIME_BITS) - 1;

  /** One unit of time is 2^33 nanoseconds, some 8.6 seconds. */
  private static final int UNIT_SHIFT = 33;

  private static final long LIFETIME_UNITS = 35;

  private final AtomicLongArray places = new AtomicLongArray(PLACES);

  /** Whose MAC address each was heard from; what is read of a place in change is of no matter. */
  private final AtomicLongArray speakers = new AtomicLongArray(PLACES);

  /** Unknown to strangers, so that none can aim at the router's place. */
  private final long secret = ThreadLocalRandom.current().nextLong();

  void heard(long high, long low, long mac, long now) {
    long hash = hash(high, low);
    long entry = hash & ~TIME_MASK | now >>> UNIT_SHIFT & TIME_MASK;
    int place = (int) hash & PLACES - 1;
    if (places.getPlain(place) != entry) {
      places.setOpaque(place, entry);
    }
    if (speakers.getPlain(place) != mac) {
      speakers.setOpaque(place, mac);
    }
  }

  /** Whether others than {@code mac} speak for the address. */
  boolean isForeign(long high, long low, long mac, long now) {
    long hash = hash(high, low);
    int place = (int) hash & PLACES - 1;
    long entry = places.getOpaque(place);
    long age = (now >>> UNIT_SHIFT) - entry & TIME_MASK;
    return entry != 0
        && ((entry ^ hash) & ~TIME_MASK) == 0
        && age <= LIFETIME_UNITS
        && speakers.getOpaque(place) != mac;
  }

  void forget() {
    for (int i = 0; i < PLACES; i++) {
      places.setOpaque(i, 0);
    }
  }

  private long hash(long high, long low) {
    long z = (secret ^ high) * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30 ^ low) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
