package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleCostTest {
  private static final double MOST = 0.02;
  private final ConsoleCost cost = new ConsoleCost(Workload.PPS64);

  private static Measurement of(double kpps) {
    Measurement measurement = new Measurement();
    measurement.put(Metric.KPPS, kpps);
    return measurement;
  }

  /** Figures without and with in turn; VTL's other threads use {@code others} of 1000 then. */
  private void rounds(long others, double... inTurn) {
    for (int i = 0; i < inTurn.length; i++) {
      if (i % 2 == 0) {
        cost.addWithout(of(inTurn[i]), new ThreadClock.Time(1000, 3));
      } else {
        cost.addWith(of(inTurn[i]), new ThreadClock.Time(1000, others));
      }
    }
  }

  private String outcome(int index) {
    return cost.verdicts(MOST).get(index).outcome();
  }

  @Test
  void aMachineThatSlowsDownIsNoCostOfTheConsole() {
    rounds(5, 1000, 950, 900, 850, 800, 750, 700);
    assertEquals(1, cost.ratio().least(), 1e-9);
    assertEquals("held", outcome(1));
  }

  @Test
  void threePercentLessIsTooMuch() {
    rounds(5, 1000, 970, 1000, 971, 1000, 969, 1000);
    assertEquals(0.97, cost.ratio().median(), 1e-9);
    assertEquals("NOT HELD", outcome(1));
  }

  @Test
  void roundsThatLieFarApartTellNothing() {
    rounds(5, 1000, 900, 1000, 990, 1000, 1100, 1000);
    assertEquals("not measured", outcome(1));
    assertEquals("held", outcome(0));
  }

  @Test
  void whatVtlUsesBesideForwardingIsTheConsoles() {
    rounds(13, 1000, 1000, 1000);
    assertEquals(0.01, cost.share(), 1e-9);
    rounds(40, 1000, 1000, 1000, 1000, 1000);
    assertEquals("NOT HELD", outcome(0));
  }

  @Test
  void theReportHasEveryRound() {
    rounds(5, 1000, 990, 1000);
    String json = ConsoleCost.json("{}", List.of(cost), cost.verdicts(MOST));
    assertTrue(json.contains("\"workload\": \"pps64\""), json);
    assertTrue(json.contains("\"with\": {\"median\": 990.0000, \"rounds\": [990.0000]}"), json);
    assertTrue(json.contains("\"outcome\": \"held\", \"figure\": 0.2000"), json);
    assertFalse(json.contains("],\n}"), json);
  }
}
