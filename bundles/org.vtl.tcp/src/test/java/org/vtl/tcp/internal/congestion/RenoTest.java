package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.tcp.internal.congestion.Samples.MILLI;
import static org.vtl.tcp.internal.congestion.Samples.SEGMENT;

import org.junit.jupiter.api.Test;
import org.vtl.testkit.AllocationProbe;

class RenoTest {
  private final Reno reno = new Reno();
  private final Samples samples = new Samples(reno, 100);

  /** RFC 5681 section 3.1. */
  @Test
  void slowStartDoublesAndAvoidanceAddsOneSegmentPerRound() {
    assertEquals(10 * SEGMENT, reno.window());
    assertEquals(Long.MAX_VALUE, reno.threshold());
    samples.round();
    assertEquals(20 * SEGMENT, reno.window());
    samples.round();
    assertEquals(40 * SEGMENT, reno.window());

    samples.lose(40);
    assertEquals(20 * SEGMENT, reno.window());
    assertEquals(20 * SEGMENT, reno.threshold());
    for (int i = 1; i <= 5; i++) {
      samples.round();
      assertEquals((20 + i) * SEGMENT, reno.window());
    }
  }

  @Test
  void whatSlowStartLeavesOfAnAcknowledgmentIsAvoidances() {
    samples.lose(10);
    reno.timedOut(5 * SEGMENT, 0);
    assertEquals(2500, reno.threshold());
    samples.acknowledge(1000);
    assertEquals(2000, reno.window());
    samples.acknowledge(3000); // 500 to the threshold, and 2,500 is a window
    assertEquals(3500, reno.window());
  }

  @Test
  void theThresholdIsTwoSegmentsAtLeast() {
    reno.timedOut(SEGMENT, 0);
    assertEquals(2 * SEGMENT, reno.threshold());
    samples.acknowledge(SEGMENT);
    samples.lose(2);
    assertEquals(2 * SEGMENT, reno.window());
  }

  /** RFC 5681 equation 4: from what is in flight where the window was not in use. */
  @Test
  void anUnusedWindowIsCutToWhatWasInFlight() {
    samples.round();
    samples.round();
    samples.lose(10);
    assertEquals(5 * SEGMENT, reno.window());
  }

  @Test
  void holdsStillWhileItRecovers() {
    samples.round();
    reno.congested(20 * SEGMENT, false, 0);
    samples.round();
    assertEquals(10 * SEGMENT, reno.window());
    reno.recovered(0);
    assertEquals(10 * SEGMENT, reno.window());
  }

  /** RFC 5681 section 3.1: one segment, and a threshold that a second timeout does not change. */
  @Test
  void aTimeoutBeginsAgainFromOneSegment() {
    samples.round();
    reno.timedOut(20 * SEGMENT, 0);
    assertEquals(SEGMENT, reno.window());
    assertEquals(10 * SEGMENT, reno.threshold());
    samples.acknowledge(0);
    reno.timedOut(SEGMENT, 0);
    assertEquals(10 * SEGMENT, reno.threshold());
    samples.round();
    samples.round();
    assertEquals(4 * SEGMENT, reno.window());
    reno.recovered(0);
    assertEquals(4 * SEGMENT, reno.window(), "slow start is how a timeout recovers");
  }

  @Test
  void aTimeoutWithinAnEpisodeDoesNotCutTheThresholdAgain() {
    samples.round();
    reno.congested(20 * SEGMENT, false, 0);
    reno.timedOut(10 * SEGMENT, 0);
    assertEquals(10 * SEGMENT, reno.threshold());
    assertEquals(SEGMENT, reno.window());
  }

  @Test
  void whatWasSpuriousIsUndoneOnce() {
    samples.round();
    reno.congested(20 * SEGMENT, false, 0);
    reno.undo(0);
    assertEquals(20 * SEGMENT, reno.window());
    assertEquals(Long.MAX_VALUE, reno.threshold());
    reno.timedOut(20 * SEGMENT, 0);
    reno.timedOut(20 * SEGMENT, 0);
    reno.undo(0);
    assertEquals(20 * SEGMENT, reno.window());
    samples.lose(20);
    samples.round();
    reno.undo(0);
    reno.undo(0);
    assertEquals(20 * SEGMENT, reno.window());
  }

  /** RFC 7661, RFC 5681 section 4.1. */
  @Test
  void growsOnlyWhenUsedAndShrinksWhenIdle() {
    samples.lose(10);
    samples.sample.windowLimited = false;
    samples.round();
    samples.round();
    assertEquals(5 * SEGMENT, reno.window());

    samples.sample.windowLimited = true;
    for (int i = 0; i < 75; i++) {
      samples.round();
    }
    assertEquals(80 * SEGMENT, reno.window());
    reno.restarted(50 * MILLI, samples.now);
    assertEquals(80 * SEGMENT, reno.window());
    reno.restarted(2 * 200 * MILLI + 1, samples.now);
    assertEquals(20 * SEGMENT, reno.window());
    assertEquals(60 * SEGMENT, reno.threshold());
    reno.restarted(3600_000 * MILLI, samples.now);
    assertEquals(10 * SEGMENT, reno.window());
  }

  @Test
  void keepsItsBytesWhenSegmentsShrink() {
    samples.round();
    reno.segmentSize(500, 0);
    assertEquals(20 * SEGMENT, reno.window());
    reno.timedOut(20 * SEGMENT, 0);
    assertEquals(500, reno.window());
  }

  @Test
  void saysHowItIs() {
    assertEquals("window 10000, slow start", reno.state());
    samples.lose(10);
    assertEquals("window 5000, threshold 5000, congestion avoidance", reno.state());
  }

  @Test
  void allocatesNothing() {
    AllocationProbe.assertNone(
        20_000,
        () -> {
          samples.acknowledge(SEGMENT);
          if (reno.window() > 100 * SEGMENT) {
            samples.lose(100);
          }
        });
    assertTrue(reno.window() > 0);
  }
}
