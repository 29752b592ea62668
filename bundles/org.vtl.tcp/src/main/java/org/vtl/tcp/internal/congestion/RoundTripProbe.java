package org.vtl.tcp.internal.congestion;

/**
 * A look at the path without a queue (ProbeRTT, draft-ietf-ccwg-bbr section 5.3.4): once no more is
 * in flight than half of what the path holds, for 200 ms and a round trip at least.
 */
final class RoundTripProbe {
  static final long NANOS = 200_000_000L;

  private long until;
  private boolean low;
  private boolean round;

  void begin() {
    low = false;
    round = false;
  }

  /**
   * Takes in one acknowledgment.
   *
   * @return whether what is sent from now on begins the round trip that is looked at
   */
  boolean observe(AckSample sample, long most, boolean roundStart) {
    if (low) {
      round |= roundStart;
      return false;
    }
    low = sample.inFlight <= most;
    until = sample.now + NANOS;
    return low;
  }

  boolean isOver(long now) {
    return low && round && now > until;
  }

  /** The same where nothing was in flight for so long that no round trip is needed. */
  boolean isOverIdle(long now) {
    return low && now > until;
  }
}
