package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.testkit.AllocationProbe;

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

  /** Per cent of 100 Mbit/s from the tenth to the fortieth second, buffer of one product. */
  private static final String TABLE =
      """
      round trip ms    loss %   reno  cubic    bbr  bbr-strict
                 10       0.0     96     97     97          96
                 10       0.1     48     53     96          90
                 10       1.0     13     15     96          79
                 10       3.0      6      8     94          27
                100       0.0     97     97     96          96
                100       0.1      4      5     96          88
                100       1.0      1      2     96          85
                100       3.0      1      1     94          22
                300       0.0     97     97     96          94
                300       0.1      2      4     96          95
                300       1.0      0      1     95          93
                300       3.0      0      0     93          12
                600       0.0     96     97     96          90
                600       0.1      1      4     96          88
                600       1.0      0      1     95          87
                600       3.0      0      0     93           6
                600      10.0      0      0     86           1
      """;

  /** To two points, as the last bit of a cubic root is each machine's own. */
  @Test
  void goodputIsAsInTheTable() {
    StringBuilder table = new StringBuilder();
    boolean same = true;
    for (String line : TABLE.lines().toList()) {
      String[] words = line.strip().split(" +");
      if (words[0].equals("round")) {
        table.append(line);
      } else {
        table.append("%13s %9s".formatted(words[0], words[1]));
        for (int i = 0; i < 4; i++) {
          String name = List.of("reno", "cubic", "bbr", "bbr-strict").get(i);
          long percent = percent(name, Long.parseLong(words[0]), Double.parseDouble(words[1]));
          table.append((i == 3 ? "%12d" : "%7d").formatted(percent));
          same &= Math.abs(percent - Long.parseLong(words[i + 2])) <= 2;
        }
      }
      table.append('\n');
    }
    if (!same) {
      assertEquals(TABLE, table.toString());
    }
  }

  private static long percent(String name, long roundTripMillis, double lossPercent) {
    PathSimulator path = new PathSimulator(100 * MEGABIT, roundTripMillis, 1);
    path.loss(lossPercent / 100);
    SimulatedFlow flow = path.flow(CongestionControls.named(name));
    path.run(10);
    flow.mark();
    path.run(30);
    return Math.round(100 * flow.goodput() / path.rate());
  }

  /** What Split TCP lives by. */
  @ParameterizedTest
  @CsvSource({
    "100, 600, 0.01, 0.85",
    "100, 600, 0.03, 0.7",
    "1000, 100, 0.01, 0.85",
    "2, 600, 0.03, 0.8",
    "10, 300, 0.05, 0.7"
  })
  void bbrFillsALossyLongPath(long megabits, long roundTrip, double loss, double least) {
    PathSimulator path = new PathSimulator(megabits * MEGABIT, roundTrip, 1).loss(loss);
    SimulatedFlow flow = path.flow(new Bbr());
    path.run(12);
    flow.mark();
    path.run(48);
    assertUtilised(least, path, flow);
    assertTrue(flow.meanRoundTrip() < 1.3 * roundTrip / 1000, "queue: " + flow.meanRoundTrip());
  }

  /** Draft section 5.5.9: what comes in clumps needs more in flight. */
  @ParameterizedTest
  @ValueSource(longs = {2, 10, 40})
  void bbrBearsAcknowledgmentsInClumps(long millis) {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 20, 1).clumps(millis).loss(0.001);
    SimulatedFlow flow = path.flow(new Bbr());
    path.run(3);
    flow.mark();
    path.run(20);
    assertUtilised(0.85, path, flow);
  }

  @Test
  void bbrFlowsShare() {
    assertFair(new Bbr(), new Bbr(), 100 * MEGABIT, 50, 0.6);
  }

  @Test
  void bbrLeavesCubicItsPart() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 50, 1);
    SimulatedFlow cubic = path.flow(new Cubic());
    path.flow(new Bbr());
    path.run(10);
    cubic.mark();
    path.run(100);
    assertTrue(cubic.goodput() > 0.1 * path.rate(), "cubic got " + cubic.goodput());
  }

  @ParameterizedTest
  @ValueSource(strings = {"reno", "cubic", "bbr", "bbr-strict"})
  void acknowledgmentsAllocateNothing(String name) {
    PathSimulator path = new PathSimulator(1000 * MEGABIT, 20, 1).loss(0.001);
    path.flow(CongestionControls.named(name));
    AllocationProbe.assertNone(2000, () -> path.run(0.001));
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
