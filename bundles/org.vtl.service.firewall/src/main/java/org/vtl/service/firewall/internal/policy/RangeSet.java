package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set of unsigned 128-bit numbers, as sorted ranges that neither meet nor touch. Immutable;
 * asking it allocates nothing, joining and the like do.
 *
 * <p>An IPv4 address stands in it as {@link org.vtl.packet.Packet#sourceLow} gives it, mapped into
 * IPv6; everything shorter than 128 bits has 0 as its high half.
 */
public final class RangeSet {
  /** The set of nothing. */
  public static final RangeSet EMPTY = new RangeSet(new long[0], 0);

  /** The set of all 128-bit numbers. */
  public static final RangeSet ALL = range(0, 0, -1, -1);

  private static final int WORDS = 4;

  /** Of each range: first high, first low, last high, last low. */
  private final long[] ends;

  private RangeSet(long[] ends, int ranges) {
    this.ends = ends.length == ranges * WORDS ? ends : Arrays.copyOf(ends, ranges * WORDS);
  }

  /** The numbers {@code first} to {@code last}, both included, of no more than 64 bits. */
  public static RangeSet range(long first, long last) {
    return range(0, first, 0, last);
  }

  /** The one number {@code value} of no more than 64 bits. */
  public static RangeSet of(long value) {
    return range(value, value);
  }

  /** The numbers from the first to the last, both included; the first must not be greater. */
  public static RangeSet range(long firstHigh, long firstLow, long lastHigh, long lastLow) {
    if (compare(firstHigh, firstLow, lastHigh, lastLow) > 0) {
      throw new IllegalArgumentException("A range ends before it begins.");
    }
    return new RangeSet(new long[] {firstHigh, firstLow, lastHigh, lastLow}, 1);
  }

  /** All that is in any of {@code sets}. */
  public static RangeSet union(List<RangeSet> sets) {
    List<long[]> ranges = new ArrayList<>();
    for (RangeSet set : sets) {
      for (int i = 0; i < set.ends.length; i += WORDS) {
        ranges.add(Arrays.copyOfRange(set.ends, i, i + WORDS));
      }
    }
    ranges.sort((a, b) -> compare(a[0], a[1], b[0], b[1]));
    long[] joined = new long[ranges.size() * WORDS];
    int at = -WORDS;
    for (long[] range : ranges) {
      if (at >= 0 && touches(joined, at, range)) {
        if (compare(range[2], range[3], joined[at + 2], joined[at + 3]) > 0) {
          joined[at + 2] = range[2];
          joined[at + 3] = range[3];
        }
      } else {
        at += WORDS;
        System.arraycopy(range, 0, joined, at, WORDS);
      }
    }
    return new RangeSet(joined, at / WORDS + 1);
  }

  /** Whether {@code range} begins within the range at {@code at}, or right behind it. */
  private static boolean touches(long[] ends, int at, long[] range) {
    long nextLow = ends[at + 3] + 1;
    long nextHigh = ends[at + 2] + (nextLow == 0 ? 1 : 0);
    boolean toTheEnd = nextHigh == 0 && nextLow == 0;
    return toTheEnd || compare(range[0], range[1], nextHigh, nextLow) <= 0;
  }

  /** All that is in both. */
  public RangeSet intersection(RangeSet other) {
    long[] common = new long[ends.length + other.ends.length];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < ends.length && j < other.ends.length) {
      boolean later = compare(ends[i], ends[i + 1], other.ends[j], other.ends[j + 1]) > 0;
      long high = later ? ends[i] : other.ends[j];
      long low = later ? ends[i + 1] : other.ends[j + 1];
      boolean sooner = compare(ends[i + 2], ends[i + 3], other.ends[j + 2], other.ends[j + 3]) < 0;
      long lastHigh = sooner ? ends[i + 2] : other.ends[j + 2];
      long lastLow = sooner ? ends[i + 3] : other.ends[j + 3];
      if (compare(high, low, lastHigh, lastLow) <= 0) {
        common[count++] = high;
        common[count++] = low;
        common[count++] = lastHigh;
        common[count++] = lastLow;
      }
      if (sooner) {
        i += WORDS;
      } else {
        j += WORDS;
      }
    }
    return new RangeSet(common, count / WORDS);
  }

  /** All that is in {@code domain} but not in this. */
  public RangeSet complement(RangeSet domain) {
    long[] gaps = new long[ends.length + WORDS];
    int count = 0;
    long high = 0;
    long low = 0;
    boolean more = true;
    for (int i = 0; i < ends.length && more; i += WORDS) {
      if (compare(high, low, ends[i], ends[i + 1]) < 0) {
        gaps[count++] = high;
        gaps[count++] = low;
        gaps[count++] = ends[i] - (ends[i + 1] == 0 ? 1 : 0);
        gaps[count++] = ends[i + 1] - 1;
      }
      low = ends[i + 3] + 1;
      high = ends[i + 2] + (low == 0 ? 1 : 0);
      more = high != 0 || low != 0;
    }
    if (more) {
      gaps[count++] = high;
      gaps[count++] = low;
      gaps[count++] = -1;
      gaps[count++] = -1;
    }
    return new RangeSet(gaps, count / WORDS).intersection(domain);
  }

  /** Whether the number of two halves is in this set. */
  public boolean contains(long high, long low) {
    int from = 0;
    int to = ends.length / WORDS - 1;
    while (from <= to) {
      int middle = from + to >>> 1;
      int at = middle * WORDS;
      if (compare(high, low, ends[at], ends[at + 1]) < 0) {
        to = middle - 1;
      } else if (compare(high, low, ends[at + 2], ends[at + 3]) > 0) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Whether the number of no more than 64 bits is in this set. */
  public boolean contains(long value) {
    return contains(0, value);
  }

  /** Whether all of {@code other} is in this set. */
  public boolean containsAll(RangeSet other) {
    return this == other || other.intersection(this).equals(other);
  }

  /** Whether nothing is in this set. */
  public boolean isEmpty() {
    return ends.length == 0;
  }

  /** How many ranges it has. */
  public int size() {
    return ends.length / WORDS;
  }

  /** High half of the first number of range {@code index}. */
  public long firstHigh(int index) {
    return ends[index * WORDS];
  }

  /** Low half of the first number of range {@code index}. */
  public long firstLow(int index) {
    return ends[index * WORDS + 1];
  }

  /** High half of the last number of range {@code index}. */
  public long lastHigh(int index) {
    return ends[index * WORDS + 2];
  }

  /** Low half of the last number of range {@code index}. */
  public long lastLow(int index) {
    return ends[index * WORDS + 3];
  }

  /** Compares two unsigned numbers of two halves each. */
  public static int compare(long high, long low, long otherHigh, long otherLow) {
    return high == otherHigh
        ? Long.compareUnsigned(low, otherLow)
        : Long.compareUnsigned(high, otherHigh);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RangeSet set && Arrays.equals(ends, set.ends);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ends);
  }

  /** The ranges in hexadecimal, for messages of tests. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < size(); i++) {
      text.append(i > 0 ? ", " : "")
          .append("%x:%x-%x:%x".formatted(firstHigh(i), firstLow(i), lastHigh(i), lastLow(i)));
    }
    return text.append('}').toString();
  }
}
