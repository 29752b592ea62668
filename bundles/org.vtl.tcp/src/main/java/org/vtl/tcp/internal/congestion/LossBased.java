package org.vtl.tcp.internal.congestion;

/**
 * What congestion controls that take loss for congestion have in common (RFC 5681): slow start, the
 * cut when an episode begins, the loss window after a timeout, the way back when it was spurious,
 * and what idleness costs. How the window grows beyond the threshold is each one's own.
 */
abstract class LossBased implements CongestionControl {
  private static final long LEAST_IDLE_NANOS = 200_000_000L;

  int segmentSize;
  long window;
  long threshold;

  private long initialWindow;
  private long smoothedNanos;
  private long lastSampleNanos;
  private boolean recovering;

  /** A timeout since which nothing was acknowledged. */
  private boolean backedOff;

  private boolean undoable;
  private long priorWindow;
  private long priorThreshold;

  @Override
  public void begin(int segmentSize, long initialWindow, long now) {
    this.segmentSize = segmentSize;
    this.initialWindow = initialWindow;
    window = initialWindow;
    threshold = Long.MAX_VALUE;
    smoothedNanos = 0;
    lastSampleNanos = now;
    recovering = false;
    backedOff = false;
    undoable = false;
  }

  @Override
  public void segmentSize(int bytes, long now) {
    initialWindow = initialWindow / segmentSize * bytes;
    segmentSize = bytes;
    window = Math.max(window, bytes);
  }

  @Override
  public void acknowledged(AckSample sample) {
    if (sample.acknowledged == 0) {
      return;
    }
    backedOff = false;
    if (sample.smoothedNanos > 0) {
      smoothedNanos = sample.smoothedNanos;
    }
    if (!recovering) {
      if (isLimiting(sample)) {
        grow(sample);
      } else {
        unused(sample.now - lastSampleNanos);
      }
    }
    lastSampleNanos = sample.now;
  }

  /**
   * Whether the window is what holds the sender back (RFC 7661 section 4.1). In slow start it is
   * when half of it was in use, as it may double within a round trip.
   */
  private boolean isLimiting(AckSample sample) {
    return sample.windowLimited
        || window < threshold && 2 * sample.inFlightBefore >= window && !sample.applicationLimited;
  }

  private void grow(AckSample sample) {
    long bytes = sample.acknowledged;
    if (window < threshold) {
      // RFC 3465 with no limit to one acknowledgment: the sender paces what it sends (RFC 9406 4.3)
      long slowly = Math.min(slowStart(sample), threshold - window);
      window += slowly;
      bytes -= slowly;
    }
    if (window >= threshold && bytes > 0) {
      avoid(sample, bytes);
    }
  }

  /** How much the window grows in slow start for {@code sample}. */
  long slowStart(AckSample sample) {
    return sample.acknowledged;
  }

  /** Grows the window in congestion avoidance, where {@code bytes} were acknowledged. */
  abstract void avoid(AckSample sample, long bytes);

  /** What is left of the window after a congestion event. */
  abstract double decrease();

  /** The window was not what held the sender back for {@code nanos}. */
  void unused(long nanos) {}

  /** Remembers what {@link #restore} brings back. */
  abstract void remember();

  abstract void restore();

  /** A congestion event is about to reduce the window. */
  abstract void reduce(boolean timeout);

  @Override
  public void congested(long inFlight, boolean byEcn, long now) {
    save();
    reduce(false);
    threshold = reduced(inFlight);
    window = threshold;
    recovering = true;
  }

  @Override
  public void recovered(long now) {
    if (recovering) {
      recovering = false;
      window = threshold;
    }
  }

  @Override
  public void timedOut(long inFlight, long now) {
    if (!backedOff) { // RFC 5681 section 3.1: held constant when a retransmission is lost, too
      if (!recovering) {
        save();
        threshold = reduced(inFlight);
      }
      reduce(true);
    }
    window = segmentSize;
    recovering = false;
    backedOff = true;
  }

  private void save() {
    undoable = true;
    priorWindow = window;
    priorThreshold = threshold;
    remember();
  }

  /**
   * RFC 5681 equation 4 has it from what is in flight, lest a window that nobody used be halved
   * only; a window in use is itself the better measure, as what is in flight lacks what was lost.
   */
  private long reduced(long inFlight) {
    long used = 2 * inFlight >= window ? window : inFlight;
    return Math.max((long) (used * decrease()), 2L * segmentSize);
  }

  @Override
  public void undo(long now) {
    if (undoable) {
      undoable = false;
      recovering = false;
      backedOff = false;
      window = Math.max(window, priorWindow);
      threshold = priorThreshold;
      restore();
    }
  }

  /** Halves the window for each timeout's time of idleness (RFC 2861), to the initial at least. */
  @Override
  public void restarted(long idleNanos, long now) {
    unused(now - lastSampleNanos);
    lastSampleNanos = now;
    long timeout = Math.max(LEAST_IDLE_NANOS, 2 * smoothedNanos);
    if (window > initialWindow && idleNanos > timeout && !recovering) {
      threshold = Math.max(threshold, window / 4 * 3);
      window = Math.max(initialWindow, window >> Math.min(62, idleNanos / timeout));
    }
  }

  @Override
  public long window() {
    return window;
  }

  @Override
  public long threshold() {
    return threshold;
  }

  @Override
  public long pacingRate() {
    return 0;
  }

  @Override
  public boolean ownsRecovery() {
    return false;
  }

  @Override
  public String state() {
    String phase = recovering ? "recovery" : window < threshold ? phase() : "congestion avoidance";
    return "window "
        + window
        + (threshold == Long.MAX_VALUE ? "" : ", threshold " + threshold)
        + ", "
        + phase;
  }

  String phase() {
    return "slow start";
  }
}
