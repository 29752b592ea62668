package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.tcp.internal.congestion.Samples.MILLI;
import static org.vtl.tcp.internal.congestion.Samples.SEGMENT;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BbrTest {
  private static final long MEGABIT = 1_000_000L;

  private final Bbr bbr = new Bbr();

  /** Draft section 5.3.1.1: 4 ln 2 times the bandwidth, twice the window each round. */
  @Test
  void startupDoublesEachRound() {
    PathSimulator path = new PathSimulator(1000 * MEGABIT, 100, 1);
    path.flow(bbr);
    assertEquals(10 * SimulatedFlow.SEGMENT, bbr.window());
    assertEquals(0, bbr.pacingRate(), "the sender's choice until there is a sample");
    path.run(0.099);
    for (int round = 1; round <= 7; round++) {
      path.run(0.1);
      long window = (10L << round) * SimulatedFlow.SEGMENT;
      assertEquals(window, bbr.window(), 0.15 * window, "round " + round);
    }
    path.run(0.1);
    assertEquals(2.77 * 0.99 * bbr.model().maxBandwidth(), bbr.pacingRate(), 2);
    assertEquals(BbrPhase.STARTUP, bbr.phase());
  }

  /** Section 3.3: the phases, one after the other. */
  @Test
  void goesThroughItsPhases() {
    PathSimulator path = new PathSimulator(50 * MEGABIT, 40, 1);
    path.flow(bbr);
    assertEquals(
        List.of(
            BbrPhase.STARTUP,
            BbrPhase.DRAIN, // and DOWN, which is over at once
            BbrPhase.CRUISE,
            BbrPhase.REFILL,
            BbrPhase.UP,
            BbrPhase.DOWN,
            BbrPhase.CRUISE),
        phases(path, 4.8).subList(0, 7));
    assertEquals(50 * MEGABIT / 8 * 1448 / 1500.0, bbr.model().maxBandwidth(), 2e4);
    assertEquals(40.2 * MILLI, bbr.model().roundTrip.nanos(), 0.2 * MILLI);
  }

  private List<BbrPhase> phases(PathSimulator path, double seconds) {
    List<BbrPhase> phases = new ArrayList<>();
    for (double t = 0; t < seconds; t += 0.001) {
      if (phases.isEmpty() || phases.getLast() != bbr.phase()) {
        phases.add(bbr.phase());
      }
      path.run(0.001);
    }
    return phases;
  }

  /** Section 5.6.1: gains of pacing in each phase. */
  @Test
  void pacesByItsPhase() {
    PathSimulator path = new PathSimulator(50 * MEGABIT, 40, 1);
    path.flow(bbr);
    for (int i = 0; i < 8000; i++) {
      path.run(0.001);
      double gain =
          switch (bbr.phase()) {
            case STARTUP -> 0;
            case DRAIN -> 0.5;
            case DOWN -> 0.9;
            case CRUISE, REFILL, PROBE_ROUND_TRIP -> 1;
            case UP -> 1.25;
          };
      if (gain > 0) {
        boolean fills = bbr.phase().isSteady() && bbr.model().wasQueueless();
        double paced = gain * (fills ? 1.01 : 0.99) * bbr.model().bandwidth();
        assertEquals(paced, bbr.pacingRate(), 2, bbr.state());
        assertTrue(bbr.window() <= 2.5 * path.product() + 200_000, bbr.state());
      }
    }
  }

  /** Section 5.3.4: with others' queue on the path it looks below it each five seconds. */
  @Test
  void looksForTheLeastRoundTripWhenNothingShowsIt() {
    PathSimulator path = new PathSimulator(50 * MEGABIT, 40, 1).buffer(2);
    path.flow(new Cubic());
    SimulatedFlow flow = path.flow(bbr);
    path.run(10);
    int looks = 0;
    for (int i = 0; i < 30_000; i++) {
      boolean before = bbr.phase() == BbrPhase.PROBE_ROUND_TRIP;
      path.run(0.001);
      boolean now = bbr.phase() == BbrPhase.PROBE_ROUND_TRIP;
      looks += now && !before ? 1 : 0;
      if (now) {
        long half = bbr.model().product(bbr.model().bandwidth(), 0.5, 0);
        assertTrue(bbr.window() <= Math.max(half, 4 * SimulatedFlow.SEGMENT) + 1, bbr.state());
      }
    }
    assertTrue(looks >= 3 && looks <= 6, "it looked " + looks + " times");
    assertTrue(flow.meanRoundTrip() > 0.05, "there was a queue");
  }

  @Test
  void aPathOfItsOwnIsNotEmptiedToLook() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 300, 1).loss(0.01);
    path.flow(bbr);
    path.run(10);
    assertFalse(phases(path, 30).contains(BbrPhase.PROBE_ROUND_TRIP));
  }

  /**
   * Section 5.5.10.2: a buffer of a twentieth shows itself by loss, and bounds what is in flight.
   */
  @Test
  void aShallowBufferBoundsWhatIsInFlight() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).buffer(0.05);
    SimulatedFlow flow = path.flow(bbr);
    path.run(10);
    long lost = flow.lost();
    flow.mark();
    path.run(60);
    assertTrue(bbr.model().ceiling.bytes() < 1.5 * path.product(), bbr.state());
    double rate = (flow.lost() - lost) * 8.0 / 60 / path.rate();
    assertTrue(rate < 0.01, "it lost " + rate);
    assertTrue(bbr.model().rest.rate() < 0.01, bbr.state());
    PathTest.assertUtilised(0.85, path, flow);
  }

  /** What it loses it would lose less of by sending less: a sender must not get used to it. */
  @Test
  void whatAPolicerDropsIsNotLossAtRest() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).buffer(0.01);
    SimulatedFlow flow = path.flow(bbr);
    path.run(40);
    long lost = flow.lost();
    path.run(60);
    double rate = (flow.lost() - lost) * 8.0 / 60 / path.rate();
    assertTrue(rate < 0.03, "it lost " + rate);
    assertTrue(bbr.model().rest.rate() < 0.01, bbr.state());
  }

  @Test
  void findsWhatThePathLosesAtRest() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).loss(0.03);
    path.flow(bbr);
    path.run(30);
    assertEquals(0.03, bbr.model().rest.rate(), 0.005);
    assertTrue(bbr.model().ceiling.bytes() > 1.25 * path.product(), bbr.state());
    assertTrue(bbr.model().inFlightLow() > 1.5 * path.product(), bbr.state());
    path.loss(0);
    path.run(30);
    assertEquals(0, bbr.model().rest.rate(), 0.001);
  }

  /** Else a path that loses 3 % would carry no more than 97 % of what it can. */
  @Test
  void pacesByWhatIsSentNotByWhatArrives() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).loss(0.03);
    path.flow(bbr);
    path.run(30);
    while (bbr.phase() != BbrPhase.CRUISE) {
      path.run(0.001);
    }
    double ratio = bbr.pacingRate() / bbr.model().bandwidth();
    assertEquals(1 / 0.97, ratio, 0.015);
  }

  /** On a short path the first thousand segments are all there is for a second. */
  @Test
  void lossIsNoCongestionBeforeThereIsEvidence() {
    PathSimulator path = new PathSimulator(10 * MEGABIT, 10, 1).loss(0.05);
    SimulatedFlow flow = path.flow(bbr);
    path.run(1.5);
    assertEquals(BbrModel.UNBOUNDED, bbr.model().inFlightLow());
    PathTest.assertUtilised(0.85, path, flow);
  }

  /** Two more rounds would be lost in the queue, and what is sent again behind it, too. */
  @Test
  void startupEndsWithARoundThatFindsNothingButAQueue() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).buffer(3);
    path.flow(bbr);
    while (bbr.phase() == BbrPhase.STARTUP) {
      path.run(0.01);
    }
    assertTrue(path.now() < 1.7 * PathSimulator.SECOND, "after " + path.now());
    assertEquals(0, path.dropped());
    assertTrue(bbr.model().maxBandwidth() > 90 * MEGABIT / 8.0, bbr.state());
  }

  /** The draft's behaviour, which the default differs from. */
  @Test
  void theStrictOneTakesAllLossForCongestion() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).loss(0.03);
    Bbr strict = Bbr.strict();
    SimulatedFlow flow = path.flow(strict);
    path.run(60);
    assertEquals("bbr-strict", strict.name());
    assertEquals(0, strict.model().rest.rate());
    assertTrue(strict.model().ceiling.bytes() < path.product(), strict.state());
    assertTrue(flow.goodput() < 0.5 * path.rate(), "it used " + flow.goodput());
  }

  @Test
  void followsThePathsRateUpAndDown() {
    PathSimulator path = new PathSimulator(20 * MEGABIT, 50, 1).buffer(5).loss(0.01);
    SimulatedFlow flow = path.flow(bbr);
    path.run(20);
    path.rate(100 * MEGABIT);
    path.run(5);
    flow.mark();
    path.run(5);
    PathTest.assertUtilised(0.85, path, flow);
    path.rate(20 * MEGABIT);
    path.run(10);
    flow.mark();
    path.run(5);
    PathTest.assertUtilised(0.85, path, flow);
    assertTrue(bbr.model().maxBandwidth() < 25 * MEGABIT / 8.0, bbr.state());
  }

  /** Section 5.6.4.4: one segment after a timeout, and all of it once the timeout is repaired. */
  @Test
  void comesBackFromATimeout() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1);
    path.flow(bbr);
    path.run(10);
    long window = bbr.window();
    bbr.timedOut(window / 2, path.now());
    assertEquals(SimulatedFlow.SEGMENT, bbr.window());
    bbr.timedOut(SimulatedFlow.SEGMENT, path.now());
    bbr.recovered(path.now());
    assertEquals(window, bbr.window());
  }

  /** Section 5.5.11. */
  @Test
  void bringsBackTheBoundsOfALossThatWasNone() {
    Samples samples = new Samples(bbr, 100);
    for (int i = 0; i < 14; i++) {
      samples.round();
    }
    BbrModel model = bbr.model();
    bbr.congested(bbr.window(), false, samples.now);
    model.boundShortTerm(bbr.window());
    model.ceiling.set(5 * SEGMENT);
    assertTrue(model.bandwidth() <= model.maxBandwidth());
    assertTrue(model.inFlightLow() < BbrModel.UNBOUNDED);
    long window = bbr.window();
    bbr.undo(samples.now);
    assertEquals(BbrModel.UNBOUNDED, model.ceiling.bytes());
    assertEquals(BbrModel.UNBOUNDED, model.inFlightLow());
    assertEquals(model.maxBandwidth(), model.bandwidth());
    assertEquals(window, bbr.window());
  }

  /** ECN (RFC 3168): an echo is as much as too much loss. */
  @Test
  void anEchoOfCongestionEndsAProbe() {
    PathSimulator path = new PathSimulator(50 * MEGABIT, 40, 1);
    SimulatedFlow flow = path.flow(bbr);
    while (bbr.phase() != BbrPhase.UP) {
      path.run(0.001);
    }
    path.run(0.06);
    assertEquals(BbrPhase.UP, bbr.phase());
    bbr.congested(flow.inFlight(), true, path.now());
    path.run(0.002);
    assertEquals(BbrPhase.DOWN, bbr.phase());
    assertTrue(bbr.model().ceiling.bytes() < 1.5 * path.product());
  }

  @Test
  void anApplicationsRateIsNotTakenForThePaths() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1);
    SimulatedFlow flow = path.flow(bbr).application(5 * MEGABIT);
    path.run(30);
    assertEquals(5 * MEGABIT, flow.goodput(), 0.1 * MEGABIT);
    assertEquals(BbrPhase.STARTUP, bbr.phase(), "it never filled the pipe");
  }

  @Test
  void whatAnApplicationSendsLaterDoesNotLowerWhatIsKnown() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1);
    SimulatedFlow flow = path.flow(bbr);
    path.run(10);
    flow.application(5 * MEGABIT);
    path.run(30);
    assertTrue(bbr.model().maxBandwidth() > 90 * MEGABIT / 8.0, bbr.state());
  }

  /** Section 5.4.1: an idle path needs no look. */
  @Test
  void idlenessIsLookEnough() {
    PathSimulator path = new PathSimulator(50 * MEGABIT, 40, 1);
    SimulatedFlow flow = path.flow(bbr);
    path.run(10);
    flow.stop();
    path.run(8);
    assertEquals(0, flow.inFlight());
    flow.resume();
    assertFalse(phases(path, 1).contains(BbrPhase.PROBE_ROUND_TRIP));
    flow.mark();
    path.run(1);
    PathTest.assertUtilised(0.85, path, flow);
  }

  /** Section 5.3.1.3. */
  @Test
  void startupEndsWithItsFirstRoundOfTooMuchLoss() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).buffer(0.05);
    SimulatedFlow flow = path.flow(bbr);
    while (bbr.phase() == BbrPhase.STARTUP) {
      path.run(0.01);
    }
    assertTrue(bbr.model().ceiling.bytes() < 2 * path.product(), bbr.state());
    path.run(1);
    assertTrue(flow.lost() < 1.1 * path.product(), "it lost " + flow.lost());
  }

  /** Where round trips are long, one round of no more and a queue are enough. */
  @Test
  void startupOfALongPathOverflowsLittle() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 600, 1);
    SimulatedFlow flow = path.flow(bbr);
    while (bbr.phase() == BbrPhase.STARTUP) {
      path.run(0.01);
    }
    assertTrue(path.now() < 8.5 * PathSimulator.SECOND, "after " + path.now());
    path.run(3);
    assertTrue(flow.lost() < 0.03 * path.product(), "it lost " + flow.lost());
    assertEquals(BbrModel.UNBOUNDED, bbr.model().ceiling.bytes());
    assertTrue(bbr.model().maxBandwidth() > 95 * MEGABIT / 8.0, bbr.state());
  }

  /** Else it would go on to send into a full queue as long as the transfer lasts. */
  @Test
  void startupEndsWhereMemoryIsWhatBoundsIt() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1).buffer(10);
    path.flow(bbr).memory((long) (1.6 * path.product()));
    path.run(5);
    assertNotEquals(BbrPhase.STARTUP, bbr.phase(), bbr.state());
  }

  @Test
  void lossAloneIsNoRound() {
    Samples samples = new Samples(bbr, 100);
    samples.round();
    long rounds = bbr.model().rounds();
    samples.sample.lost = SEGMENT;
    for (int i = 0; i < 10; i++) {
      samples.acknowledge(0);
    }
    assertEquals(rounds, bbr.model().rounds());
    assertEquals(10 * SEGMENT, bbr.model().lostInRound());
  }

  @Test
  void oneWithSmallerSegmentsKeepsWhatItKnows() {
    PathSimulator path = new PathSimulator(100 * MEGABIT, 100, 1);
    path.flow(bbr);
    path.run(10);
    String state = bbr.state();
    bbr.segmentSize(1200, path.now());
    assertEquals(state, bbr.state());
  }
}
