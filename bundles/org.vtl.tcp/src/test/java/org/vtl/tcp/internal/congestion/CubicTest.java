package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.tcp.internal.congestion.Samples.MILLI;
import static org.vtl.tcp.internal.congestion.Samples.SEGMENT;

import org.junit.jupiter.api.Test;
import org.vtl.testkit.AllocationProbe;

class CubicTest {
  private final Cubic cubic = new Cubic();
  private final Samples samples = new Samples(cubic, 100);

  private void reach(int segments) {
    while (cubic.window() < (long) segments * SEGMENT) {
      samples.acknowledge(Math.min(SEGMENT, (long) segments * SEGMENT - cubic.window()));
    }
  }

  /** RFC 9438 section 4.6: beta is 0.7. */
  @Test
  void keepsSevenTenthsOnLoss() {
    reach(1000);
    samples.lose(1000);
    assertEquals(700 * SEGMENT, cubic.window());
    assertEquals(700 * SEGMENT, cubic.threshold());
  }

  /** Section 4.2: W(t) = 0.4 (t - K)^3 + 1000, K = cbrt(300 / 0.4) = 9.09 s. */
  @Test
  void followsTheCubicFunction() {
    reach(1000);
    samples.lose(1000);
    double k = Math.cbrt(300 / 0.4);
    assertEquals(9.0856, k, 0.0001);
    long begin = samples.now;
    for (int round = 1; round <= 150; round++) {
      samples.round();
      double t = (samples.now - begin) / 1e9;
      double w = 0.4 * Math.pow(t - k, 3) + 1000;
      assertEquals(w, cubic.window() / 1000.0, 4, "after " + t + " s");
    }
    assertTrue(cubic.window() > 1070 * SEGMENT);
  }

  /** Section 4.7: a second loss below the last window leaves room: plateau at 0.85 of it. */
  @Test
  void convergesFast() {
    reach(1000);
    samples.lose(1000);
    samples.round();
    long window = cubic.window();
    assertTrue(window < 800 * SEGMENT);
    samples.lose(window / SEGMENT);
    long cut = cubic.window();
    assertEquals((long) (window * 0.7), cut);
    double plateau = window / 1000.0 * 0.85;
    double k = Math.cbrt((plateau - cut / 1000.0) / 0.4);
    while (samples.now / 1e9 < k + 0.1) {
      samples.round();
    }
    assertEquals(plateau, cubic.window() / 1000.0, 2);
  }

  /** Section 4.3: on short paths as fast as Reno, alpha = 3 (1 - 0.7) / (1 + 0.7) = 0.529. */
  @Test
  void isNoSlowerThanReno() {
    samples.roundTrip = 5 * MILLI;
    reach(20);
    samples.lose(20);
    double reno = 14;
    for (int round = 0; round < 11; round++) {
      reno += 0.5294;
      samples.round();
      assertEquals(reno, cubic.window() / 1000.0, 0.3, "round " + round);
    }
    for (int round = 0; round < 5; round++) { // it is where it was: one segment per round
      samples.round();
    }
    assertEquals(24.3, cubic.window() / 1000.0, 0.5);
  }

  /** Section 5.8: time in which the window is not used does not count. */
  @Test
  void timeOfDisuseDoesNotMoveTheCurve() {
    reach(1000);
    samples.lose(1000);
    samples.round();
    long window = cubic.window();
    samples.sample.windowLimited = false;
    for (int i = 0; i < 100; i++) {
      samples.acknowledge(samples.now + 100 * MILLI, SEGMENT, 0);
    }
    assertEquals(window, cubic.window());
    samples.sample.windowLimited = true;
    samples.round();
    double t = 0.2;
    assertEquals(0.4 * Math.pow(t - Math.cbrt(300 / 0.4), 3) + 1000, cubic.window() / 1000.0, 4);
  }

  @Test
  void idlenessDoesNotMoveTheCurve() {
    reach(1000);
    samples.lose(1000);
    samples.round();
    cubic.restarted(190 * MILLI, samples.now + 190 * MILLI);
    samples.now += 190 * MILLI;
    samples.round();
    assertEquals(0.4 * Math.pow(0.2 - Math.cbrt(300 / 0.4), 3) + 1000, cubic.window() / 1000.0, 4);
  }

  /** Section 4.2: the target is one and a half windows at most. */
  @Test
  void aRoundAddsHalfAWindowAtMost() {
    samples.roundTrip = 5000 * MILLI;
    samples.lose(10);
    cubic.timedOut(7 * SEGMENT, 0);
    reach(7);
    for (int i = 0; i < 5; i++) {
      long window = cubic.window();
      samples.round();
      assertTrue(cubic.window() <= 1.66 * window, window + " to " + cubic.window());
    }
    assertTrue(cubic.window() > 40 * SEGMENT);
  }

  @Test
  void slowStartBeginsAnewWhenItsLossWasNone() {
    samples.round();
    samples.round();
    samples.roundTrip = 130 * MILLI;
    samples.round();
    samples.round();
    assertTrue(cubic.state().endsWith("conservative slow start"), cubic.state());
    cubic.congested(cubic.window(), false, samples.now);
    cubic.undo(samples.now);
    assertTrue(cubic.state().endsWith(", slow start"), cubic.state());
    long window = cubic.window();
    samples.round();
    assertEquals(2 * window, cubic.window(), SEGMENT);
  }

  /** Section 4.8: after a timeout slow start to the threshold, then a curve that only rises. */
  @Test
  void aTimeoutForgetsThePlateau() {
    reach(1000);
    cubic.timedOut(1000 * SEGMENT, 0);
    assertEquals(SEGMENT, cubic.window());
    assertEquals(700 * SEGMENT, cubic.threshold());
    reach(700);
    long begin = samples.now;
    for (int i = 0; i < 30; i++) {
      samples.round();
    }
    double t = (samples.now - begin) / 1e9;
    assertEquals(700 + Math.max(0.4 * t * t * t, 30 * 0.529), cubic.window() / 1000.0, 3);
  }

  /** Section 4.9. */
  @Test
  void goesOnWhereItWasAfterASpuriousLoss() {
    reach(1000);
    samples.lose(1000);
    for (int i = 0; i < 20; i++) {
      samples.round();
    }
    Cubic same = new Cubic();
    Samples others = new Samples(same, 100);
    while (same.window() < 1000 * SEGMENT) {
      others.acknowledge(Math.min(SEGMENT, 1000 * SEGMENT - same.window()));
    }
    others.lose(1000);
    for (int i = 0; i < 20; i++) {
      others.round();
    }
    cubic.congested(cubic.window(), false, samples.now);
    cubic.timedOut(cubic.window(), samples.now);
    cubic.undo(samples.now);
    assertEquals(same.window(), cubic.window());
    assertEquals(same.threshold(), cubic.threshold());
    for (int i = 0; i < 20; i++) {
      samples.round();
      others.round();
    }
    assertEquals(same.window(), cubic.window());
  }

  /** RFC 9406 section 4.2: 1/8 more delay, a quarter of the growth for five rounds, then none. */
  @Test
  void slowStartEndsWhenTheDelayGrows() {
    samples.round();
    samples.round();
    assertEquals(40 * SEGMENT, cubic.window());
    samples.roundTrip = 111 * MILLI;
    samples.round();
    assertEquals(80 * SEGMENT, cubic.window(), "less than an eighth");
    samples.roundTrip = 130 * MILLI;
    samples.round();
    long window = cubic.window();
    assertEquals(80 + 7 + 73 / 4.0, window / 1000.0, 1, "after eight samples");
    assertTrue(cubic.state().endsWith("conservative slow start"), cubic.state());
    for (int i = 0; i < 4; i++) {
      samples.round();
      window += window / 4;
      assertEquals(window, cubic.window(), 3 * SEGMENT);
    }
    samples.round();
    assertEquals(window, cubic.window(), 3 * SEGMENT);
    assertEquals(cubic.threshold(), cubic.window(), 2 * SEGMENT);
    assertTrue(cubic.state().endsWith("congestion avoidance"), cubic.state());
  }

  /** RFC 9406 section 4.2: back to slow start when the delay was a matter of a moment. */
  @Test
  void slowStartGoesOnWhenTheDelayShrinksAgain() {
    samples.round();
    samples.round();
    samples.roundTrip = 130 * MILLI;
    samples.round();
    samples.roundTrip = 100 * MILLI;
    samples.round();
    assertTrue(cubic.state().endsWith(", slow start"), cubic.state());
    long window = cubic.window();
    samples.round();
    assertEquals(2 * window, cubic.window(), 2 * SEGMENT);
  }

  @Test
  void allocatesNothing() {
    AllocationProbe.assertNone(
        20_000,
        () -> {
          samples.acknowledge(samples.now + MILLI, SEGMENT, 0);
          if (cubic.window() > 100 * SEGMENT) {
            samples.lose(100);
          }
        });
  }
}
