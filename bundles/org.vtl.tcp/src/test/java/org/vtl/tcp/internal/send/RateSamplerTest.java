package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.tcp.internal.congestion.AckSample;

/** draft-ietf-ccwg-bbr section 4.1. */
class RateSamplerTest {
  private static final long MS = 1_000_000L;
  private static final int SEGMENT = 1_000;

  private final SentRanges ranges = new SentRanges();
  private final RateSampler sampler = new RateSampler(ranges);
  private final AckSample sample = new AckSample();
  private long next;

  @BeforeEach
  void begin() {
    ranges.begin(100);
    sampler.begin(0);
  }

  private void send(long now) {
    long inFlight = ranges.inFlightBytes();
    int range = ranges.append(next, next + SEGMENT, SEGMENT, false, now);
    next += SEGMENT;
    sampler.sent(range, inFlight, now);
  }

  private void acknowledge(int segments, long least, long now) {
    sampler.open(sample);
    for (int i = 0; i < segments; i++) {
      sampler.delivered(ranges.first(), SEGMENT, sample, now);
      ranges.removeFirst();
    }
    sampler.close(sample, least);
  }

  private double rate() {
    return sample.rateBytes * 1e9 / sample.intervalNanos;
  }

  /** One segment a millisecond, sent and acknowledged: a megabyte a second. */
  @Test
  void aSteadyFlowShowsItsRate() {
    for (int ms = 0; ms < 50; ms++) {
      send(ms * MS);
      if (ms >= 10) {
        acknowledge(1, 10 * MS, ms * MS);
        if (ms > 25) {
          assertEquals(1e6, rate(), 1e5);
        }
      }
    }
    assertEquals(40 * SEGMENT, sample.delivered);
  }

  /** What was sent in a burst shows the rate of its acknowledgments. */
  @Test
  void aBurstShowsTheRateOfItsAcknowledgments() {
    for (int i = 0; i < 10; i++) {
      send(0);
    }
    for (int i = 0; i < 10; i++) {
      acknowledge(1, 10 * MS, (10 + i) * MS);
    }
    assertEquals(10 * SEGMENT * 1e9 / (19 * MS), rate(), 1e3);
  }

  /** Acknowledgments that come all at once show the rate of sending. */
  @Test
  void compressedAcknowledgmentsShowTheRateOfSending() {
    for (int ms = 0; ms < 10; ms++) {
      send(ms * MS);
    }
    acknowledge(1, 10 * MS, 10 * MS);
    for (int ms = 10; ms < 20; ms++) {
      send(ms * MS);
    }
    acknowledge(19, 10 * MS, 30 * MS);
    assertTrue(rate() <= 1e6, "rate " + rate());
  }

  @Test
  void whatIsSentWhileLimitedIsMarked() {
    send(0);
    sampler.limited(SEGMENT);
    send(MS);
    acknowledge(1, 5 * MS, 10 * MS);
    assertFalse(sample.applicationLimited);
    acknowledge(1, 5 * MS, 11 * MS);
    assertTrue(sample.applicationLimited);
    send(12 * MS);
    acknowledge(1, 5 * MS, 22 * MS);
    assertFalse(sample.applicationLimited);
  }

  @Test
  void anIntervalShorterThanARoundTripSaysNothing() {
    send(0);
    acknowledge(1, 10 * MS, 5 * MS);
    assertEquals(-1, sample.intervalNanos);
  }

  @Test
  void nothingDeliveredIsNoSample() {
    send(0);
    acknowledge(0, 1, MS);
    assertEquals(-1, sample.intervalNanos);
    assertEquals(0, sample.rateBytes);
  }
}
