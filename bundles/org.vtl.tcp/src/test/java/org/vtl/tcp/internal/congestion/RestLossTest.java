package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RestLossTest {
  private final RestLoss rest = new RestLoss(0.1);

  RestLossTest() {
    rest.begin(1000);
  }

  @Test
  void theLeastOfTwoCyclesCounts() {
    rest.observe(990_000, 10_000);
    assertEquals(0.01, rest.rate(), "the first evidence is all there is");
    rest.observe(970_000, 30_000);
    rest.advance();
    assertEquals(0.01, rest.rate());
    rest.observe(950_000, 50_000);
    rest.advance();
    assertEquals(0.03, rest.rate());
    rest.observe(1_000_000, 0);
    rest.advance();
    assertEquals(0, rest.rate());
  }

  @Test
  void littleEvidenceWaitsForMore() {
    rest.observe(99_000, 1_000);
    rest.advance();
    assertEquals(0, rest.rate());
    rest.observe(871_000, 29_000);
    assertEquals(0.03, rest.rate());
    rest.observe(99_000, 1_000);
    rest.advance();
    assertEquals(0.03, rest.rate());
  }

  @Test
  void withoutEvidenceAnyLossMayBeThePaths() {
    rest.observe(500_000, 0);
    assertEquals(0.1, rest.presumed());
    rest.observe(500_000, 0);
    assertEquals(0, rest.presumed());
  }

  @Test
  void noMoreThanItMay() {
    rest.observe(1_000_000, 1_000_000);
    assertEquals(0.1, rest.rate());
    RestLoss none = new RestLoss(0);
    none.begin(1000);
    none.observe(1_000_000, 1_000_000);
    assertEquals(0, none.rate());
    assertEquals(0, none.presumed());
  }
}
