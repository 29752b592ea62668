package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Ranges against a set of bits. */
class ReceivedRangesTest {
  private final ReceivedRanges ranges = new ReceivedRanges();

  @Test
  void holdsWhatWasAddedAndNothingElse() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      BitSet model = new BitSet();
      ranges.clear();
      int next = 0;
      for (int step = 0; step < 200; step++) {
        int from = next + 1 + random.nextInt(300);
        int to = from + 1 + random.nextInt(40);
        if (random.nextInt(10) == 0) {
          int moved = model.nextClearBit(next + random.nextInt(60));
          assertEquals(moved, ranges.inOrder(moved), "seed " + seed);
          next = moved;
          model.clear(0, next);
        } else {
          ranges.add(from, to);
          model.set(from, to);
        }
        assertSame(model, seed);
      }
    }
  }

  private void assertSame(BitSet model, int seed) {
    int from = model.nextSetBit(0);
    for (int i = 0; i < ranges.count(); i++) {
      assertEquals(from, ranges.left(i), "seed " + seed);
      int to = model.nextClearBit(from);
      assertEquals(to, ranges.right(i), "seed " + seed);
      assertEquals(i, ranges.containing(from));
      assertEquals(i, ranges.containing(to - 1));
      assertEquals(-1, ranges.containing(to));
      from = model.nextSetBit(to);
    }
    assertEquals(-1, from, "seed " + seed);
  }

  @Test
  void inOrderTakesWhatTouches() {
    ranges.add(10, 20);
    ranges.add(30, 40);
    assertEquals(5, ranges.inOrder(5));
    assertEquals(20, ranges.inOrder(10));
    assertEquals(40, ranges.inOrder(35));
    assertTrue(ranges.isEmpty());
  }

  @Test
  void refusesOneTooManyButNotWhatTouchesAnother() {
    for (int i = 0; i < ReceivedRanges.MOST; i++) {
      assertTrue(ranges.hasRoom(10L * i, 10L * i + 1));
      ranges.add(10L * i, 10L * i + 1);
    }
    assertFalse(ranges.hasRoom(5, 6));
    assertFalse(ranges.hasRoom(1_000_000, 1_000_001));
    assertTrue(ranges.hasRoom(1, 2));
    assertTrue(ranges.hasRoom(5, 10));
    ranges.add(1, 10);
    assertEquals(ReceivedRanges.MOST - 1, ranges.count());
  }
}
