package org.vtl.tcp.internal.endpoint;

import java.util.Arrays;

/**
 * What was received behind a gap: ranges of stream offsets, in order, apart from each other.
 * Bounded: one more than {@link #MOST} is refused. Allocates when it grows only.
 */
final class ReceivedRanges {
  /** Most ranges: 16 MiB of which every eighth segment is missing. */
  static final int MOST = 1024;

  private long[] left = new long[16];
  private long[] right = new long[16];
  private int count;

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  long left(int index) {
    return left[index];
  }

  long right(int index) {
    return right[index];
  }

  /** The first range that ends behind {@code offset}; {@link #count} if none does. */
  int firstEndingBehind(long offset) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (right[middle] > offset) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The range that holds {@code offset}, or -1. */
  int containing(long offset) {
    int index = firstEndingBehind(offset);
    return index < count && left[index] <= offset ? index : -1;
  }

  /** Whether [{@code from}, {@code to}) can be added: there is a place, or it needs none. */
  boolean hasRoom(long from, long to) {
    if (count < MOST) {
      return true;
    }
    int index = firstEndingBehind(from - 1);
    return index < count && left[index] <= to;
  }

  /** Adds [{@code from}, {@code to}), which is not empty and for which there is room. */
  void add(long from, long to) {
    int first = firstEndingBehind(from - 1); // one that ends at from is joined, too
    int behind = first;
    while (behind < count && left[behind] <= to) {
      behind++;
    }
    if (behind == first) {
      insert(first, from, to);
      return;
    }
    left[first] = Math.min(left[first], from);
    right[first] = Math.max(right[behind - 1], to);
    remove(first + 1, behind);
  }

  private void insert(int at, long from, long to) {
    if (count == left.length) {
      left = Arrays.copyOf(left, 2 * count);
      right = Arrays.copyOf(right, 2 * count);
    }
    System.arraycopy(left, at, left, at + 1, count - at);
    System.arraycopy(right, at, right, at + 1, count - at);
    left[at] = from;
    right[at] = to;
    count++;
  }

  private void remove(int from, int to) {
    if (from < to) {
      System.arraycopy(left, to, left, from, count - to);
      System.arraycopy(right, to, right, from, count - to);
      count -= to - from;
    }
  }

  /**
   * All before {@code offset} is in order: forgets it.
   *
   * @return the offset up to which all is in order now
   */
  long inOrder(long offset) {
    int index = 0;
    long until = offset;
    while (index < count && left[index] <= until) {
      until = Math.max(until, right[index++]);
    }
    remove(0, index);
    return until;
  }
}
