package org.vtl.service.tor.internal.dns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.vtl.packet.Address;

/**
 * Which virtual address stands for which name, on one link: a name gets one IPv4 and one IPv6
 * address, the same ones for as long as it is mapped.
 *
 * <p>It holds a fixed number of names. A new name takes a free place, or that of the name unused
 * for longest, but never of one that a connection holds or that the guest was told so lately that
 * it may still believe it; where there is none, the name is not mapped. Each place hands out its
 * addresses in turn, beginning anywhere, so that an address comes back for another name as late as
 * the range allows, and not in the next run either.
 *
 * <pre>{@code
 * String name = names.hold(high, low); // a connection to a virtual address begins
 * ...
 * names.release(high, low);            // it has ended
 * }</pre>
 *
 * <p>Any thread; each call is short. A name costs memory when it is first mapped, nothing after.
 */
public final class NameMap {
  /** What {@link #map} returns when no place is free. */
  static final int FULL = -1;

  private static final byte FORMAT = 1;
  private static final int FORGET_AT_ONCE = 4;

  /** A place: a name, or none yet. */
  private static final class Place {
    HostName name;
    String text;
    int number;
    int holds;
    long toldUntil;
    long touched;
    // Its neighbours among those that nothing holds, by use.
    Place older;
    Place newer;
  }

  private final VirtualRange range;
  private final long lifeNanos;
  private final LongSupplier clock;
  private final Place[] places;
  private final Map<HostName, Place> byName = new HashMap<>();

  /** The order in which places are taken first, and how many were. */
  private final int[] order;

  private int taken;

  /** Ends of the list of places with a name that nothing holds. */
  private final Place oldest = new Place();

  /** Places whose names were forgotten, by {@code older}. */
  private Place empty;

  private int generation;

  /**
   * An empty map.
   *
   * @param most names at once, 1 to 1,000,000; of a small range, as many as it has addresses
   * @param lifeNanos after so long without use a name is forgotten
   * @param clock nanoseconds, the workers'
   */
  public NameMap(VirtualRange range, int most, long lifeNanos, LongSupplier clock) {
    if (most < 1 || most > 1_000_000) {
      throw new IllegalArgumentException(
          "A link maps 1 to 1,000,000 names at once, not " + most + ".");
    }
    this.range = range;
    this.lifeNanos = lifeNanos;
    this.clock = clock;
    places = new Place[Math.min(most, range.size())];
    oldest.older = oldest;
    oldest.newer = oldest;
    SecureRandom random = new SecureRandom();
    generation = random.nextInt(generations());
    order = new int[places.length];
    for (int i = 0; i < order.length; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
  }

  private int generations() {
    return range.size() / places.length;
  }

  // ---- names to addresses ----------------------------------------------------------------------

  /**
   * The number of the addresses that stand for {@code name}, or {@link #FULL}. The guest is about
   * to be told them for {@code tellNanos}.
   */
  synchronized int map(HostName name, long tellNanos) {
    long now = clock.getAsLong();
    forget(now);
    Place place = byName.get(name);
    if (place == null) {
      place = free(now);
      if (place == null) {
        return FULL;
      }
      place.name = name.copy();
      place.text = name.toString();
      place.toldUntil = now;
      byName.put(place.name, place);
    } else if (place.holds == 0) {
      unlink(place);
    }
    place.toldUntil = Math.max(place.toldUntil, now + tellNanos);
    place.touched = now;
    if (place.holds == 0) {
      link(place);
    }
    return place.number;
  }

  /**
   * The address that stands for {@code name}, IPv4 or IPv6, or null when no place is free. For
   * people and tests.
   */
  public Address map(String name, boolean ipv6) {
    int number = map(HostName.of(name), 0);
    return number == FULL ? null : range.address(number, ipv6);
  }

  VirtualRange range() {
    return range;
  }

  /** A place without a name and with the number it has next; null if there is none. */
  private Place free(long now) {
    while (taken < places.length) {
      int index = order[taken++];
      if (places[index] == null) {
        Place fresh = new Place();
        places[index] = fresh;
        generation = (generation + 1) % generations();
        fresh.number = index + generation * places.length;
        return fresh;
      }
    }
    Place place = empty;
    if (place != null) {
      empty = place.older;
    } else {
      place = oldest.newer;
      if (place == oldest || now - place.toldUntil < 0) {
        return null;
      }
      unlink(place);
      byName.remove(place.name);
    }
    int next = place.number + places.length;
    place.number = next < generations() * places.length ? next : place.number % places.length;
    return place;
  }

  /** Forgets some names whose time is over. */
  private void forget(long now) {
    for (int i = 0; i < FORGET_AT_ONCE; i++) {
      Place place = oldest.newer;
      if (place == oldest || !isOver(place, now)) {
        return;
      }
      unlink(place);
      byName.remove(place.name);
      place.name = null;
      place.text = null;
      place.older = empty;
      empty = place;
    }
  }

  private boolean isOver(Place place, long now) {
    return place.holds == 0 && now - place.touched > lifeNanos && now - place.toldUntil >= 0;
  }

  private void link(Place place) {
    place.newer = oldest;
    place.older = oldest.older;
    place.older.newer = place;
    oldest.older = place;
  }

  private void unlink(Place place) {
    place.older.newer = place.newer;
    place.newer.older = place.older;
  }

  // ---- addresses to names ----------------------------------------------------------------------

  /** Whether the address, IPv4 mapped, is in the virtual range: it stands for a name, or none. */
  public boolean covers(long high, long low) {
    return range.covers(high, low);
  }

  /** The name that the address stands for, or null. */
  public synchronized String name(long high, long low) {
    Place place = place(high, low);
    return place == null ? null : place.text;
  }

  /**
   * The name that the address stands for, or null; it stands for it at least until {@link
   * #release}, which must follow once.
   */
  public synchronized String hold(long high, long low) {
    Place place = place(high, low);
    if (place == null) {
      return null;
    }
    if (place.holds++ == 0) {
      unlink(place);
    }
    return place.text;
  }

  /** What {@link #hold} held is over. */
  public synchronized void release(long high, long low) {
    Place place = place(high, low);
    if (place != null && place.holds > 0 && --place.holds == 0) {
      place.touched = clock.getAsLong();
      link(place);
    }
  }

  private Place place(long high, long low) {
    int number = range.number(high, low);
    Place place = number < 0 ? null : places[number % places.length];
    boolean known =
        place != null
            && place.name != null
            && place.number == number
            && !isOver(place, clock.getAsLong());
    return known ? place : null;
  }

  // ---- for people ------------------------------------------------------------------------------

  /** How many names are mapped. */
  public synchronized int size() {
    return byName.size();
  }

  /** At most {@code limit} names: first those that connections hold, then the last used. */
  public synchronized List<Mapping> entries(int limit) {
    List<Mapping> entries = new ArrayList<>();
    long now = clock.getAsLong();
    for (Place place : places) {
      if (entries.size() < limit && place != null && place.holds > 0) {
        entries.add(mapping(place, now));
      }
    }
    for (Place place = oldest.older; place != oldest; place = place.older) {
      if (entries.size() >= limit) {
        break;
      }
      if (!isOver(place, now)) {
        entries.add(mapping(place, now));
      }
    }
    return entries;
  }

  private Mapping mapping(Place place, long now) {
    return new Mapping(
        place.text,
        range.address(place.number, false),
        range.address(place.number, true),
        place.holds,
        (now - place.touched) / 1_000_000_000L);
  }

  // ---- replacement of the bundle ---------------------------------------------------------------

  /**
   * Writes what the address stands for, for {@link #restore}: the state of a connection to it.
   *
   * @return false, and nothing is written, if it stands for nothing or there is no room
   */
  public synchronized boolean save(long high, long low, ByteBuffer to) {
    Place place = place(high, low);
    if (place == null || to.remaining() < 9 + 5 + place.name.length()) {
      return false;
    }
    to.put(FORMAT).putLong(range.fingerprint());
    return put(place, to);
  }

  /**
   * Writes as many names as there is room for, those that connections hold first and then the last
   * used, leaving out the first {@code skip} of them; for {@link #restore}.
   *
   * @return how many were written
   */
  public synchronized int save(int skip, ByteBuffer to) {
    if (to.remaining() < 9) {
      return 0;
    }
    to.put(FORMAT).putLong(range.fingerprint());
    int number = 0;
    for (Place place : places) {
      if (place != null && place.holds > 0 && number++ >= skip && !put(place, to)) {
        return number - 1 - skip;
      }
    }
    for (Place place = oldest.older; place != oldest; place = place.older) {
      if (number++ >= skip && !put(place, to)) {
        return number - 1 - skip;
      }
    }
    return Math.max(0, number - skip);
  }

  /** Writes a name; false if there is no room. */
  private static boolean put(Place place, ByteBuffer to) {
    if (to.remaining() < 5 + place.name.length()) {
      return false;
    }
    to.putInt(place.number).put((byte) place.name.length());
    to.put(place.text.getBytes(StandardCharsets.US_ASCII));
    return true;
  }

  /**
   * Maps again what a predecessor saved: to the same addresses, where range and places are the same
   * and nothing else is there yet. What is told is counted as told for {@code tellNanos}. Bytes of
   * another format are ignored.
   */
  public synchronized void restore(ByteBuffer from, long tellNanos) {
    if (from.remaining() < 9 || from.get() != FORMAT || from.getLong() != range.fingerprint()) {
      return;
    }
    long now = clock.getAsLong();
    while (from.remaining() >= 5) {
      int number = from.getInt();
      int length = from.get() & 0xff;
      if (length > HostName.MOST || length > from.remaining() || number < 0) {
        return;
      }
      HostName name = new HostName();
      for (int i = 0; i < length; i++) {
        name.append(from.get() & 0x7f);
      }
      int index = number % places.length;
      if (number < generations() * places.length
          && places[index] == null
          && !byName.containsKey(name)) {
        Place place = new Place();
        place.name = name.copy();
        place.text = name.toString();
        place.number = number;
        place.toldUntil = now + tellNanos;
        place.touched = now;
        places[index] = place;
        byName.put(place.name, place);
        // They come with the last used first.
        place.older = oldest;
        place.newer = oldest.newer;
        place.newer.older = place;
        oldest.newer = place;
      }
    }
  }
}
