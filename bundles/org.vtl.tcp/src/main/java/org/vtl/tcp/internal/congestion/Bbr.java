package org.vtl.tcp.internal.congestion;

/**
 * BBR after draft-ietf-ccwg-bbr (version 3): sends at the rate that the path delivers, looks now
 * and then whether it delivers more, and keeps about one bandwidth-delay product in flight. Loss
 * bounds it only where it is more than {@link BbrModel#LOSS_THRESHOLD} above what the path loses at
 * rest ({@link RestLoss}); that is what differs from the draft, where all loss counts, and it is
 * what lets it fill a long path that loses 3 % whatever is sent. {@link #strict} takes all loss for
 * congestion.
 *
 * <p>Both differ from the draft in this: loss is counted by rounds, so that the sender need not
 * remember it for each segment; there is one clock of rounds, not a second one for loss; jitter of
 * a 64th confirms the least round trip; startup paces by the window until it is large enough to
 * show a rate; an echo of congestion is as much as too much loss.
 *
 * <p>Beyond the draft, the tolerant one ends startup after a round that brought no more and found
 * nothing but a queue; where round trips are longer than 200 ms it ends probes so, too. It paces
 * for what the path loses, and while there is no queue one hundredth above what is delivered, not
 * below ({@link Allowance}).
 */
public final class Bbr implements CongestionControl {
  /** The most that is taken for the path's own loss by default. */
  public static final double MOST_REST_LOSS = 0.1;

  static final int DRAIN_ROUNDS = 3;
  static final int DOWN_ROUNDS = 10; // to empty what a probe of three left

  private final String name;
  private final BbrModel model;
  private final Allowance allowance;

  private BbrPhase phase;
  private BbrPhase undoPhase;
  private int segmentSize;

  private final FullPipe pipe;
  private final ProbeSchedule schedule = new ProbeSchedule();
  private long phaseRound;
  private long pressedRound; // the last one of startup or a probe
  private boolean probing; // losses may be the probe's
  private boolean stopping; // the first round after it

  private final RoundTripProbe roundTripProbe = new RoundTripProbe();
  private boolean idle;

  /** The default: the path's own loss, up to {@link #MOST_REST_LOSS}, is no congestion. */
  public Bbr() {
    this("bbr", MOST_REST_LOSS);
  }

  /** The draft's: every loss is taken for congestion. */
  public static Bbr strict() {
    return new Bbr("bbr-strict", 0);
  }

  /** One that takes up to {@code mostRestLoss} (0 to 1) of what is sent for the path's own loss. */
  Bbr(String name, double mostRestLoss) {
    this.name = name;
    model = new BbrModel(mostRestLoss);
    allowance = new Allowance(model);
    pipe = new FullPipe(model);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void begin(int segmentSize, long initialWindow, long now) {
    this.segmentSize = segmentSize;
    model.begin(segmentSize, now);
    phase = BbrPhase.STARTUP;
    undoPhase = BbrPhase.STARTUP;
    allowance.begin(segmentSize, initialWindow);
    pipe.begin(segmentSize);
    schedule.begin(now);
    phaseRound = 0;
    pressedRound = 0;
    probing = false;
    stopping = false;
    idle = false;
  }

  @Override
  public void segmentSize(int bytes, long now) {
    segmentSize = bytes;
    model.segmentSize(bytes);
    pipe.segmentSize(bytes);
    allowance.segmentSize(bytes);
  }

  @Override
  public void acknowledged(AckSample sample) {
    model.observe(sample, window(), pipe.wasReached());
    if (model.isRoundStart()) {
      endRound(sample);
    }
    step(sample);
    model.roundTrip.observe(sample.roundTripNanos, sample.now);
    stepRoundTripProbe(sample);
    if (model.isRoundStart()) {
      model.forgetRound();
    }
    idle = false;
    allowance.pace(phase, phase.pacingGain, pipe.wasReached());
    allowance.resize(sample, phase, pipe.wasReached());
  }

  private void endRound(AckSample sample) {
    schedule.round();
    boolean told = model.rounds() > pressedRound + 1; // what was lost by pressing the path
    if (told && (phase.isSteady() || phase == BbrPhase.DOWN)) {
      model.rest.observe(model.deliveredLastRound(), model.lostLastRound());
    }
    if (!phase.isProbing() && model.isPressed()) {
      model.boundShortTerm(window());
    }
    if (!isStarved(sample)) {
      pipe.endRound();
      if (phase == BbrPhase.STARTUP && pipe.isStill() && model.isFillingQueue()) {
        pipe.reach(); // two more rounds, as in the draft, would make the queue overflow
      }
    }
  }

  /**
   * Whether too little was sent to show what the path delivers. Who stops for want of memory with
   * more in flight than the path holds has filled it all the same: a relay's buffer must not keep
   * startup going for ever.
   */
  private boolean isStarved(AckSample sample) {
    return sample.applicationLimited && sample.inFlightWhenSent < inFlight(BbrModel.QUEUED);
  }

  private void step(AckSample sample) {
    if (pipe.wasReached()) {
      adaptLongTerm(sample);
    }
    switch (phase) {
      case STARTUP -> {
        pipe.observe(sample);
        if (isStill() && sample.roundTripNanos >= BbrModel.QUEUED * model.roundTrip.nanos()) {
          pipe.reach();
        }
        if (pipe.wasReached()) {
          enter(BbrPhase.DRAIN);
        }
      }
      case DRAIN -> {
        if (sample.inFlight <= inFlight(1) || model.rounds() > phaseRound + DRAIN_ROUNDS) {
          enterDown(sample);
        }
      }
      case DOWN -> {
        if (!isTimeToProbe(sample)
            && sample.inFlight <= Math.min(model.ceiling.withHeadroom(), inFlight(1))) {
          enter(BbrPhase.CRUISE);
        }
      }
      case CRUISE -> isTimeToProbe(sample);
      case REFILL -> {
        if (model.isRoundStart()) {
          enterUp(sample);
        }
      }
      case UP -> {
        if (isHeld(sample)) {
          pipe.reset(model.latestBandwidth());
        } else if (pipe.isFull() || isStill() && sample.inFlight >= inFlight(BbrModel.QUEUED)) {
          enterDown(sample);
        }
      }
      case PROBE_ROUND_TRIP -> {}
    }
  }

  private long inFlight(double gain) {
    return allowance.inFlight(gain, phase);
  }

  /**
   * Whether one round that brought no more is enough where a quarter of a product is in the queue,
   * as BBRv2 ends its probes: where round trips are long. The draft's three rounds fill a queue
   * that DOWN needs ten rounds to empty, and does not have; in startup they make it overflow.
   */
  private boolean isStill() {
    return model.rest.isPossible()
        && DOWN_ROUNDS * model.roundTrip.nanos() > ProbeSchedule.LEAST_WAIT_NANOS
        && pipe.isStill();
  }

  /** Section 5.3.3.6: what a probe's loss or its want of loss says about what may be in flight. */
  private void adaptLongTerm(AckSample sample) {
    if (stopping && model.isRoundStart()) {
      stopping = false;
      probing = false;
      if (!sample.applicationLimited) {
        model.advanceCycle();
      }
    }
    if (probing && model.isLossHigh(sample)) {
      probing = false;
      if (!sample.applicationLimited) {
        long target = Math.min(allowance.product(1), window());
        model.ceiling.lower(sample.inFlightWhenSent, target);
      }
      if (phase == BbrPhase.UP) {
        enterDown(sample);
      }
    } else if (!model.isLossHigh(sample)) {
      model.ceiling.bear(sample.inFlightWhenSent);
      if (phase == BbrPhase.UP && isHeld(sample)) {
        model.ceiling.raise(sample.acknowledged, window(), model.isRoundStart());
      }
    }
  }

  /** Whether the ceiling is what keeps a probe from bringing more. */
  private boolean isHeld(AckSample sample) {
    return sample.windowLimited && window() >= model.ceiling.bytes();
  }

  private boolean isTimeToProbe(AckSample sample) {
    if (!schedule.isDue(Math.min(allowance.product(1), window()) / segmentSize, sample.now)) {
      return false;
    }
    model.resetShortTerm();
    model.startRound(sample.delivered);
    enter(BbrPhase.REFILL);
    return true;
  }

  private void enterUp(AckSample sample) {
    probing = true;
    pipe.reset(model.latestBandwidth());
    model.startRound(sample.delivered);
    enter(BbrPhase.UP);
    model.ceiling.probe(window());
  }

  private void enterDown(AckSample sample) {
    model.forgetRound();
    model.startRound(sample.delivered);
    schedule.plan(sample.now);
    stopping = true;
    enter(BbrPhase.DOWN);
  }

  private void enter(BbrPhase next) {
    if (phase == BbrPhase.STARTUP || phase == BbrPhase.UP) {
      pressedRound = model.rounds();
    }
    phase = next;
    phaseRound = model.rounds();
  }

  /** Section 5.3.4: a look at the path without a queue, when nothing confirmed the least delay. */
  private void stepRoundTripProbe(AckSample sample) {
    if (phase != BbrPhase.PROBE_ROUND_TRIP) {
      if (model.roundTrip.isExpired() && !idle) {
        allowance.save();
        phase = BbrPhase.PROBE_ROUND_TRIP;
        roundTripProbe.begin();
        probing = false;
        stopping = false;
      }
      return;
    }
    if (roundTripProbe.observe(sample, allowance.roundTripProbeWindow(), model.isRoundStart())) {
      model.startRound(sample.delivered);
    } else if (roundTripProbe.isOver(sample.now)) {
      endRoundTripProbe(sample.now);
    }
  }

  private void endRoundTripProbe(long now) {
    model.roundTrip.confirm(now);
    allowance.restore();
    model.resetShortTerm();
    if (pipe.wasReached()) {
      schedule.plan(now);
      enter(BbrPhase.CRUISE);
    } else {
      enter(BbrPhase.STARTUP);
    }
  }

  @Override
  public void congested(long inFlight, boolean byEcn, long now) {
    save();
    if (byEcn) {
      model.echo();
    }
  }

  private void save() {
    if (phase != BbrPhase.PROBE_ROUND_TRIP) {
      allowance.save();
    }
    undoPhase = phase;
    model.saveBounds();
  }

  @Override
  public void recovered(long now) {
    if (phase != BbrPhase.PROBE_ROUND_TRIP) {
      allowance.restoreWithin(phase);
    }
  }

  @Override
  public void timedOut(long inFlight, long now) {
    if (window() > segmentSize) {
      save();
    }
    allowance.collapse();
  }

  @Override
  public void undo(long now) {
    model.restoreBounds();
    allowance.restore();
    pipe.reset(0);
    if (phase != BbrPhase.PROBE_ROUND_TRIP && phase != undoPhase) {
      if (undoPhase == BbrPhase.STARTUP) {
        pipe.reopen();
        enter(BbrPhase.STARTUP);
      } else if (undoPhase == BbrPhase.UP) {
        probing = true;
        stopping = false;
        enter(BbrPhase.UP);
      }
    }
  }

  /** Section 5.4.1: at the rate the path had, as the window is no burst. */
  @Override
  public void restarted(long idleNanos, long now) {
    idle = true;
    if (phase == BbrPhase.PROBE_ROUND_TRIP) {
      if (roundTripProbe.isOverIdle(now)) {
        endRoundTripProbe(now);
      }
    } else if (phase != BbrPhase.STARTUP && phase != BbrPhase.DRAIN) {
      allowance.pace(phase, 1, pipe.wasReached());
    }
  }

  @Override
  public long window() {
    return allowance.window();
  }

  /** None: it knows no slow start. */
  @Override
  public long threshold() {
    return Long.MAX_VALUE;
  }

  @Override
  public long pacingRate() {
    return (long) allowance.pacingRate();
  }

  @Override
  public boolean ownsRecovery() {
    return true;
  }

  BbrPhase phase() {
    return phase;
  }

  BbrModel model() {
    return model;
  }

  @Override
  public String state() {
    return "bandwidth %.1f Mbit/s, round trip %.1f ms, loss at rest %.1f %%, window %d, %s"
        .formatted(
            model.maxBandwidth() * 8e-6,
            model.roundTrip.nanos() * 1e-6,
            model.rest.rate() * 100,
            window(),
            phase);
  }
}
