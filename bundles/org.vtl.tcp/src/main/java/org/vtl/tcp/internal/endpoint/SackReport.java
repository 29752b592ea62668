package org.vtl.tcp.internal.endpoint;

/**
 * Chooses the SACK blocks of an acknowledgment: a duplicate first (RFC 2883), then the most
 * recently received ranges (RFC 2018 section 4), then any others.
 */
final class SackReport {
  private static final int REMEMBERED = 4;

  private final long[] recent = new long[REMEMBERED]; // a byte of each range, newest first
  private int recentCount;
  private long duplicateLeft;
  private long duplicateRight;
  private boolean due;

  private final ReceivedRanges ranges;
  private int blocks;

  SackReport(ReceivedRanges ranges) {
    this.ranges = ranges;
  }

  void clear() {
    recentCount = 0;
    duplicateRight = -1;
    due = false;
  }

  /** Whether something happened that the other end must hear of, data in return or not. */
  boolean isDue() {
    return due;
  }

  /** The range that {@code offset} is in grew, or is new. */
  void arrived(long offset) {
    due = true;
    int range = ranges.containing(offset);
    int kept = 0;
    for (int i = 0; i < recentCount; i++) {
      if (ranges.containing(recent[i]) != range) {
        recent[kept++] = recent[i];
      }
    }
    recentCount = Math.min(kept, REMEMBERED - 1);
    System.arraycopy(recent, 0, recent, 1, recentCount);
    recent[0] = offset;
    recentCount++;
  }

  /** [{@code left}, {@code right}) was received before. */
  void duplicate(long left, long right) {
    due = true;
    duplicateLeft = left;
    duplicateRight = right;
  }

  /** Whether a duplicate waits to be reported. */
  boolean hasDuplicate() {
    return duplicateRight >= 0;
  }

  /** How many blocks there are to report. */
  int size() {
    return ranges.count() + (hasDuplicate() ? 1 : 0);
  }

  /**
   * Writes blocks as sequence numbers.
   *
   * @param base the number of the stream's offset 0
   * @param most how many fit
   * @return how many were written
   */
  int fill(int[] left, int[] right, int base, int most) {
    blocks = 0;
    if (most == 0) {
      return 0;
    }
    int own = 0; // where the ranges begin: they do not repeat each other, but may the duplicate
    if (hasDuplicate()) {
      put(left, right, base, duplicateLeft, duplicateRight);
      own = 1;
      add(left, right, base, most, own, ranges.containing(duplicateLeft));
    }
    for (int i = 0; i < recentCount; i++) {
      add(left, right, base, most, own, ranges.containing(recent[i]));
    }
    for (int i = 0; i < ranges.count() && blocks < most && i < REMEMBERED; i++) {
      add(left, right, base, most, own, i);
    }
    return blocks;
  }

  private void add(int[] left, int[] right, int base, int most, int own, int range) {
    if (range < 0 || blocks == most) {
      return;
    }
    int start = base + (int) ranges.left(range);
    for (int i = own; i < blocks; i++) {
      if (left[i] == start) {
        return;
      }
    }
    put(left, right, base, ranges.left(range), ranges.right(range));
  }

  private void put(int[] left, int[] right, int base, long from, long to) {
    left[blocks] = base + (int) from;
    right[blocks] = base + (int) to;
    blocks++;
  }

  /** What {@link #fill} wrote was sent: a duplicate is reported once. */
  void sent() {
    duplicateRight = -1;
    due = false;
  }
}
