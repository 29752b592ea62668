package org.vtl.tcp.internal.congestion;

/** Makes the samples of a sender that uses all its window on a path of one round trip. */
final class Samples {
  static final int SEGMENT = 1000;
  static final long MILLI = 1_000_000L;

  final AckSample sample = new AckSample();
  private final CongestionControl control;
  private long delivered;
  long roundTrip;
  long now;

  Samples(CongestionControl control, long roundTripMillis) {
    this.control = control;
    roundTrip = roundTripMillis * MILLI;
    sample.windowLimited = true;
    control.begin(SEGMENT, 10 * SEGMENT, 0);
  }

  /** Acknowledges one window, segment by segment, in one round trip's time. */
  void round() {
    long begin = now;
    long window = control.window();
    long before = delivered;
    for (long bytes = SEGMENT; bytes <= window; bytes += SEGMENT) {
      acknowledge(begin + roundTrip * bytes / window, SEGMENT, before);
    }
  }

  void acknowledge(long at, long bytes, long deliveredWhenSent) {
    now = at;
    delivered += bytes;
    sample.now = at;
    sample.acknowledged = bytes;
    sample.inFlightBefore = control.window();
    sample.inFlight = sample.inFlightBefore - bytes;
    sample.inFlightWhenSent = sample.inFlightBefore;
    sample.roundTripNanos = roundTrip;
    sample.smoothedNanos = roundTrip;
    sample.leastNanos = roundTrip;
    sample.delivered = delivered;
    sample.deliveredWhenSent = deliveredWhenSent;
    sample.rateBytes = delivered - deliveredWhenSent;
    sample.intervalNanos = roundTrip;
    control.acknowledged(sample);
  }

  /** One acknowledgment of {@code bytes}, now. */
  void acknowledge(long bytes) {
    acknowledge(now, bytes, delivered);
  }

  /** Loses something at a window of {@code segments}, and recovers from it at once. */
  void lose(long segments) {
    control.congested(segments * SEGMENT, false, now);
    control.recovered(now);
  }
}
