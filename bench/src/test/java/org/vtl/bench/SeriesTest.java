package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SeriesTest {
  private static Series of(double... values) {
    Series series = new Series();
    for (double value : values) {
      series.add(value);
    }
    return series;
  }

  @Test
  void medianIsTheMiddleInRank() {
    assertEquals(3, of(9, 1, 3).median());
    assertEquals(2.5, of(4, 1, 3, 2).median());
    assertEquals(7, of(7).median());
  }

  @Test
  void nothingGivesNoNumber() {
    assertTrue(Double.isNaN(of().median()));
    assertTrue(Double.isNaN(of(Double.NaN).median()));
    assertTrue(Double.isNaN(of(1, 2).spread()));
  }

  @Test
  void figuresThatAreMissingDoNotCount() {
    assertEquals(2, of(1, Double.NaN, 3).median());
  }

  @Test
  void spreadIsHalfTheDistanceOfTheQuartiles() {
    // quartiles 20 and 40 about the median 30
    assertEquals(1.0 / 3, of(50, 10, 40, 20, 30).spread(), 1e-9);
    assertEquals(0, of(5, 5, 5).spread());
  }

  @Test
  void ratiosAreMadeRoundByRound() {
    // The machine becomes twice as fast; the ratio stays.
    assertEquals(0.5, of(10, 20).ratioTo(of(20, 40)).median());
    assertEquals(1, of(10, 20, 30).ratioTo(of(10)).size());
  }
}
