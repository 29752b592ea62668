package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 8985 section 7. */
class TailLossProbeTest {
  private final TailLossProbe probe = new TailLossProbe();

  @BeforeEach
  void begin() {
    probe.begin();
  }

  /** Section 7.2. */
  @Test
  void isDueAfterTwoRoundTrips() {
    assertEquals(100, TailLossProbe.delayNanos(50, false));
    assertEquals(
        100 + TailLossProbe.ACKNOWLEDGMENT_DELAY_NANOS, TailLossProbe.delayNanos(50, true));
    assertEquals(1_000_000_000L, TailLossProbe.delayNanos(-1, true));
  }

  /** Section 7.3: one at a time, and a round trip measured between two. */
  @Test
  void oneIsSentForARoundTripMeasured() {
    assertTrue(probe.mayProbe());
    probe.sent(1_000, false);
    assertFalse(probe.mayProbe());
    probe.repairedLoss(1_000, 0, true, false);
    assertFalse(probe.mayProbe());
    probe.sampled();
    assertTrue(probe.mayProbe());
  }

  /** Section 7.4.2. */
  @Test
  void newDataRepairNothing() {
    probe.sent(1_000, false);
    assertFalse(probe.repairedLoss(2_000, 0, true, false));
  }

  @Test
  void progressWithoutADuplicateIsARepair() {
    probe.sent(1_000, true);
    assertFalse(probe.repairedLoss(1_000, 0, true, false));
    assertTrue(probe.repairedLoss(1_001, 0, true, false));
    assertFalse(probe.repairedLoss(1_002, 0, true, false));
  }

  @Test
  void aDuplicateReportedIsNone() {
    probe.sent(1_000, true);
    assertFalse(probe.repairedLoss(1_000, 1_000, false, false));
    assertFalse(probe.repairedLoss(2_000, 0, true, false));
  }

  @Test
  void aDuplicateAcknowledgmentIsNone() {
    probe.sent(1_000, true);
    assertFalse(probe.repairedLoss(1_000, 0, false, true));
    assertFalse(probe.repairedLoss(2_000, 0, true, false));
  }
}
