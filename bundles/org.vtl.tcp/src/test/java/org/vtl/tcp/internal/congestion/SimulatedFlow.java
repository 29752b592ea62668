package org.vtl.tcp.internal.congestion;

/**
 * An ideal sender on a {@link PathSimulator}: each packet has its own number and its own
 * acknowledgment, three later ones show it to be lost, and what it carried goes into the next. It
 * paces, samples the delivery rate (draft-cheng-iccrg-delivery-rate-estimation) and reduces at once
 * to the threshold in recovery.
 */
final class SimulatedFlow {
  static final int SEGMENT = 1448;

  private static final int MASK = (1 << 18) - 1;
  private static final byte SENT = 1;
  private static final byte DONE = 2;

  private final PathSimulator path;
  private final CongestionControl control;
  private final AckSample sample = new AckSample();

  private final byte[] state = new byte[MASK + 1];
  private final long[] sentAt = new long[MASK + 1];
  private final long[] deliveredWhenSent = new long[MASK + 1];
  private final long[] deliveredAtWhenSent = new long[MASK + 1];
  private final long[] firstSentAt = new long[MASK + 1];
  private final long[] inFlightWhenSent = new long[MASK + 1];
  private final boolean[] limitedWhenSent = new boolean[MASK + 1];

  private final long[] arrivals = new long[MASK + 1]; // of acknowledgments, in order
  private final long[] arriving = new long[MASK + 1];
  private long firstArrival;
  private long endOfArrivals;

  private long nextNumber;
  private long oldest;
  private long inFlight;
  private long delivered;
  private long deliveredAt;
  private long firstSent;
  private long smoothed = -1;
  private long variation;
  private long least = -1;
  private long recoveryEnd; // the number that shows the last episode to be over
  private boolean recovering;
  private long sendAt;
  private long timeoutAt = Long.MAX_VALUE;
  private int timeouts;
  private long blockedAt = Long.MIN_VALUE / 2;
  private long limitedUntil; // as delivered bytes
  private long stopAt = Long.MAX_VALUE;
  private double bytesPerSecond = Double.POSITIVE_INFINITY; // of the application
  private long memory = Long.MAX_VALUE;
  private long applicationSince;
  private long applicationBase;
  private long begunAt;
  private long markAt;
  private long markDelivered;
  private long lost;
  private long roundTrips;
  private double roundTripSum;

  SimulatedFlow(PathSimulator path, CongestionControl control, long now) {
    this.path = path;
    this.control = control;
    begunAt = now;
    applicationSince = now;
    markAt = now;
    sendAt = now;
    control.begin(SEGMENT, 10 * SEGMENT, now);
  }

  /** The application writes no more than this from now on, in bits per second. */
  SimulatedFlow application(double bitsPerSecond) {
    bytesPerSecond = bitsPerSecond / 8;
    applicationSince = Math.max(path.now(), begunAt);
    applicationBase = delivered + inFlight;
    return this;
  }

  /** Has room for so many bytes that are not acknowledged. */
  SimulatedFlow memory(long bytes) {
    memory = bytes;
    return this;
  }

  /** Begins to send at this time only. */
  SimulatedFlow start(double seconds) {
    begunAt = (long) (seconds * PathSimulator.SECOND);
    applicationSince = begunAt;
    sendAt = begunAt;
    markAt = begunAt;
    return this;
  }

  /** Has nothing to send from now on. */
  void stop() {
    stopAt = path.now();
  }

  /** Has something to send again. */
  void resume() {
    stopAt = Long.MAX_VALUE;
    sendAt = path.now();
  }

  /** Measures anew from now on. */
  void mark() {
    markAt = path.now();
    markDelivered = delivered;
    roundTrips = 0;
    roundTripSum = 0;
  }

  /** Bits per second delivered since the last {@link #mark}. */
  double goodput() {
    return 8.0 * (delivered - markDelivered) * PathSimulator.SECOND / (path.now() - markAt);
  }

  /** Mean round trip since the last {@link #mark}, in seconds. */
  double meanRoundTrip() {
    return roundTripSum / roundTrips / PathSimulator.SECOND;
  }

  long delivered() {
    return delivered;
  }

  long lost() {
    return lost;
  }

  long inFlight() {
    return inFlight;
  }

  CongestionControl control() {
    return control;
  }

  /** When something happens to it next. */
  long next() {
    long next = timeoutAt;
    if (firstArrival < endOfArrivals) {
      next = Math.min(next, arrivals[(int) firstArrival & MASK]);
    }
    if (inFlight + SEGMENT <= Math.min(control.window(), memory) && nextNumber - oldest < MASK) {
      long at = Math.max(sendAt, applicationAt());
      if (at < stopAt) {
        next = Math.min(next, at);
      }
    }
    return next;
  }

  private long applicationAt() {
    long carried = delivered + inFlight + SEGMENT - applicationBase;
    return applicationSince + (long) (carried / bytesPerSecond * PathSimulator.SECOND);
  }

  void run(long now) {
    if (firstArrival < endOfArrivals && arrivals[(int) firstArrival & MASK] <= now) {
      acknowledge(arriving[(int) firstArrival++ & MASK], now);
    } else if (timeoutAt <= now) {
      timeOut(now);
    } else {
      send(now);
    }
  }

  private void send(long now) {
    if (inFlight == 0) {
      if (nextNumber > 0 && timeouts == 0 && now > deliveredAt) {
        control.restarted(now - deliveredAt, now);
      }
      firstSent = now;
      deliveredAt = now;
    }
    int i = (int) nextNumber & MASK;
    state[i] = SENT;
    sentAt[i] = now;
    deliveredWhenSent[i] = delivered;
    deliveredAtWhenSent[i] = deliveredAt;
    firstSentAt[i] = firstSent;
    inFlight += SEGMENT;
    inFlightWhenSent[i] = inFlight;
    limitedWhenSent[i] = limitedUntil > 0;
    long arrival = path.carry(SEGMENT + 52);
    if (arrival >= 0) {
      arrivals[(int) endOfArrivals & MASK] = arrival;
      arriving[(int) endOfArrivals++ & MASK] = nextNumber;
    }
    nextNumber++;
    if (inFlight + SEGMENT > control.window()) {
      blockedAt = now;
    }
    sendAt = Math.max(sendAt, now) + (long) (SEGMENT / pace() * PathSimulator.SECOND);
    boolean nothing = applicationAt() > Math.max(sendAt, now) || inFlight + SEGMENT > memory;
    if (nothing && inFlight + SEGMENT <= control.window()) {
      limitedUntil = delivered + inFlight;
    }
    arm(now);
  }

  private double pace() {
    if (control.pacingRate() > 0) {
      return control.pacingRate();
    }
    if (smoothed < 0) {
      return 1e12;
    }
    double gain = control.window() < control.threshold() ? 2 : 1.2;
    return gain * control.window() * PathSimulator.SECOND / smoothed;
  }

  private void arm(long now) {
    long timeout = smoothed < 0 ? 1_000_000_000L : smoothed + Math.max(200_000_000L, 4 * variation);
    timeoutAt = inFlight == 0 ? Long.MAX_VALUE : now + (timeout << Math.min(timeouts, 6));
  }

  private void acknowledge(long number, long now) {
    int i = (int) number & MASK;
    if (number < oldest || state[i] != SENT) {
      return; // it was given up
    }
    sample.now = now;
    sample.inFlightBefore = inFlight;
    sample.acknowledged = SEGMENT;
    sample.lost = 0;
    state[i] = DONE;
    inFlight -= SEGMENT;
    delivered += SEGMENT;
    deliveredAt = now;
    timeouts = 0;
    if (delivered > limitedUntil) {
      limitedUntil = 0;
    }
    measure(now - sentAt[i]);
    sample.delivered = delivered;
    sample.deliveredWhenSent = deliveredWhenSent[i];
    sample.rateBytes = delivered - deliveredWhenSent[i];
    long interval = Math.max(sentAt[i] - firstSentAt[i], now - deliveredAtWhenSent[i]);
    sample.intervalNanos = interval < least ? -1 : interval;
    sample.inFlightWhenSent = inFlightWhenSent[i];
    sample.applicationLimited = limitedWhenSent[i];
    sample.windowLimited = now - blockedAt <= 3 * smoothed / 2;
    firstSent = sentAt[i];

    if (recovering && number >= recoveryEnd) {
      recovering = false;
      control.recovered(now);
    }
    for (;
        oldest + 3 <= number || oldest <= number && state[(int) oldest & MASK] == DONE;
        oldest++) {
      if (state[(int) oldest & MASK] == SENT) {
        lose(oldest, now);
      }
    }
    sample.inFlight = inFlight;
    sample.recovering = recovering;
    control.acknowledged(sample);
    arm(now);
  }

  private void measure(long roundTrip) {
    sample.roundTripNanos = roundTrip;
    if (smoothed < 0) {
      smoothed = roundTrip;
      variation = roundTrip / 2;
      least = roundTrip;
    } else {
      variation += (Math.abs(roundTrip - smoothed) - variation) / 4;
      smoothed += (roundTrip - smoothed) / 8;
      least = Math.min(least, roundTrip);
    }
    sample.smoothedNanos = smoothed;
    sample.leastNanos = least;
    roundTrips++;
    roundTripSum += roundTrip;
  }

  private void lose(long number, long now) {
    state[(int) number & MASK] = DONE;
    if (!recovering && number >= recoveryEnd) {
      recovering = true;
      recoveryEnd = nextNumber;
      control.congested(inFlight, false, now);
    }
    inFlight -= SEGMENT;
    sample.lost += SEGMENT;
    lost += SEGMENT;
  }

  private void timeOut(long now) {
    timeouts++;
    control.timedOut(inFlight, now);
    recovering = false;
    recoveryEnd = nextNumber;
    for (; oldest < nextNumber; oldest++) {
      state[(int) oldest & MASK] = DONE;
    }
    lost += inFlight;
    inFlight = 0;
    sendAt = now;
    timeoutAt = Long.MAX_VALUE;
  }
}
