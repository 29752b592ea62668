package org.vtl.tcp.internal.congestion;

/**
 * BBR after draft-ietf-ccwg-bbr (version 3): sends at the rate that the path delivers, looks now
 * and then whether it delivers more, and keeps about one bandwidth-delay product in flight. Loss
 * bounds it only where it is more than {@link BbrModel#LOSS_THRESHOLD} above what the path loses at
 * rest ({@link RestLoss}); that is what differs from the draft, where all loss counts, and it is
 * what lets it fill a long path that loses 3 % whatever is sent. {@link #strict} is the draft's.
 */
public final class Bbr implements CongestionControl {
  /** The most that is taken for the path's own loss by default. */
  public static final double MOST_REST_LOSS = 0.1;

  static final double STARTUP_PACING = 2.77; // 4 ln 2
  static final double DRAIN_PACING = 0.5;
  static final double DOWN_PACING = 0.9;
  static final double UP_PACING = 1.25;
  static final double UP_WINDOW = 2.25;
  static final double WINDOW = 2;
  static final double PROBE_ROUND_TRIP_WINDOW = 0.5;
  static final double PACING_MARGIN = 0.99;
  static final int EARLY_WINDOWS = 32;
  static final int STARTUP_LOST_SEGMENTS = 6;
  static final int DRAIN_ROUNDS = 3;
  static final int DOWN_ROUNDS = 10; // to empty what a probe of three left
  static final int MOST_RENO_ROUNDS = 63;
  static final int LEAST_SEGMENTS = 4;
  static final long PROBE_ROUND_TRIP_NANOS = 200_000_000L;
  static final long LEAST_WAIT_NANOS = 2_000_000_000L;
  static final int WAIT_SPREAD_NANOS = 1_000_000_000;
  private static final int LARGEST_QUANTUM = 64 << 10;

  /** Section 3.3; the four of ProbeBW are a cycle. */
  enum Phase {
    STARTUP,
    DRAIN,
    DOWN,
    CRUISE,
    REFILL,
    UP,
    PROBE_ROUND_TRIP
  }

  private final String name;
  private final BbrModel model;

  private Phase phase;
  private Phase undoPhase;
  private int segmentSize;
  private long initialWindow;
  private long window;
  private long savedWindow;
  private double pacingRate;

  private final FullPipe pipe = new FullPipe();
  private boolean full; // the pipe was, once
  private long heldLost; // a round of startup, until the next shows that it was not the last
  private long heldDelivered;

  private long phaseAt;
  private long phaseRound;
  private long probeRounds; // since the last probe
  private long probeWait;
  private boolean probing; // losses may be the probe's
  private boolean stopping; // the first round after it
  private long upRounds;
  private long upAcknowledged;
  private long upBytesPerSegment;

  private long probeRoundTripUntil;
  private boolean probeRoundTripRound;
  private boolean idle;
  private long seed;

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
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void begin(int segmentSize, long initialWindow, long now) {
    this.segmentSize = segmentSize;
    this.initialWindow = initialWindow;
    model.begin(segmentSize, now);
    phase = Phase.STARTUP;
    undoPhase = Phase.STARTUP;
    window = initialWindow;
    savedWindow = 0;
    pacingRate = 0;
    full = false;
    pipe.reset(0);
    heldLost = 0;
    heldDelivered = 0;
    phaseAt = now;
    phaseRound = 0;
    probeRounds = 0;
    probing = false;
    stopping = false;
    probeRoundTripUntil = -1;
    idle = false;
    seed = now * 0x9e3779b97f4a7c15L | 1;
  }

  @Override
  public void segmentSize(int bytes, long now) {
    segmentSize = bytes;
    model.segmentSize(bytes);
    window = Math.max(window, least());
  }

  @Override
  public void acknowledged(AckSample sample) {
    model.observe(sample, window, full);
    if (model.isRoundStart()) {
      endRound();
    }
    lookForFull(sample);
    step(sample);
    model.roundTrip.observe(sample.roundTripNanos, sample.now);
    stepRoundTripProbe(sample);
    if (model.isRoundStart()) {
      model.forgetRound();
    }
    idle = false;
    pace(pacingGain());
    resize(sample);
  }

  private void endRound() {
    probeRounds++;
    boolean atRest =
        phase == Phase.CRUISE
            || phase == Phase.REFILL
            || phase == Phase.DOWN && model.rounds() > phaseRound + 1;
    if (atRest) {
      model.rest.observe(model.deliveredLastRound(), model.lostLastRound());
    }
    boolean bounds = phase != Phase.STARTUP && phase != Phase.REFILL && phase != Phase.UP;
    if (bounds && model.isPressed()) {
      model.boundShortTerm(window);
    }
  }

  private void lookForFull(AckSample sample) {
    if (pipe.isFull() || !model.isRoundStart() || sample.applicationLimited) {
      return;
    }
    if (pipe.grows(model.latestBandwidth())) {
      if (!full) {
        // as the rate grows, the pipe was not full a round ago: what it lost then is its own
        model.rest.observe(heldDelivered, heldLost);
        heldDelivered = model.deliveredLastRound();
        heldLost = model.lostLastRound();
      }
    } else if (!full) {
      if (isStartupLossHigh(model.lostLastRound(), model.wasLossHigh())) {
        fill(Math.max(product(1), model.deliveredLastRound()));
      } else if (pipe.isFull()) {
        fill(BbrModel.UNBOUNDED);
      }
    }
  }

  /** Section 5.3.1.3: more segments than chance loses, and too many of them. */
  private boolean isStartupLossHigh(long lost, boolean high) {
    return high && (model.isEchoed() || lost >= (long) STARTUP_LOST_SEGMENTS * segmentSize);
  }

  private void fill(long inFlightHigh) {
    full = true;
    model.inFlightHigh = inFlightHigh;
    model.rest.settle();
  }

  private void step(AckSample sample) {
    if (full) {
      adaptLongTerm(sample);
    }
    long now = sample.now;
    switch (phase) {
      case STARTUP -> {
        if (!full
            && !model.rest.isPossible()
            && isStartupLossHigh(model.lostInRound(), model.isLossHigh(sample))) {
          fill(Math.max(product(1), sample.rateBytes));
        }
        if (full) {
          enter(Phase.DRAIN, now);
        }
      }
      case DRAIN -> {
        if (sample.inFlight <= inFlight(1) || model.rounds() > phaseRound + DRAIN_ROUNDS) {
          enterDown(sample);
        }
      }
      case DOWN -> {
        if (!isTimeToProbe(sample)
            && sample.inFlight <= Math.min(model.withHeadroom(), inFlight(1))) {
          enter(Phase.CRUISE, now);
        }
      }
      case CRUISE -> isTimeToProbe(sample);
      case REFILL -> {
        if (model.isRoundStart()) {
          enterUp(sample);
        }
      }
      case UP -> {
        if (isHeldByInFlightHigh(sample)) {
          pipe.reset(model.latestBandwidth());
        } else if (pipe.isFull() || isQueueShown(sample)) {
          enterDown(sample);
        }
      }
      case PROBE_ROUND_TRIP -> {}
    }
  }

  /**
   * BBRv2's end of a probe, where round trips are long: one that brought no more bandwidth, and a
   * quarter of a product in the queue. The draft's three rounds of probing fill a queue that DOWN
   * needs ten rounds to empty, and does not have.
   */
  private boolean isQueueShown(AckSample sample) {
    return model.rest.isPossible()
        && DOWN_ROUNDS * model.roundTrip.nanos() > LEAST_WAIT_NANOS
        && pipe.isStill()
        && sample.inFlight >= inFlight(UP_PACING);
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
        long target = Math.min(product(1), window);
        model.inFlightHigh = Math.max(sample.inFlightWhenSent, (long) (BbrModel.BETA * target));
      }
      if (phase == Phase.UP) {
        enterDown(sample);
      }
    } else if (model.inFlightHigh != BbrModel.UNBOUNDED && !model.isLossHigh(sample)) {
      model.inFlightHigh = Math.max(model.inFlightHigh, sample.inFlightWhenSent);
      if (phase == Phase.UP && isHeldByInFlightHigh(sample)) {
        raiseInFlightHigh(sample);
      }
    }
  }

  private boolean isHeldByInFlightHigh(AckSample sample) {
    return sample.windowLimited && window >= model.inFlightHigh;
  }

  /** By one segment in the first round, two in the second, four in the third. */
  private void raiseInFlightHigh(AckSample sample) {
    upAcknowledged += sample.acknowledged;
    if (upAcknowledged >= upBytesPerSegment) {
      long segments = upAcknowledged / upBytesPerSegment;
      upAcknowledged -= segments * upBytesPerSegment;
      model.inFlightHigh += segments * segmentSize;
    }
    if (model.isRoundStart()) {
      steepen();
    }
  }

  private void steepen() {
    long growth = 1L << Math.min(upRounds, 30);
    upRounds++;
    upBytesPerSegment = Math.max(segmentSize, window / growth);
  }

  /** Section 5.3.3.5: after two or three seconds, or as often as Reno would have grown anew. */
  private boolean isTimeToProbe(AckSample sample) {
    long renoRounds = Math.min(product(1), window) / segmentSize;
    if (sample.now - phaseAt > probeWait || probeRounds >= Math.min(renoRounds, MOST_RENO_ROUNDS)) {
      model.resetShortTerm();
      upRounds = 0;
      upAcknowledged = 0;
      model.startRound(sample.delivered);
      enter(Phase.REFILL, sample.now);
      return true;
    }
    return false;
  }

  private void enterUp(AckSample sample) {
    probing = true;
    pipe.reset(model.latestBandwidth());
    model.startRound(sample.delivered);
    enter(Phase.UP, sample.now);
    steepen();
  }

  private void enterDown(AckSample sample) {
    model.forgetRound();
    model.startRound(sample.delivered);
    probeRounds = random(2);
    probeWait = LEAST_WAIT_NANOS + random(WAIT_SPREAD_NANOS);
    stopping = true;
    enter(Phase.DOWN, sample.now);
  }

  private void enter(Phase next, long now) {
    if (next != Phase.CRUISE) {
      phaseAt = now; // the wait counts from DOWN on
    }
    phase = next;
    phaseRound = model.rounds();
  }

  private long random(int bound) {
    seed ^= seed << 13;
    seed ^= seed >>> 7;
    seed ^= seed << 17;
    return (seed >>> 33) % bound;
  }

  /** Section 5.3.4: a look at the path without a queue, when nothing confirmed the least delay. */
  private void stepRoundTripProbe(AckSample sample) {
    if (phase != Phase.PROBE_ROUND_TRIP) {
      if (model.roundTrip.isExpired() && !idle) {
        saveWindow();
        phase = Phase.PROBE_ROUND_TRIP;
        probeRoundTripUntil = -1;
        probing = false;
        stopping = false;
      }
      return;
    }
    if (probeRoundTripUntil < 0 && sample.inFlight <= roundTripProbeWindow()) {
      probeRoundTripUntil = sample.now + PROBE_ROUND_TRIP_NANOS;
      probeRoundTripRound = false;
      model.startRound(sample.delivered);
    } else if (probeRoundTripUntil >= 0) {
      probeRoundTripRound |= model.isRoundStart();
      if (probeRoundTripRound && sample.now > probeRoundTripUntil) {
        endRoundTripProbe(sample.now);
      }
    }
  }

  private void endRoundTripProbe(long now) {
    model.roundTrip.confirm(now);
    window = Math.max(window, savedWindow);
    model.resetShortTerm();
    if (full) {
      probeRounds = random(2);
      probeWait = LEAST_WAIT_NANOS + random(WAIT_SPREAD_NANOS);
      enter(Phase.DOWN, now);
      enter(Phase.CRUISE, now);
    } else {
      enter(Phase.STARTUP, now);
    }
  }

  private long roundTripProbeWindow() {
    return Math.max(
        model.product(model.bandwidth(), PROBE_ROUND_TRIP_WINDOW, initialWindow), least());
  }

  private double pacingGain() {
    return switch (phase) {
      case STARTUP -> STARTUP_PACING;
      case DRAIN -> DRAIN_PACING;
      case DOWN -> DOWN_PACING;
      case UP -> UP_PACING;
      case CRUISE, REFILL, PROBE_ROUND_TRIP -> 1;
    };
  }

  private void pace(double gain) {
    double rate = gain * model.bandwidth() * PACING_MARGIN;
    if (phase == Phase.STARTUP && model.roundTrip.nanos() > 0) {
      // the first windows are too few segments to show the rate of twice as many
      long early = Math.min(window, EARLY_WINDOWS * initialWindow);
      rate = Math.max(rate, 2 * early / (model.roundTrip.nanos() * 1e-9));
    }
    if (full || rate > pacingRate) {
      pacingRate = rate;
    }
  }

  private void resize(AckSample sample) {
    long most = inFlight(phase == Phase.UP ? UP_WINDOW : WINDOW) + model.clump();
    if (full) {
      window = Math.min(window + sample.acknowledged, most);
    } else if (window < most || sample.delivered < initialWindow) {
      window += sample.acknowledged;
    }
    if (phase == Phase.PROBE_ROUND_TRIP) {
      window = Math.min(window, roundTripProbeWindow());
    }
    window = Math.max(Math.min(window, bound()), least());
  }

  private long bound() {
    long bound =
        switch (phase) {
          case STARTUP, DRAIN -> BbrModel.UNBOUNDED;
          case DOWN, REFILL, UP -> model.inFlightHigh;
          case CRUISE, PROBE_ROUND_TRIP -> model.withHeadroom();
        };
    return Math.min(bound, model.inFlightLow());
  }

  private long product(double gain) {
    return model.product(model.maxBandwidth(), gain, initialWindow);
  }

  /** {@code gain} products, and what offloads need to be busy (section 5.5.8). */
  private long inFlight(double gain) {
    long quantum = Math.clamp((long) (pacingRate / 1000), 2L * segmentSize, LARGEST_QUANTUM);
    return Math.max(product(gain), Math.max(3 * quantum, least()))
        + (phase == Phase.UP ? 2L * segmentSize : 0);
  }

  private long least() {
    return (long) LEAST_SEGMENTS * segmentSize;
  }

  private void saveWindow() {
    savedWindow = window;
  }

  @Override
  public void congested(long inFlight, boolean byEcn, long now) {
    save();
    if (byEcn) {
      model.echo();
    }
  }

  private void save() {
    if (phase != Phase.PROBE_ROUND_TRIP) {
      saveWindow();
    }
    undoPhase = phase;
    model.saveBounds();
  }

  @Override
  public void recovered(long now) {
    if (phase != Phase.PROBE_ROUND_TRIP) {
      window = Math.max(window, Math.min(savedWindow, bound()));
    }
  }

  @Override
  public void timedOut(long inFlight, long now) {
    if (window > segmentSize) {
      save();
    }
    window = segmentSize;
  }

  @Override
  public void undo(long now) {
    model.restoreBounds();
    window = Math.max(window, savedWindow);
    pipe.reset(0);
    if (phase != Phase.PROBE_ROUND_TRIP && phase != undoPhase) {
      if (undoPhase == Phase.STARTUP) {
        full = false;
        enter(Phase.STARTUP, now);
      } else if (undoPhase == Phase.UP) {
        probing = true;
        stopping = false;
        enter(Phase.UP, now);
      }
    }
  }

  /** Section 5.4.1: at the rate the path had, as the window is no burst. */
  @Override
  public void restarted(long idleNanos, long now) {
    idle = true;
    if (phase == Phase.PROBE_ROUND_TRIP) {
      if (probeRoundTripUntil >= 0 && now > probeRoundTripUntil) {
        endRoundTripProbe(now);
      }
    } else if (phase != Phase.STARTUP && phase != Phase.DRAIN) {
      pace(1);
    }
  }

  @Override
  public long window() {
    return window;
  }

  /** None: it knows no slow start. */
  @Override
  public long threshold() {
    return Long.MAX_VALUE;
  }

  @Override
  public long pacingRate() {
    return (long) pacingRate;
  }

  @Override
  public boolean ownsRecovery() {
    return true;
  }

  Phase phase() {
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
            window,
            phase);
  }
}
