package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The window: not taken back, not more than there is, not by crumbs. */
class WindowAdvertisementTest {
  private static final int SEGMENT = 1000;

  private final WindowAdvertisement window = new WindowAdvertisement();

  private long announce(long next, long limit, long capacity) {
    int field = window.field(next, limit, capacity, SEGMENT);
    window.sent();
    return next + ((long) field << window.shift());
  }

  @Test
  void theRightEdgeIsNotTakenBackNorBeyondTheBuffer() {
    for (int shift = 0; shift <= 14; shift++) {
      SplittableRandom random = new SplittableRandom(shift);
      window.begin(0, shift);
      long unit = 1L << shift;
      long capacity = 65_536 + random.nextInt(1 << 22);
      long start = 0;
      long next = 0;
      long best = 0;
      for (int step = 0; step < 20_000; step++) {
        long limit = start + capacity;
        long edge = announce(next, limit, capacity);
        assertTrue(edge <= limit, "beyond the buffer");
        assertTrue(edge > best - unit, "taken back by more than rounding");
        assertEquals(Math.max(best, edge), window.edge(), "what was granted is remembered");
        best = Math.max(best, edge);
        next += random.nextLong(Math.max(1, best - next + 1));
        start += random.nextLong(next - start + 1) * random.nextInt(2);
      }
    }
  }

  @Test
  void withoutScaleItNeverGoesBackAtAll() {
    window.begin(0, 0);
    long best = 0;
    for (long next = 0; next < 60_000; next += 7) {
      long edge = announce(next, 60_000, 60_000);
      assertTrue(edge >= best);
      best = edge;
    }
  }

  @Test
  void crumbsAreKeptUntilTheyMakeASegment() { // RFC 9293 section 3.8.6.2.2
    window.begin(0, 0);
    assertEquals(10_000, announce(0, 10_000, 10_000));
    assertEquals(10_000, announce(10_000, 10_000, 10_000));
    assertEquals(10_000, announce(10_000, 10_999, 10_000));
    assertEquals(11_000, announce(10_000, 11_000, 10_000));
  }

  @Test
  void aSmallBufferOpensByHalf() {
    window.begin(0, 0);
    announce(0, 600, 600);
    assertEquals(600, announce(600, 899, 600));
    assertEquals(900, announce(600, 900, 600));
  }

  @Test
  void aSegmentThatWasNotSentGrantsNothing() {
    window.begin(0, 0);
    window.field(0, 10_000, 10_000, SEGMENT);
    assertEquals(0, window.edge());
  }

  @Test
  void anUpdateIsDueWhenAClosedWindowOpensOrAnOpenOneDoubles() {
    window.begin(0, 0);
    announce(0, 10_000, 10_000);
    assertFalse(window.isUpdateDue(0, 10_000, 10_000, SEGMENT));
    assertFalse(window.isUpdateDue(10_000, 11_999, 10_000, SEGMENT));
    assertTrue(window.isUpdateDue(10_000, 12_000, 10_000, SEGMENT));
    assertFalse(window.isUpdateDue(6_000, 13_000, 10_000, SEGMENT));
    assertTrue(window.isUpdateDue(6_000, 14_000, 10_000, SEGMENT));
    assertTrue(window.isUpdateDue(0, 15_000, 10_000, SEGMENT));
  }
}
