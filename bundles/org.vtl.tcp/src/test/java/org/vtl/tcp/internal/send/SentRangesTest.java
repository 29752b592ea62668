package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentRangesTest {
  private static final int SEGMENT = 100;

  private final SentRanges ranges = new SentRanges();

  private int append(long start, long end, long now) {
    return ranges.append(start, end, SEGMENT, false, now);
  }

  @Test
  void rangesFollowEachOther() {
    ranges.begin(10);
    int a = append(0, 300, 1);
    int b = append(300, 350, 2);
    assertEquals(a, ranges.first());
    assertEquals(b, ranges.last());
    assertEquals(b, ranges.after(a));
    assertEquals(350, ranges.inFlightBytes());
    assertEquals(3, ranges.pieces(a));
    assertEquals(8, ranges.room());
  }

  @Test
  void aCutKeepsOrderAndTime() {
    ranges.begin(10);
    int a = append(0, 300, 1);
    int b = append(300, 600, 2);
    int front = ranges.cut(a, 100);
    assertEquals(front, ranges.first());
    assertEquals(a, ranges.after(front));
    assertEquals(front, ranges.oldest());
    assertEquals(a, ranges.later(front));
    assertEquals(b, ranges.later(a));
    assertEquals(1, ranges.sentAt(front));
    assertEquals(front, ranges.find(99));
    assertEquals(a, ranges.find(100));
  }

  @Test
  void deliveredNeighboursBecomeOne() {
    ranges.begin(10);
    for (int i = 0; i < 5; i++) {
      append(i * 100, i * 100 + 100, i);
    }
    ranges.deliver(ranges.find(100));
    ranges.deliver(ranges.find(300));
    int merged = ranges.deliver(ranges.find(200));
    assertEquals(100, ranges.start(merged));
    assertEquals(400, ranges.end(merged));
    assertEquals(3, ranges.deliveredPieces());
    assertEquals(300, ranges.deliveredBytes());
    assertEquals(200, ranges.inFlightBytes());
    assertEquals(8 - 1, ranges.room());
  }

  @Test
  void boundariesAreThoseOfItsSegments() {
    ranges.begin(10);
    int range = append(1000, 1450, 0);
    assertEquals(1100, ranges.boundaryBehind(range, 1001));
    assertEquals(1100, ranges.boundaryBehind(range, 1100));
    assertEquals(1450, ranges.boundaryBehind(range, 1401));
    assertEquals(1000, ranges.boundaryBefore(range, 1099));
    assertEquals(1400, ranges.boundaryBefore(range, 1449));
    ranges.trimFirst(1030); // the other end took a part of a segment
    assertEquals(1100, ranges.boundaryBehind(range, 1031));
    assertEquals(1030, ranges.boundaryBefore(range, 1099));
  }

  @Test
  void whatIsRecalledWasSentNow() {
    ranges.begin(10);
    int a = append(0, 100, 1);
    int b = append(100, 200, 2);
    ranges.lose(a);
    assertEquals(100, ranges.lostBytes());
    ranges.recall(9);
    assertEquals(0, ranges.lostBytes());
    assertEquals(200, ranges.inFlightBytes());
    assertEquals(b, ranges.oldest());
    assertEquals(9, ranges.sentAt(a));
  }

  @Test
  void whatIsTakenBackIsLost() {
    ranges.begin(10);
    append(0, 100, 1);
    append(100, 200, 2);
    ranges.deliver(ranges.find(0));
    ranges.renege();
    assertEquals(0, ranges.deliveredBytes());
    assertEquals(0, ranges.deliveredPieces());
    assertEquals(100, ranges.lostBytes());
  }

  @Test
  void aGreatWindowIsNotKeptForTheNextConnection() {
    ranges.begin(5_000);
    for (int i = 0; i < 5_000; i++) {
      append(i * 100, i * 100 + 100, i);
    }
    assertEquals(5_000, ranges.held());
    ranges.begin(5_000);
    assertEquals(0, ranges.held());
    append(0, 100, 0);
    assertEquals(0, ranges.find(99));
  }

  /** Every step against an array that knows the state of each byte. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithAnArrayOfBytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ranges.begin(200);
    int[] states = new int[1 << 20];
    long base = seed * 4_000_000_000L;
    long first = base;
    long next = base;
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          long end = next + 1 + random.nextInt(random.nextBoolean() ? 4000 : 150);
          if (ranges.room() > 0 && end - base < states.length) {
            append(next, end, step);
            Arrays.fill(states, (int) (next - base), (int) (end - base), SentRanges.IN_FLIGHT);
            next = end;
          }
        }
        case 3 -> {
          if (first < next) {
            long to = first + 1 + random.nextLong(Math.min(next - first, 3000));
            while (ranges.first() != SentRanges.NONE && ranges.end(ranges.first()) <= to) {
              ranges.removeFirst();
            }
            if (ranges.first() != SentRanges.NONE && ranges.start(ranges.first()) < to) {
              ranges.trimFirst(to);
            }
            first = to;
          }
        }
        default -> {
          if (first < next) {
            int range = ranges.find(first + random.nextLong(next - first));
            long length = ranges.end(range) - ranges.start(range);
            if (ranges.state(range) != SentRanges.DELIVERED) {
              if (length > 1 && ranges.room() > 0 && random.nextBoolean()) {
                range = ranges.cut(range, ranges.start(range) + 1 + random.nextLong(length - 1));
              }
              int state = random.nextInt(3);
              Arrays.fill(
                  states,
                  (int) (ranges.start(range) - base),
                  (int) (ranges.end(range) - base),
                  state);
              switch (state) {
                case SentRanges.IN_FLIGHT -> ranges.resent(range, SEGMENT, step);
                case SentRanges.LOST -> ranges.lose(range);
                default -> ranges.deliver(range);
              }
            }
          }
        }
      }
      if (step % 50 == 0) {
        check(states, base, first, next);
      }
    }
    assertTrue(next - base > 100_000);
  }

  private void check(int[] states, long base, long first, long next) {
    long[] bytes = new long[3];
    long at = first;
    int before = SentRanges.NONE;
    for (int r = ranges.first(); r != SentRanges.NONE; r = ranges.after(r)) {
      assertEquals(at, ranges.start(r));
      assertEquals(before, ranges.before(r));
      assertTrue(ranges.end(r) > at);
      for (; at < ranges.end(r); at++) {
        assertEquals(states[(int) (at - base)], ranges.state(r));
        bytes[ranges.state(r)]++;
      }
      assertEquals(r, ranges.find(ranges.start(r)));
      assertEquals(r, ranges.find(ranges.end(r) - 1));
      before = r;
    }
    assertEquals(next, at);
    assertEquals(before, ranges.last());
    assertEquals(bytes[SentRanges.IN_FLIGHT], ranges.inFlightBytes());
    assertEquals(bytes[SentRanges.LOST], ranges.lostBytes());
    assertEquals(bytes[SentRanges.DELIVERED], ranges.deliveredBytes());
    long queued = 0;
    long time = Long.MIN_VALUE;
    for (int r = ranges.oldest(); r != SentRanges.NONE; r = ranges.later(r)) {
      assertTrue(ranges.sentAt(r) >= time);
      time = ranges.sentAt(r);
      queued += ranges.end(r) - ranges.start(r);
    }
    for (int r = ranges.lost(); r != SentRanges.NONE; r = ranges.later(r)) {
      queued += ranges.end(r) - ranges.start(r);
    }
    assertEquals(bytes[SentRanges.IN_FLIGHT] + bytes[SentRanges.LOST], queued);
  }
}
