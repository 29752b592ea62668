package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 6298. */
class RoundTripTest {
  private static final long MS = 1_000_000L;

  private final RoundTrip roundTrip = new RoundTrip();

  @BeforeEach
  void begin() {
    roundTrip.begin(200 * MS, 60_000 * MS, 0);
  }

  /** Section 2.1. */
  @Test
  void isASecondBeforeTheFirstSample() {
    assertEquals(1_000 * MS, roundTrip.timeoutNanos());
    assertEquals(-1, roundTrip.smoothedNanos());
  }

  /** Section 2.2. */
  @Test
  void theFirstSampleIsTheSmoothedTime() {
    roundTrip.sample(400 * MS);
    assertEquals(400 * MS, roundTrip.smoothedNanos());
    assertEquals(400 * MS + 4 * 200 * MS, roundTrip.timeoutNanos());
  }

  /** Section 2.3. */
  @Test
  void laterSamplesMoveItByAnEighth() {
    roundTrip.sample(400 * MS);
    roundTrip.sample(480 * MS);
    assertEquals(410 * MS, roundTrip.smoothedNanos());
    assertEquals(410 * MS + 4 * (150 + 20) * MS, roundTrip.timeoutNanos());
  }

  @Test
  void theLeastTimeoutLiesAboveTheRoundTrip() {
    for (int i = 0; i < 100; i++) {
      roundTrip.sample(600 * MS);
    }
    assertEquals(800 * MS, roundTrip.timeoutNanos());
  }

  /** Section 5.5, and 2.5 for the end of it. */
  @Test
  void backsOffToAMinute() {
    for (int i = 0; i < 100; i++) {
      assertEquals(Math.min(1_000 * MS << Math.min(i, 10), 60_000 * MS), roundTrip.timeoutNanos());
      roundTrip.backOff();
    }
    roundTrip.goOn();
    assertEquals(1_000 * MS, roundTrip.timeoutNanos());
  }

  @Test
  void theLeastRoundTripIsForgottenAfterMinutes() {
    assertEquals(-1, roundTrip.leastNanos());
    roundTrip.observe(10 * MS, 0);
    roundTrip.observe(50 * MS, 100_000 * MS);
    assertEquals(10 * MS, roundTrip.leastNanos());
    roundTrip.observe(50 * MS, 151_000 * MS);
    assertEquals(10 * MS, roundTrip.leastNanos());
    roundTrip.observe(40 * MS, 302_000 * MS);
    assertEquals(40 * MS, roundTrip.leastNanos());
    assertEquals(40 * MS, roundTrip.latestNanos());
  }
}
