package org.vtl.tcp.internal.send;

import org.vtl.tcp.internal.congestion.AckSample;
import org.vtl.tcp.internal.congestion.CongestionControl;

/** What congestion control is told of each acknowledgment. */
final class ControlReport {
  private final RateSampler sampler;
  private final RoundTrip roundTrip;
  private final Recovery recovery;
  private final AckSample sample = new AckSample();
  private final WindowUsage usage = new WindowUsage();
  private CongestionControl control;
  private long untoldLost; // bytes that the reordering timer found lost, since the last sample

  ControlReport(RateSampler sampler, RoundTrip roundTrip, Recovery recovery) {
    this.sampler = sampler;
    this.roundTrip = roundTrip;
    this.recovery = recovery;
  }

  /** {@code base} is where sending begins. */
  void begin(CongestionControl control, long base) {
    this.control = control;
    usage.begin(base);
    untoldLost = 0;
  }

  /** An acknowledgment is to be applied: what it delivers goes into the sample. */
  AckSample open() {
    sampler.open(sample);
    return sample;
  }

  /** So many bytes were found lost between two acknowledgments. */
  void lostMeanwhile(long bytes) {
    untoldLost += bytes;
  }

  /** Something was sent, or could not be. */
  void used(SendVariables variables, long inFlight, boolean full) {
    usage.used(variables, inFlight, full);
  }

  boolean isSlowStart() {
    return control.window() < control.threshold();
  }

  /**
   * The acknowledgment was applied.
   *
   * @param foundLost bytes that it showed to be lost
   * @return false if there is nothing in it that control should hear of
   */
  boolean tell(
      Delivery delivery, boolean congestionEcho, long inFlightBefore, long foundLost, long now) {
    sampler.close(sample, roundTrip.leastNanos());
    long lost = foundLost + untoldLost;
    if (delivery.bytes == 0 && lost == 0 && !congestionEcho) {
      return false;
    }
    sample.now = now;
    sample.acknowledged = delivery.bytes;
    sample.lost = lost;
    sample.inFlightBefore = inFlightBefore;
    sample.inFlight = recovery.inFlight();
    sample.roundTripNanos = delivery.latestNanos();
    sample.smoothedNanos = roundTrip.smoothedNanos();
    sample.leastNanos = roundTrip.leastNanos();
    sample.windowLimited = usage.isLimited(control.window(), isSlowStart());
    sample.recovering = recovery.isReducing();
    sample.congestionEcho = congestionEcho;
    untoldLost = 0;
    control.acknowledged(sample);
    return true;
  }
}
