package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LeastRoundTripTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  private final LeastRoundTrip least = new LeastRoundTrip();

  LeastRoundTripTest() {
    least.begin(0);
    least.observe(-1, 1);
    assertEquals(-1, least.nanos());
    least.observe(64 * MILLI, SECOND);
  }

  @Test
  void aLowerOneCountsAtOnce() {
    least.observe(70 * MILLI, 2 * SECOND);
    assertEquals(64 * MILLI, least.nanos());
    least.observe(60 * MILLI, 3 * SECOND);
    assertEquals(60 * MILLI, least.nanos());
  }

  @Test
  void aHigherOneCountsAfterTenSeconds() {
    for (int t = 2; t <= 11; t++) {
      least.observe(80 * MILLI, t * SECOND);
      assertEquals(64 * MILLI, least.nanos(), "after " + t);
    }
    least.observe(80 * MILLI, 12 * SECOND);
    assertEquals(80 * MILLI, least.nanos());
  }

  @Test
  void expiresAfterFiveSecondsWithoutConfirmation() {
    least.observe(80 * MILLI, 6 * SECOND);
    assertFalse(least.isExpired());
    least.observe(80 * MILLI, 6 * SECOND + 1);
    assertTrue(least.isExpired());
    least.confirm(6 * SECOND + 1);
    assertFalse(least.isExpired());
  }

  @Test
  void aSixtyFourthOfJitterConfirms() {
    for (int t = 2; t <= 30; t++) {
      least.observe(65 * MILLI, t * SECOND);
      assertFalse(least.isExpired());
    }
    assertEquals(64 * MILLI, least.nanos());
  }
}
