package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Congestion controls on paths: what they are for. */
class PathTest {
  private static final long MEGABIT = 1_000_000L;

  @Test
  void cubicFillsALongPath() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1);
    SimulatedFlow flow = path.flow(new Cubic());
    path.run(5);
    flow.mark();
    path.run(55);
    assertUtilised(0.93, path, flow);
  }

  @Test
  void renoFillsAShortPath() {
    PathSimulator path = new PathSimulator(20 * MEGABIT, 20, 1);
    SimulatedFlow flow = path.flow(new Reno());
    path.run(60);
    assertUtilised(0.93, path, flow);
  }

  /** RFC 9406: slow start alone goes on to twice what path and buffer hold. */
  @Test
  void hybridStartLosesLittle() {
    long[] lost = new long[2];
    for (int i = 0; i < 2; i++) {
      PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).buffer(2);
      SimulatedFlow flow = path.flow(i == 0 ? new Cubic() : new Reno());
      path.run(3);
      lost[i] = flow.lost();
    }
    assertTrue(lost[0] < lost[1] / 2, lost[0] + " against " + lost[1] + " bytes");
  }

  @Test
  void renoFlowsShareFairly() {
    assertFair(new Reno(), new Reno(), 20 * MEGABIT, 40, 0.75);
  }

  @Test
  void cubicFlowsShareFairly() {
    assertFair(new Cubic(), new Cubic(), 50 * MEGABIT, 50, 0.75);
  }

  /** RFC 9438 section 4.3: on short paths CUBIC takes no more than its share. */
  @Test
  void cubicIsFriendlyToReno() {
    assertFair(new Cubic(), new Reno(), 10 * MEGABIT, 20, 0.6);
  }

  /** What Split TCP is for: a loss-based sender cannot use this path. */
  @Test
  void cubicStarvesOnALossyLongPath() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 600, 1).loss(0.01);
    SimulatedFlow flow = path.flow(new Cubic());
    path.run(60);
    assertTrue(flow.goodput() < 0.05 * path.rate(), "it used " + flow.goodput());
  }

  @Test
  void anApplicationThatWritesLittleGetsWhatItWrites() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1);
    SimulatedFlow flow = path.flow(new Cubic()).application(5 * MEGABIT);
    path.run(30);
    assertEquals(5 * MEGABIT, flow.goodput(), 0.1 * MEGABIT);
    assertTrue(flow.control().window() < 10 * 5 * MEGABIT / 8 / 10, flow.control().state());
  }

  static void assertUtilised(double least, PathSimulator path, SimulatedFlow flow) {
    double utilisation = flow.goodput() / path.rate();
    assertTrue(utilisation >= least, "it used " + utilisation + ": " + flow.control().state());
  }

  private static void assertFair(
      CongestionControl one, CongestionControl other, long rate, long roundTrip, double least) {
    PathSimulator path = new PathSimulator(rate, roundTrip, 1);
    SimulatedFlow first = path.flow(one);
    SimulatedFlow second = path.flow(other).start(3);
    path.run(30);
    first.mark();
    second.mark();
    path.run(200);
    double ratio = second.goodput() / first.goodput();
    assertTrue(
        ratio > least && ratio < 1 / least,
        first.goodput() / 1e6 + " and " + second.goodput() / 1e6 + " Mbit/s");
    assertTrue(first.goodput() + second.goodput() > 0.9 * rate);
  }
}
