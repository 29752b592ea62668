package org.vtl.tcp.internal.send;

/**
 * Which data were sent again in an episode of recovery, and how much of them the other end reported
 * to have had (D-SACK, RFC 3708): with all of them there, nothing was lost. Remembers neighbouring
 * data as one extent, and a bounded number of those: with more it says nothing.
 */
final class Repeats {
  static final int MOST_EXTENTS = 16;

  private final long[] starts = new long[MOST_EXTENTS];
  private final long[] ends = new long[MOST_EXTENTS];
  private int extents;
  private long bytes;
  private long duplicated;
  private boolean tooMany;

  void clear() {
    extents = 0;
    bytes = 0;
    duplicated = 0;
    tooMany = false;
  }

  /** The bytes from {@code start} to before {@code end} were sent again. */
  void add(long start, long end) {
    bytes += end - start;
    if (extents > 0 && ends[extents - 1] == start) {
      ends[extents - 1] = end;
    } else if (extents == MOST_EXTENTS) {
      tooMany = true;
    } else {
      starts[extents] = start;
      ends[extents++] = end;
    }
  }

  /** The other end received the bytes from {@code left} to before {@code right} twice. */
  void duplicate(long left, long right) {
    for (int i = 0; i < extents; i++) {
      duplicated += Math.max(0, Math.min(right, ends[i]) - Math.max(left, starts[i]));
    }
  }

  /** Whether something was sent again, and the other end had all of it. */
  boolean allDuplicate() {
    return !tooMany && bytes > 0 && duplicated >= bytes;
  }
}
