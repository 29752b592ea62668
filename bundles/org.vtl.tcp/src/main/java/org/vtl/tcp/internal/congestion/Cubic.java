package org.vtl.tcp.internal.congestion;

/**
 * CUBIC (RFC 9438): after a loss the window goes back to where it was along the flat part of a
 * cubic function of time, and beyond it along the steep one; never slower than Reno would. Slow
 * start ends by {@link HybridStart} where the delay shows the path to be full.
 */
public final class Cubic extends LossBased {
  /** How steep the function is, in segments per cubic second (RFC 9438 section 5.1). */
  static final double C = 0.4;

  /** What is left of the window after a congestion event (section 4.6). */
  static final double BETA = 0.7;

  /** What Reno's growth is here, so that it loses no more than Reno at {@link #BETA} (4.3). */
  static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

  private static final double NANOS = 1e-9;

  private final HybridStart hybridStart = new HybridStart();
  private final Curve curve = new Curve();
  private final Curve prior = new Curve();

  /** The window in segments before the last congestion event; what Reno must come back to. */
  private double priorSegments;

  private double grown; // the part of the window's growth that is no whole byte yet

  /** One period of congestion avoidance. Windows are in segments. */
  private static final class Curve {
    boolean begun;
    long beginNanos; // moved on by the time in which the window was not used
    double plateau; // W_max
    double secondsToPlateau; // K
    double reno; // W_est

    double at(double seconds) {
      double t = seconds - secondsToPlateau;
      return C * t * t * t + plateau;
    }

    void copy(Curve other) {
      begun = other.begun;
      beginNanos = other.beginNanos;
      plateau = other.plateau;
      secondsToPlateau = other.secondsToPlateau;
      reno = other.reno;
    }
  }

  @Override
  public String name() {
    return "cubic";
  }

  @Override
  public void begin(int segmentSize, long initialWindow, long now) {
    super.begin(segmentSize, initialWindow, now);
    hybridStart.begin();
    curve.begun = false;
    curve.plateau = 0;
    priorSegments = 0;
    grown = 0;
  }

  @Override
  public void segmentSize(int bytes, long now) {
    double ratio = (double) segmentSize / bytes;
    super.segmentSize(bytes, now);
    curve.plateau *= ratio;
    priorSegments *= ratio;
    curve.begun = false;
  }

  @Override
  long slowStart(AckSample sample) {
    if (threshold != Long.MAX_VALUE) {
      return sample.acknowledged; // RFC 9406 section 4.3: for the first slow start only
    }
    long bytes = hybridStart.acknowledged(sample);
    if (hybridStart.isOver()) {
      threshold = window;
      return 0;
    }
    return bytes;
  }

  @Override
  void avoid(AckSample sample, long bytes) {
    double segments = (double) window / segmentSize;
    if (!curve.begun) {
      enter(segments, sample.now);
    }
    double seconds = (sample.now - curve.beginNanos) * NANOS;
    double acknowledged = (double) bytes / segmentSize;
    curve.reno += (curve.reno < priorSegments ? ALPHA : 1) * acknowledged / segments;

    double growth;
    if (curve.at(seconds) < curve.reno) {
      growth = curve.reno - segments;
    } else {
      double target = curve.at(seconds + sample.smoothedNanos * NANOS);
      growth = (Math.clamp(target, segments, 1.5 * segments) - segments) / segments * acknowledged;
    }
    grown += Math.max(0, growth) * segmentSize;
    window += (long) grown;
    grown -= (long) grown;
  }

  private void enter(double segments, long now) {
    curve.begun = true;
    curve.beginNanos = now;
    curve.reno = segments;
    if (segments < curve.plateau) {
      curve.secondsToPlateau = Math.cbrt((curve.plateau - segments) / C);
    } else {
      curve.plateau = segments;
      curve.secondsToPlateau = 0;
    }
  }

  @Override
  double decrease() {
    return BETA;
  }

  @Override
  void unused(long nanos) {
    curve.beginNanos += nanos; // RFC 9438 section 5.8
  }

  @Override
  void remember() {
    prior.copy(curve);
  }

  @Override
  void restore() {
    curve.copy(prior); // section 4.9
    hybridStart.begin();
  }

  @Override
  void reduce(boolean timeout) {
    double segments = (double) window / segmentSize;
    priorSegments = segments;
    if (timeout) {
      curve.plateau = 0; // section 4.8: the next period begins with K = 0
    } else {
      // section 4.7: a flow that did not come back to where it was leaves room for a new one
      curve.plateau = segments < curve.plateau ? segments * (1 + BETA) / 2 : segments;
    }
    curve.begun = false;
    grown = 0;
  }

  @Override
  String phase() {
    return threshold == Long.MAX_VALUE ? hybridStart.phase() : "slow start";
  }
}
