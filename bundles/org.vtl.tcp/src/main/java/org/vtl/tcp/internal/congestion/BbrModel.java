package org.vtl.tcp.internal.congestion;

/**
 * What BBR believes of the path (draft-ietf-ccwg-bbr sections 2 and 5.5): the most it delivers, the
 * least its round trip takes, how its acknowledgments clump, and how much may be in flight before
 * it loses more than it does at rest. Rates are bytes per second, volumes bytes.
 */
final class BbrModel {
  static final long UNBOUNDED = InFlightCeiling.UNBOUNDED;
  static final double BETA = InFlightCeiling.BETA;
  static final double LOSS_THRESHOLD = 0.02;
  static final double QUEUED = 1.25; // of what the path holds, or takes, without a queue

  private static final double NANOS = 1e-9;

  final RestLoss rest;
  final LeastRoundTrip roundTrip = new LeastRoundTrip();
  final InFlightCeiling ceiling = new InFlightCeiling();
  private final AckClumps clumps = new AckClumps();
  private int segmentSize;

  private long rounds;
  private long roundEnd; // as bytes delivered
  private boolean roundStart;

  private double maxBandwidth;
  private double lastCycleMax;
  private double cycleMax;
  private double latestBandwidth; // of this round
  private long latestInFlight;

  /** Short-term bounds after loss (section 5.5.10.3). */
  private double bandwidthLow;

  private long inFlightLow;

  private long lostInRound;
  private long deliveredInRound;
  private long lostLastRound;
  private long deliveredLastRound;
  private boolean echoed;
  private long leastInRound;
  private boolean queueless; // the round that ended saw the path without a queue
  private boolean queues; // it was seen to have one

  private double undoBandwidthLow;
  private long undoInFlightLow;

  BbrModel(double mostRestLoss) {
    rest = new RestLoss(mostRestLoss);
  }

  void begin(int segmentSize, long now) {
    this.segmentSize = segmentSize;
    rest.begin(segmentSize);
    roundTrip.begin(now);
    clumps.begin(now);
    rounds = 0;
    roundEnd = 0;
    queueless = false;
    queues = false;
    maxBandwidth = 0;
    lastCycleMax = 0;
    cycleMax = 0;
    lostLastRound = 0;
    deliveredLastRound = 0;
    forgetRound();
    resetShortTerm();
    ceiling.begin(segmentSize);
    saveBounds();
  }

  void segmentSize(int bytes) {
    segmentSize = bytes;
    ceiling.segmentSize(bytes);
  }

  /** Takes in one acknowledgment, all but its round trip. */
  void observe(AckSample sample, long window, boolean full) {
    lostInRound += sample.lost;
    deliveredInRound += sample.acknowledged;
    if (sample.roundTripNanos > 0) {
      leastInRound = Math.min(leastInRound, sample.roundTripNanos);
    }
    echoed |= sample.congestionEcho;
    // one that shows loss alone says nothing of when something was sent
    roundStart = sample.acknowledged > 0 && sample.deliveredWhenSent >= roundEnd;
    if (roundStart) {
      queueless = leastInRound < Long.MAX_VALUE && roundTrip.isNear(leastInRound);
      queues |= isFillingQueue();
      startRound(sample.delivered);
      rounds++;
    }
    if (sample.intervalNanos > 0) {
      double rate = sample.rateBytes / (sample.intervalNanos * NANOS);
      latestBandwidth = Math.max(latestBandwidth, rate);
      latestInFlight = Math.max(latestInFlight, sample.rateBytes);
      if (rate >= maxBandwidth || !sample.applicationLimited) {
        cycleMax = Math.max(cycleMax, rate);
        maxBandwidth = Math.max(cycleMax, lastCycleMax);
      }
    }
    clumps.observe(sample, bandwidth(), window, rounds, full);
  }

  /** A round begins with what is sent now; {@code delivered} is what was delivered so far. */
  void startRound(long delivered) {
    roundEnd = delivered;
    lostLastRound = lostInRound;
    deliveredLastRound = deliveredInRound;
    lostInRound = 0;
    deliveredInRound = 0;
  }

  /** What the last round showed has been judged. */
  void forgetRound() {
    latestBandwidth = 0;
    latestInFlight = 0;
    leastInRound = Long.MAX_VALUE;
    lostInRound = 0;
    deliveredInRound = 0;
    echoed = false;
  }

  /** Whether the last acknowledgment was the first of what was sent in a new round. */
  boolean isRoundStart() {
    return roundStart;
  }

  long rounds() {
    return rounds;
  }

  long deliveredLastRound() {
    return deliveredLastRound;
  }

  long lostLastRound() {
    return lostLastRound;
  }

  long lostInRound() {
    return lostInRound;
  }

  /** A cycle of probing ends: its maximum outlives one more (section 5.5.6). */
  void advanceCycle() {
    lastCycleMax = cycleMax;
    cycleMax = 0;
    maxBandwidth = lastCycleMax;
    rest.advance();
  }

  /** The most that was delivered in this cycle of probing and in the one before. */
  double maxBandwidth() {
    return maxBandwidth;
  }

  /** The most that was delivered in this round. */
  double latestBandwidth() {
    return latestBandwidth;
  }

  /** What may be sent, given all that is known. */
  double bandwidth() {
    return Math.min(maxBandwidth, bandwidthLow);
  }

  /** {@code gain} bandwidth-delay products; {@code otherwise} where none is known. */
  long product(double bandwidth, double gain, long otherwise) {
    return roundTrip.nanos() < 0 || maxBandwidth == 0
        ? otherwise
        : (long) (gain * bandwidth * (roundTrip.nanos() * NANOS));
  }

  /** What clumps of acknowledgments need in flight beyond the product. */
  long clump() {
    return clumps.most();
  }

  /** The receiver echoed congestion. */
  void echo() {
    echoed = true;
  }

  boolean isEchoed() {
    return echoed;
  }

  /**
   * Whether all of this round found a queue. One round trip without a queue refutes it, so that
   * jitter does not pass for one.
   */
  boolean isFillingQueue() {
    return rest.isPossible()
        && leastInRound < Long.MAX_VALUE
        && leastInRound >= QUEUED * roundTrip.nanos();
  }

  /**
   * Whether the round that ended saw the path without a queue, and there is one to be seen: what is
   * too much for a policer, or for a buffer of next to nothing, shows by loss alone.
   */
  boolean wasQueueless() {
    return queues && queueless;
  }

  /** Whether this round, so far, lost more than it may. */
  boolean isLossHigh(AckSample sample) {
    return echoed || isHigh(lostInRound, volume(sample), rest.presumed());
  }

  /** The same even if the path lost at rest as much as is believed of any. */
  boolean isLossBeyondBelief(AckSample sample) {
    return echoed || isHigh(lostInRound, volume(sample), rest.most());
  }

  private long volume(AckSample sample) {
    return Math.max(sample.inFlightWhenSent, deliveredInRound);
  }

  /** The same of the round that ended. */
  boolean wasLossHigh() {
    return echoed || isHigh(lostLastRound, lostLastRound + deliveredLastRound, rest.presumed());
  }

  /**
   * Beyond the threshold, what the path loses at rest, which chance may raise by three standard
   * deviations, and one segment, as one is no rate.
   */
  private boolean isHigh(long lost, long volume, double restRate) {
    double most = LOSS_THRESHOLD * volume;
    if (lost > most && rest.isPossible()) {
      double expected = restRate * volume;
      most += expected + 3 * Math.sqrt(expected * segmentSize) + segmentSize;
    }
    return lost > most;
  }

  /** Whether the round that ended calls for short-term bounds. */
  boolean isPressed() {
    return rest.isPossible() ? wasLossHigh() : echoed || lostLastRound > 0;
  }

  /** Section 5.5.10.3: what was delivered is what is safe for now. */
  void boundShortTerm(long window) {
    if (inFlightLow == UNBOUNDED) {
      bandwidthLow = maxBandwidth;
      inFlightLow = window;
    }
    bandwidthLow = Math.max(latestBandwidth, BETA * bandwidthLow);
    inFlightLow = Math.max(latestInFlight, (long) (BETA * inFlightLow));
  }

  void resetShortTerm() {
    bandwidthLow = Double.POSITIVE_INFINITY;
    inFlightLow = UNBOUNDED;
  }

  long inFlightLow() {
    return inFlightLow;
  }

  /** What {@link #restoreBounds} brings back. */
  void saveBounds() {
    undoBandwidthLow = bandwidthLow;
    undoInFlightLow = inFlightLow;
    ceiling.save();
  }

  /** Section 5.5.11: the loss was none. */
  void restoreBounds() {
    bandwidthLow = Math.max(bandwidthLow, undoBandwidthLow);
    inFlightLow = Math.max(inFlightLow, undoInFlightLow);
    ceiling.restore();
    lostInRound = 0;
    lostLastRound = 0;
    echoed = false;
  }
}
