package org.vtl.service.firewall.internal.ruleset;

import java.security.SecureRandom;

/**
 * How addresses of rules find their place in tables of a fixed size: by a hash that nobody outside
 * can foresee, to a set of eight places, of which the one with its tag is theirs. Two that have the
 * same tag share what is kept for them, which happens once in 2^40.
 */
final class AddressTable {
  /** Places of one table. */
  static final int PLACES = 65_536;

  /** Places that an address may be at. */
  static final int WAYS = 8;

  private static final int SET_MASK = PLACES / WAYS - 1;
  private static final long SEED = new SecureRandom().nextLong();

  private AddressTable() {}

  /** The hash of what {@code key}, a number of a rule's limit, keeps for an address. */
  static long hash(int key, long high, long low) {
    long hash = mix(SEED ^ key * 0x9e3779b97f4a7c15L);
    hash = mix(hash ^ high);
    return mix(hash ^ low);
  }

  /** The first of the places for {@code hash}. */
  static int first(long hash) {
    return ((int) hash & SET_MASK) * WAYS;
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
