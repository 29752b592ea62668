package org.vtl.core.internal.connection;

import org.vtl.packet.Seq;

/**
 * Where bytes were put into one direction's data or taken out, and what that makes of its sequence
 * numbers. Numbers before are the sender's, numbers after are the receiver's.
 *
 * <p>A change stays until the receiver has acknowledged all up to it; then it is folded into the
 * offset of everything. Repeated data from before a folded change gets a number that is wrong, but
 * lies below what the receiver has, which throws it away either way.
 */
final class SequenceChanges {
  private static final int MAX_CHANGES = 16;

  private final int[] at = new int[MAX_CHANGES];
  private final int[] inserted = new int[MAX_CHANGES];
  private final int[] removed = new int[MAX_CHANGES];
  private int count;

  /** What all folded changes add to a number. */
  private int base;

  private boolean sent;

  /** The number after the last one that passed, before translation. */
  private int highest;

  private boolean acknowledged;

  /** What the receiver has acknowledged, before translation. */
  private int lowest;

  int timestampShift;

  int count() {
    return count;
  }

  int at(int index) {
    return at[index];
  }

  int inserted(int index) {
    return inserted[index];
  }

  int removed(int index) {
    return removed[index];
  }

  /** {@code sequence} after; of a byte before which some were inserted, the number behind them. */
  int translate(int sequence) {
    int offset = base;
    for (int i = 0; i < count && Seq.atOrBefore(at[i], sequence); i++) {
      offset += inserted[i] - clip(sequence - at[i], removed[i]);
    }
    return sequence + offset;
  }

  /** {@code sequence} after, as the end of what stands before it: bytes inserted there follow. */
  int translateEnd(int sequence) {
    int offset = base;
    for (int i = 0; i < count && Seq.before(at[i], sequence); i++) {
      offset += inserted[i] - clip(sequence - at[i], removed[i]);
    }
    return sequence + offset;
  }

  private static int clip(int distance, int removed) {
    return Integer.compareUnsigned(distance, removed) < 0 ? distance : removed;
  }

  /**
   * An acknowledgment {@code after}, before. Among inserted bytes it is where they were put; at
   * removed ones it covers them, since nobody else will acknowledge them.
   */
  int back(int after) {
    int offset = base;
    for (int i = 0; i < count; i++) {
      int place = at[i] + offset;
      if (Seq.before(after, place)) {
        break;
      }
      if (Seq.before(after, place + inserted[i])) {
        return at[i];
      }
      offset += inserted[i] - removed[i];
    }
    return after - offset;
  }

  /** Data up to {@code end}, before, has passed. */
  void passed(int end) {
    if (!sent || Seq.after(end, highest)) {
      sent = true;
      highest = end;
    }
  }

  /** The receiver has acknowledged {@code after}; folds what lies behind it. */
  void acknowledged(int after) {
    if (!sent || Seq.after(after, translate(highest))) {
      return; // of what was never sent: not to be believed
    }
    int before = back(after);
    if (!acknowledged || Seq.after(before, lowest)) {
      acknowledged = true;
      lowest = before;
    }
    while (count > 0 && Seq.atOrAfter(after, at[0] + base + inserted[0])) {
      base += inserted[0] - removed[0];
      delete(0);
    }
  }

  /** All numbers are {@code delta} more after. */
  void shift(int delta) {
    base += delta;
  }

  /** {@code bytes} were put before {@code sequence}. Before what is acknowledged nothing can be. */
  void insert(int sequence, int bytes) {
    requirePositive(bytes);
    if (acknowledged && Seq.before(sequence, lowest)) {
      return;
    }
    int index = last(sequence);
    if (index < 0 || Seq.after(sequence, at[index] + removed[index])) {
      index = add(index + 1, sequence);
    }
    inserted[index] += bytes;
  }

  /** {@code bytes} from {@code sequence} on were taken out; those that are out already stay out. */
  void remove(int sequence, int bytes) {
    requirePositive(bytes);
    int from = sequence;
    int left = bytes;
    if (acknowledged && Seq.before(from, lowest)) {
      int late = Math.min(left, lowest - from);
      from += late;
      left -= late;
    }
    while (left > 0) {
      int index = last(from);
      if (index < 0 || Seq.after(from, at[index] + removed[index])) {
        index = add(index + 1, from);
      }
      int gone = Math.min(left, at[index] + removed[index] - from);
      from += gone;
      left -= gone;
      int room = index + 1 < count ? at[index + 1] - from : left;
      int taken = Math.min(left, room);
      removed[index] += taken;
      from += taken;
      left -= taken;
      if (left > 0) {
        inserted[index] += inserted[index + 1];
        removed[index] += removed[index + 1];
        delete(index + 1);
      }
    }
  }

  /** The last change at or before {@code sequence}, or -1. */
  private int last(int sequence) {
    int index = count - 1;
    while (index >= 0 && Seq.after(at[index], sequence)) {
      index--;
    }
    return index;
  }

  private int add(int index, int sequence) {
    if (count == MAX_CHANGES) {
      throw new IllegalStateException(
          "A sequence map remembers "
              + MAX_CHANGES
              + " changes that are not acknowledged; wait with the next until some are.");
    }
    System.arraycopy(at, index, at, index + 1, count - index);
    System.arraycopy(inserted, index, inserted, index + 1, count - index);
    System.arraycopy(removed, index, removed, index + 1, count - index);
    count++;
    at[index] = sequence;
    inserted[index] = 0;
    removed[index] = 0;
    return index;
  }

  private void delete(int index) {
    count--;
    System.arraycopy(at, index + 1, at, index, count - index);
    System.arraycopy(inserted, index + 1, inserted, index, count - index);
    System.arraycopy(removed, index + 1, removed, index, count - index);
  }

  private static void requirePositive(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException(
          "A sequence map is told of 1 or more bytes, not of " + bytes + ".");
    }
  }
}
