package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AckClumpsTest {
  private static final long MILLI = 1_000_000L;

  private final AckClumps clumps = new AckClumps();
  private final AckSample sample = new AckSample();

  AckClumpsTest() {
    clumps.begin(0);
  }

  /** At a million bytes per second. */
  private void acknowledge(long millis, long bytes, long round, boolean full) {
    sample.now = millis * MILLI;
    sample.acknowledged = bytes;
    clumps.observe(sample, 1e6, 1 << 20, round, full);
  }

  @Test
  void whatComesSteadilyIsNoClump() {
    for (int i = 1; i < 100; i++) {
      acknowledge(i, 1000, i / 10, true);
      assertEquals(1000, clumps.most());
    }
  }

  @Test
  void whatRunsAheadCountsForTenRounds() {
    acknowledge(1, 1000, 0, true);
    acknowledge(2, 9000, 0, true);
    assertEquals(9000, clumps.most());
    for (int round = 1; round < 10; round++) {
      acknowledge(100L * round, 1000, round, true);
      assertEquals(9000, clumps.most(), "round " + round);
    }
    acknowledge(1000, 1000, 10, true);
    assertEquals(1000, clumps.most());
  }

  @Test
  void untilThePipeIsFullOnlyTheLastRoundCounts() {
    acknowledge(1, 9000, 0, false);
    assertEquals(9000, clumps.most());
    acknowledge(100, 1000, 1, false);
    assertEquals(1000, clumps.most());
  }

  @Test
  void aWindowAtMost() {
    acknowledge(1, 1 << 30, 0, true);
    assertEquals(1 << 20, clumps.most());
  }
}
