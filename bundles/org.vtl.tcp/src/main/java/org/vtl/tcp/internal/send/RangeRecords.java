package org.vtl.tcp.internal.send;

import java.util.Arrays;

/**
 * The records of ranges that were sent: numbers of lines in arrays, bounded, recycled, and as many
 * as were ever needed at once.
 */
abstract class RangeRecords {
  /** No range. */
  static final int NONE = -1;

  private static final int LEAST_RECORDS = 8;

  /** Records that are kept for the next connection. */
  private static final int MOST_KEPT = 1 << 10;

  // A record: one line of the processor's cache of longs, half of one of ints.
  private static final int LONGS = 8;
  static final int START = 0;
  static final int END = 1;
  static final int GRID = 2;
  static final int SENT_AT = 3;
  private static final int RATE_FIRST_SENT_AT = 4;
  private static final int RATE_DELIVERED = 5;
  private static final int RATE_DELIVERED_AT = 6;
  private static final int RATE_IN_FLIGHT = 7;

  private static final int INTS = 8;
  static final int BEFORE = 0;
  static final int AFTER = 1;
  static final int EARLIER = 2;
  static final int LATER = 3;
  static final int SEGMENT = 4;
  static final int PIECES = 5;
  static final int STATE = 6;
  static final int FLAGS = 7;

  static final int AGAIN = 1;
  private static final int APPLICATION_LIMITED = 2;

  private long[] longs = new long[0];
  private int[] ints = new int[0];
  private int mostRecords;
  private int records;
  private int free; // a list by AFTER
  private int used;

  /** Forgets all; there may be {@code mostRecords} at once. */
  void begin(int mostRecords) {
    this.mostRecords = mostRecords;
    records = 0;
    free = NONE;
    used = 0;
    if (longs.length > MOST_KEPT * LONGS) {
      longs = new long[0];
      ints = new int[0];
    }
  }

  /** Records that memory is held for. */
  int held() {
    return longs.length / LONGS;
  }

  /** How many ranges there are. */
  int used() {
    return used;
  }

  /** How many more ranges there may be. */
  int room() {
    return mostRecords - used;
  }

  /** A record with anything in it; there must be {@link #room}. */
  final int take() {
    used++;
    if (free != NONE) {
      int range = free;
      free = after(range);
      return range;
    }
    if (records * INTS == ints.length) {
      int wider = Math.min(mostRecords, Math.max(LEAST_RECORDS, 2 * records));
      longs = Arrays.copyOf(longs, wider * LONGS);
      ints = Arrays.copyOf(ints, wider * INTS);
    }
    return records++;
  }

  final void give(int range) {
    used--;
    put(range, AFTER, free);
    free = range;
  }

  final void copy(int from, int to) {
    System.arraycopy(longs, from * LONGS, longs, to * LONGS, LONGS);
    System.arraycopy(ints, from * INTS, ints, to * INTS, INTS);
  }

  final long value(int range, int field) {
    return longs[range * LONGS + field];
  }

  final void set(int range, int field, long value) {
    longs[range * LONGS + field] = value;
  }

  final int integer(int range, int field) {
    return ints[range * INTS + field];
  }

  final void put(int range, int field, int value) {
    ints[range * INTS + field] = value;
  }

  int before(int range) {
    return integer(range, BEFORE);
  }

  int after(int range) {
    return integer(range, AFTER);
  }

  /** The next in the list of those in flight, or lost. */
  int later(int range) {
    return integer(range, LATER);
  }

  long start(int range) {
    return value(range, START);
  }

  long end(int range) {
    return value(range, END);
  }

  int state(int range) {
    return integer(range, STATE);
  }

  /** When it was sent last. */
  long sentAt(int range) {
    return value(range, SENT_AT);
  }

  /** Whether it was sent more than once. */
  boolean isAgain(int range) {
    return (integer(range, FLAGS) & AGAIN) != 0;
  }

  int segmentSize(int range) {
    return integer(range, SEGMENT);
  }

  /** How many segments it was sent in. */
  int pieces(int range) {
    return integer(range, PIECES);
  }

  /** The last boundary of its segments at or before {@code offset}, which lies within it. */
  long boundaryBefore(int range, long offset) {
    long grid = value(range, GRID);
    return Math.max(start(range), offset - (offset - grid) % segmentSize(range));
  }

  /** The first boundary of its segments at or behind {@code offset}, or its end. */
  long boundaryBehind(int range, long offset) {
    long over = (offset - value(range, GRID)) % segmentSize(range);
    return over == 0 ? offset : Math.min(end(range), offset + segmentSize(range) - over);
  }

  /** Keeps what {@link RateSampler} wants to know again when {@code range} is acknowledged. */
  void rate(
      int range,
      long firstSentAt,
      long delivered,
      long deliveredAt,
      long inFlight,
      boolean applicationLimited) {
    set(range, RATE_FIRST_SENT_AT, firstSentAt);
    set(range, RATE_DELIVERED, delivered);
    set(range, RATE_DELIVERED_AT, deliveredAt);
    set(range, RATE_IN_FLIGHT, inFlight);
    int flags = integer(range, FLAGS) & ~APPLICATION_LIMITED;
    put(range, FLAGS, applicationLimited ? flags | APPLICATION_LIMITED : flags);
  }

  long rateFirstSentAt(int range) {
    return value(range, RATE_FIRST_SENT_AT);
  }

  long rateDelivered(int range) {
    return value(range, RATE_DELIVERED);
  }

  long rateDeliveredAt(int range) {
    return value(range, RATE_DELIVERED_AT);
  }

  long rateInFlight(int range) {
    return value(range, RATE_IN_FLIGHT);
  }

  boolean rateApplicationLimited(int range) {
    return (integer(range, FLAGS) & APPLICATION_LIMITED) != 0;
  }
}
