package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PacerTest {
  private static final long MS = 1_000_000L;
  private static final int SEGMENT = 1_000;

  private final Pacer pacer = new Pacer();

  private void begin(long bytesPerSecond) {
    pacer.begin(true, SEGMENT, 0);
    pacer.adapt(bytesPerSecond, 0, false, 0);
    pacer.sent(Pacer.FREE_SEGMENTS * SEGMENT, 0); // what is free
  }

  @Test
  void theInitialWindowIsFree() {
    pacer.begin(true, SEGMENT, 0);
    pacer.adapt(1_000, 0, false, 0);
    for (int i = 0; i < Pacer.FREE_SEGMENTS; i++) {
      assertTrue(pacer.mayOpen(0));
      pacer.sent(SEGMENT, 0);
    }
    assertTrue(pacer.mayOpen(0));
    pacer.sent(SEGMENT, 0);
    assertFalse(pacer.mayOpen(0));
  }

  /** A second of sending whenever it may, by timers of a millisecond: the rate, in small bursts. */
  @Test
  void sendsAtItsRate() {
    begin(10_000_000);
    long sent = 0;
    long largest = 0;
    for (long now = MS; now <= 1_000 * MS; now += MS) {
      long burst = 0;
      while (pacer.mayOpen(now)) {
        int bytes = pacer.burst(SEGMENT, 65_000);
        pacer.sent(bytes, now);
        burst += bytes;
      }
      largest = Math.max(largest, burst);
      sent += burst;
    }
    assertEquals(10_000_000, sent, 100_000);
    assertTrue(largest <= 30_000, "a burst of " + largest);
  }

  /** A timer that comes late is made up for, a millisecond at most. */
  @Test
  void whatWasMissedIsNotMadeUpFor() {
    begin(1_000_000);
    long sent = 0;
    while (pacer.mayOpen(500 * MS)) {
      pacer.sent(SEGMENT, 500 * MS);
      sent += SEGMENT;
    }
    assertTrue(sent <= 4 * SEGMENT, sent + " bytes at once");
  }

  @Test
  void aBurstIsAMillisecondsWorth() {
    begin(20_000_000);
    assertEquals(20_000, pacer.burst(SEGMENT, 65_000));
    assertEquals(12_000, pacer.burst(SEGMENT, 12_000));
    begin(1_000);
    assertEquals(2 * SEGMENT, pacer.burst(SEGMENT, 65_000));
    assertEquals(SEGMENT, pacer.burst(SEGMENT, SEGMENT));
    begin(Long.MAX_VALUE / 2);
    assertEquals(65_000, pacer.burst(SEGMENT, 65_000));
  }

  @Test
  void itSaysWhenItOpens() {
    begin(1_000_000);
    pacer.sent(10_000, 0);
    assertFalse(pacer.mayOpen(0));
    assertFalse(pacer.mayOpen(pacer.opensAt() - 1));
    assertTrue(pacer.mayOpen(pacer.opensAt()));
  }

  @Test
  void theRateFollowsWindowAndRoundTrip() {
    begin(0);
    pacer.adapt(0, 100_000, true, 100 * MS);
    assertEquals(2_000, pacer.burst(100, 65_000));
    pacer.adapt(0, 100_000, false, 100 * MS);
    assertEquals(1_200, pacer.burst(100, 65_000));
  }

  @Test
  void offItLetsAllGo() {
    pacer.begin(false, SEGMENT, 0);
    pacer.adapt(1, 0, false, 0);
    pacer.sent(1 << 20, 0);
    assertTrue(pacer.mayOpen(0));
    assertEquals(65_000, pacer.burst(SEGMENT, 65_000));
  }
}
