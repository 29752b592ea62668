package org.vtl.tcp.internal.send;

import org.vtl.tcp.internal.congestion.AckSample;

/**
 * Measures the rate at which the path delivers (draft-ietf-ccwg-bbr section 4.1): what each
 * acknowledgment delivers, over the longer of the time in which it was sent and in which it was
 * acknowledged, so that neither bursts nor compressed acknowledgments show a rate too high.
 */
final class RateSampler {
  private final SentRanges ranges;
  private long delivered;
  private long deliveredAt;
  private long firstSentAt;
  private long limitedUntil; // bytes delivered when the last limited transmission will be; 0 none

  private int newest; // what the sample is of: its time of transmission decides
  private long newestSentAt;
  private long newestEnd;
  private long sendNanos;
  private long priorDeliveredAt;

  RateSampler(SentRanges ranges) {
    this.ranges = ranges;
  }

  void begin(long now) {
    delivered = 0;
    deliveredAt = now;
    firstSentAt = now;
    limitedUntil = 0;
  }

  /** {@code range} is sent, for the first time or again; {@code inFlight} without it. */
  void sent(int range, long inFlight, long now) {
    if (inFlight == 0) {
      firstSentAt = now;
      deliveredAt = now;
    }
    ranges.rate(
        range,
        firstSentAt,
        delivered,
        deliveredAt,
        inFlight + ranges.end(range) - ranges.start(range),
        limitedUntil != 0);
  }

  /** There is less to send than may be sent. */
  void limited(long inFlight) {
    limitedUntil = Math.max(1, delivered + inFlight);
  }

  /** An acknowledgment is to be taken into account. */
  void open(AckSample sample) {
    newest = SentRanges.NONE;
    sample.intervalNanos = -1;
    sample.rateBytes = 0;
    sample.deliveredWhenSent = 0;
    sample.inFlightWhenSent = 0;
    sample.applicationLimited = false;
  }

  /** It delivers {@code bytes} of {@code range}, which are not yet known to be delivered. */
  void delivered(int range, long bytes, AckSample sample, long now) {
    delivered += bytes;
    deliveredAt = now;
    long sentAt = ranges.sentAt(range);
    if (newest == SentRanges.NONE
        || sentAt > newestSentAt
        || sentAt == newestSentAt && ranges.end(range) > newestEnd) {
      newest = range;
      newestSentAt = sentAt;
      newestEnd = ranges.end(range);
      sendNanos = sentAt - ranges.rateFirstSentAt(range);
      firstSentAt = sentAt;
      sample.deliveredWhenSent = ranges.rateDelivered(range);
      priorDeliveredAt = ranges.rateDeliveredAt(range);
      sample.inFlightWhenSent = ranges.rateInFlight(range);
      sample.applicationLimited = ranges.rateApplicationLimited(range);
    }
  }

  /** All of the acknowledgment was taken into account. */
  void close(AckSample sample, long leastRoundTripNanos) {
    if (limitedUntil != 0 && delivered > limitedUntil) {
      limitedUntil = 0;
    }
    sample.delivered = delivered;
    if (newest == SentRanges.NONE) {
      sample.deliveredWhenSent = delivered;
      return;
    }
    sample.rateBytes = delivered - sample.deliveredWhenSent;
    sample.intervalNanos = Math.max(sendNanos, deliveredAt - priorDeliveredAt);
    if (sample.intervalNanos < leastRoundTripNanos || sample.intervalNanos <= 0) {
      sample.intervalNanos = -1; // of a retransmission whose original arrived: it says too much
    }
  }

  long delivered() {
    return delivered;
  }
}
