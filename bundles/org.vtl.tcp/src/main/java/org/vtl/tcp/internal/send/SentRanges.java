package org.vtl.tcp.internal.send;

import java.util.Arrays;

/**
 * The scoreboard: what was sent and is not acknowledged cumulatively, as ranges that follow each
 * other without a gap. A range is what one transmission sent, or a part of it. It is in flight,
 * lost, or delivered (selectively acknowledged); neighbours that are delivered become one range.
 *
 * <p>Ranges are numbers of records: in a list by offset, and those in flight in a list by time of
 * transmission, those lost in a list by time of that finding. Each step costs the same however many
 * ranges there are (an {@link OffsetIndex} finds them), and the records are bounded.
 */
final class SentRanges extends RangeRecords {
  static final int IN_FLIGHT = 0;
  static final int LOST = 1;
  static final int DELIVERED = 2;

  private int first;
  private int last;
  private final int[] head = new int[2]; // by IN_FLIGHT and LOST
  private final int[] tail = new int[2];
  private final long[] bytes = new long[3]; // by state
  private final OffsetIndex index = new OffsetIndex();
  private long deliveredPieces;
  private long againInFlight;
  private long steps;

  /** Forgets all ranges; {@code mostRecords} is how many there may be at once. */
  @Override
  void begin(int mostRecords) {
    super.begin(mostRecords);
    index.begin();
    first = NONE;
    last = NONE;
    Arrays.fill(head, NONE);
    Arrays.fill(tail, NONE);
    Arrays.fill(bytes, 0);
    deliveredPieces = 0;
    againInFlight = 0;
  }

  /**
   * Adds what was just sent, behind all others.
   *
   * @param segmentSize payload bytes of each of its segments but the last
   * @param again whether some of it was sent before, and taken back
   */
  int append(long start, long end, int segmentSize, boolean again, long now) {
    int range = take();
    set(range, START, start);
    set(range, END, end);
    set(range, GRID, start);
    set(range, SENT_AT, now);
    put(range, SEGMENT, segmentSize);
    put(range, PIECES, pieces(end - start, segmentSize));
    put(range, STATE, IN_FLIGHT);
    put(range, FLAGS, again ? AGAIN : 0);
    put(range, BEFORE, last);
    put(range, AFTER, NONE);
    if (last == NONE) {
      first = range;
    } else {
      put(last, AFTER, range);
    }
    last = range;
    if (!index.covers(start(first), end)) {
      index.widen(start(first), end);
      for (int r = first; r != NONE; r = after(r)) {
        index.put(r, start(r), end(r));
      }
    } else {
      index.put(range, start, end);
    }
    enqueue(range, IN_FLIGHT);
    return range;
  }

  /**
   * Cuts {@code range} in two at {@code at}, which lies within it.
   *
   * @return the new range, which is the front part; {@link #NONE} when no record is free
   */
  int cut(int range, long at) {
    if (room() == 0) {
      return NONE;
    }
    int front = take();
    copy(range, front);
    set(front, END, at);
    set(range, START, at);
    put(front, PIECES, pieces(at - start(front), segmentSize(front)));
    put(range, PIECES, pieces(end(range) - at, segmentSize(range)));

    int before = before(range);
    put(front, AFTER, range);
    put(range, BEFORE, front);
    if (before == NONE) {
      first = front;
    } else {
      put(before, AFTER, front);
    }

    int state = state(range);
    int earlier = integer(range, EARLIER);
    put(front, LATER, range);
    put(range, EARLIER, front);
    if (earlier == NONE) {
      head[state] = front;
    } else {
      put(earlier, LATER, front);
    }
    index.put(front, start(front), at);
    return front;
  }

  /** The range that holds the byte at {@code offset}, which was sent and is not acknowledged. */
  int find(long offset) {
    int range = OffsetIndex.remembered(offset) < start(first) ? first : index.at(offset);
    while (end(range) <= offset) {
      range = after(range);
      steps++;
    }
    return range;
  }

  /**
   * {@code range} was acknowledged selectively.
   *
   * @return the range that it is now part of
   */
  int deliver(int range) {
    dequeue(range);
    enqueue(range, DELIVERED);
    deliveredPieces += pieces(range);
    int before = before(range);
    int merged = range;
    if (before != NONE && state(before) == DELIVERED) {
      merged = merge(before, range);
    }
    int after = after(merged);
    if (after != NONE && state(after) == DELIVERED) {
      merged = merge(merged, after);
    }
    return merged;
  }

  private int merge(int front, int back) {
    int pieces = pieces(front) + pieces(back);
    int survivor;
    if (end(front) - start(front) >= end(back) - start(back)) { // the greater, for the index's sake
      survivor = front;
      index.put(front, start(back), end(back));
      set(front, END, end(back));
      unlink(back);
      give(back);
    } else {
      survivor = back;
      index.put(back, start(front), end(front));
      set(back, START, start(front));
      set(back, GRID, value(front, GRID));
      unlink(front);
      give(front);
    }
    put(survivor, PIECES, pieces);
    return survivor;
  }

  /** {@code range} is taken for lost. */
  void lose(int range) {
    dequeue(range);
    enqueue(range, LOST);
  }

  /** {@code range}, lost or in flight, was sent again. */
  void resent(int range, int segmentSize, long now) {
    dequeue(range);
    set(range, SENT_AT, now);
    set(range, GRID, start(range));
    put(range, SEGMENT, segmentSize);
    put(range, PIECES, pieces(end(range) - start(range), segmentSize));
    put(range, FLAGS, AGAIN);
    enqueue(range, IN_FLIGHT);
  }

  /**
   * What is lost is taken to be in flight after all. When it was sent counts no more: it is as if
   * it were sent {@code now}, so that only what is delivered of later data shows it lost again.
   */
  void recall(long now) {
    while (head[LOST] != NONE) {
      int range = head[LOST];
      dequeue(range);
      set(range, SENT_AT, now);
      put(range, FLAGS, integer(range, FLAGS) | AGAIN);
      enqueue(range, IN_FLIGHT);
    }
  }

  /** All that is not delivered is lost. */
  void loseAll() {
    for (int range = first; range != NONE; range = after(range)) {
      if (state(range) != DELIVERED) {
        lose(range);
      }
    }
  }

  /** Has the lost be sent again in the order of their offsets. */
  void sortLost() {
    for (int range = first; range != NONE; range = after(range)) {
      if (state(range) == LOST) {
        lose(range);
      }
    }
  }

  /** The other end took back what it acknowledged selectively: it is lost. */
  void renege() {
    for (int range = first; range != NONE; range = after(range)) {
      if (state(range) == DELIVERED) {
        deliveredPieces -= pieces(range);
        dequeue(range);
        put(range, FLAGS, AGAIN);
        enqueue(range, LOST);
      }
    }
  }

  /** Removes the first range: it was acknowledged. */
  void removeFirst() {
    int range = first;
    if (state(range) == DELIVERED) {
      deliveredPieces -= pieces(range);
    }
    dequeue(range);
    unlink(range);
    give(range);
  }

  /** Removes the first range's bytes before {@code offset}, which lies within it. */
  void trimFirst(long offset) {
    int range = first;
    count(range, start(range) - offset);
    int pieces =
        Math.min(pieces(range), pieces(end(range) - offset, Math.max(1, segmentSize(range))));
    if (state(range) == DELIVERED) {
      deliveredPieces -= pieces(range) - pieces;
    }
    set(range, START, offset);
    put(range, PIECES, pieces);
  }

  /** Removes the last range, as if it had never been sent. */
  void removeLast() {
    int range = last;
    dequeue(range);
    unlink(range);
    give(range);
  }

  private void enqueue(int range, int state) {
    put(range, STATE, state);
    count(range, end(range) - start(range));
    if (state != DELIVERED) {
      int previous = tail[state];
      put(range, EARLIER, previous);
      put(range, LATER, NONE);
      if (previous == NONE) {
        head[state] = range;
      } else {
        put(previous, LATER, range);
      }
      tail[state] = range;
    }
  }

  private void dequeue(int range) {
    int state = state(range);
    count(range, start(range) - end(range));
    if (state != DELIVERED) {
      int earlier = integer(range, EARLIER);
      int later = later(range);
      if (earlier == NONE) {
        head[state] = later;
      } else {
        put(earlier, LATER, later);
      }
      if (later == NONE) {
        tail[state] = earlier;
      } else {
        put(later, EARLIER, earlier);
      }
    }
  }

  private void count(int range, long change) {
    bytes[state(range)] += change;
    if (state(range) == IN_FLIGHT && isAgain(range)) {
      againInFlight += change;
    }
  }

  private void unlink(int range) {
    int before = before(range);
    int after = after(range);
    if (before == NONE) {
      first = after;
    } else {
      put(before, AFTER, after);
    }
    if (after == NONE) {
      last = before;
    } else {
      put(after, BEFORE, before);
    }
  }

  private static int pieces(long length, int segmentSize) {
    return (int) ((length + segmentSize - 1) / segmentSize);
  }

  /** The range with the least offset, or {@link #NONE}. */
  int first() {
    return first;
  }

  /** The range with the greatest offset, or {@link #NONE}. */
  int last() {
    return last;
  }

  /** What is in flight and was sent the longest time ago, or {@link #NONE}. */
  int oldest() {
    return head[IN_FLIGHT];
  }

  /** What was found lost the longest time ago, or {@link #NONE}. */
  int lost() {
    return head[LOST];
  }

  long inFlightBytes() {
    return bytes[IN_FLIGHT];
  }

  long lostBytes() {
    return bytes[LOST];
  }

  long deliveredBytes() {
    return bytes[DELIVERED];
  }

  /** Segments that were acknowledged selectively. */
  long deliveredPieces() {
    return deliveredPieces;
  }

  /** Bytes in flight that were sent more than once. */
  long againInFlight() {
    return againInFlight;
  }

  /** What all searches and all changes of the index have cost so far. */
  long cost() {
    return steps + index.moves();
  }
}
