package org.vtl.tcp.internal.send;

/**
 * Finds the range of a byte without walking: remembers, for one byte of each {@value #SPACING},
 * which range holds it. What it says of bytes that were acknowledged since is stale, and is not
 * asked. Grows with the distance between first and last byte.
 */
final class OffsetIndex {
  /** Bytes from one remembered byte to the next. */
  static final int SPACING = 1 << 10;

  private static final int LEAST = 64;
  private static final int MOST_KEPT = 1 << 10;

  private int[] ranges = new int[LEAST]; // a ring by offset / SPACING; a power of two long
  private long moves;

  /** Forgets all, and what it grew to for a connection with a great window. */
  void begin() {
    if (ranges.length > MOST_KEPT) {
      ranges = new int[LEAST];
    }
  }

  /** Whether it has room for bytes from {@code first} to before {@code end} at once. */
  boolean covers(long first, long end) {
    return end / SPACING - first / SPACING < ranges.length;
  }

  /** Makes room for bytes from {@code first} to before {@code end}; forgets all. */
  void widen(long first, long end) {
    long needed = end / SPACING - first / SPACING + 1;
    ranges = new int[Math.toIntExact(Long.highestOneBit(needed) << 1)];
  }

  /** The bytes from {@code start} to before {@code end} are {@code range}'s. */
  void put(int range, long start, long end) {
    for (long slot = (start + SPACING - 1) / SPACING; slot * SPACING < end; slot++) {
      ranges[(int) (slot & ranges.length - 1)] = range;
      moves++;
    }
  }

  /** The byte at or before {@code offset} that it remembers. */
  static long remembered(long offset) {
    return offset / SPACING * SPACING;
  }

  /** The range that holds the byte {@link #remembered} at or before {@code offset}. */
  int at(long offset) {
    return ranges[(int) (offset / SPACING & ranges.length - 1)];
  }

  /** How many entries were ever written: its cost. */
  long moves() {
    return moves;
  }
}
