package org.vtl.tcp.internal.congestion;

/**
 * How much BBR lets be in flight, and how fast it sends, in each of its phases (draft-ietf-ccwg-bbr
 * section 5.6). Bytes, and bytes per second.
 */
final class Allowance {
  /** What is left of the bandwidth, so that a queue goes away. */
  static final double PACING_MARGIN = 0.99;

  /** The same while there is none, or some of the line would stay empty. */
  static final double FILLING_MARGIN = 1.01;

  static final int EARLY_WINDOWS = 32;
  static final int LEAST_SEGMENTS = 4;
  private static final int LARGEST_QUANTUM = 64 << 10;

  private final BbrModel model;
  private int segmentSize;
  private long initialWindow;
  private long window;
  private long savedWindow;
  private double pacingRate;

  Allowance(BbrModel model) {
    this.model = model;
  }

  void begin(int segmentSize, long initialWindow) {
    this.segmentSize = segmentSize;
    this.initialWindow = initialWindow;
    window = initialWindow;
    savedWindow = 0;
    pacingRate = 0;
  }

  void segmentSize(int bytes) {
    segmentSize = bytes;
    window = Math.max(window, least());
  }

  long window() {
    return window;
  }

  /** 0 before there is a sample. */
  double pacingRate() {
    return pacingRate;
  }

  /**
   * Paces by {@code gain} times the bandwidth. That is what arrives: what the path itself loses
   * comes on top, or a path that loses 3 % would never carry more than 97 % of what it can.
   *
   * @param full whether startup is over
   */
  void pace(BbrPhase phase, double gain, boolean full) {
    boolean filling = model.wasQueueless() && phase.isSteady();
    double margin = filling ? FILLING_MARGIN : PACING_MARGIN;
    double rate = gain * model.bandwidth() / (1 - model.rest.mean()) * margin;
    if (phase == BbrPhase.STARTUP && model.roundTrip.nanos() > 0) {
      // the first windows are too few segments to show the rate of twice as many
      long early = Math.min(window, EARLY_WINDOWS * initialWindow);
      rate = Math.max(rate, 2 * early / (model.roundTrip.nanos() * 1e-9));
    }
    if (full || rate > pacingRate) {
      pacingRate = rate;
    }
  }

  /** Takes in one acknowledgment. */
  void resize(AckSample sample, BbrPhase phase, boolean full) {
    long most = inFlight(phase.windowGain, phase) + model.clump();
    if (full) {
      window = Math.min(window + sample.acknowledged, most);
    } else if (window < most || sample.delivered < initialWindow) {
      window += sample.acknowledged;
    }
    if (phase == BbrPhase.PROBE_ROUND_TRIP) {
      window = Math.min(window, roundTripProbeWindow());
    }
    window = Math.max(Math.min(window, bound(phase)), least());
  }

  private long bound(BbrPhase phase) {
    long bound =
        switch (phase) {
          case STARTUP, DRAIN -> BbrModel.UNBOUNDED;
          case DOWN, REFILL, UP -> model.ceiling.bytes();
          case CRUISE, PROBE_ROUND_TRIP -> model.ceiling.withHeadroom();
        };
    return Math.min(bound, model.inFlightLow());
  }

  /** {@code gain} bandwidth-delay products. */
  long product(double gain) {
    return model.product(model.maxBandwidth(), gain, initialWindow);
  }

  /** {@code gain} products, and what offloads need to be busy (section 5.5.8). */
  long inFlight(double gain, BbrPhase phase) {
    long quantum = Math.clamp((long) (pacingRate / 1000), 2L * segmentSize, LARGEST_QUANTUM);
    return Math.max(product(gain), Math.max(3 * quantum, least()))
        + (phase == BbrPhase.UP ? 2L * segmentSize : 0);
  }

  /** So little in flight that there is no queue. */
  long roundTripProbeWindow() {
    return Math.max(
        model.product(model.bandwidth(), BbrPhase.PROBE_ROUND_TRIP.windowGain, initialWindow),
        least());
  }

  private long least() {
    return (long) LEAST_SEGMENTS * segmentSize;
  }

  /** One segment, after a timeout. */
  void collapse() {
    window = segmentSize;
  }

  /** Keeps the window for {@link #restore}. */
  void save() {
    savedWindow = window;
  }

  void restore() {
    window = Math.max(window, savedWindow);
  }

  /** The same, within what {@code phase} allows. */
  void restoreWithin(BbrPhase phase) {
    window = Math.max(window, Math.min(savedWindow, bound(phase)));
  }
}
