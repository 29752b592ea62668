package org.vtl.tcp.internal.congestion;

/**
 * When BBR looks for more bandwidth (draft-ietf-ccwg-bbr section 5.3.3.5): two or three seconds
 * after the last time, by chance, so that flows do not do it together; or after as many rounds as
 * Reno would need to fill the same pipe anew.
 */
final class ProbeSchedule {
  static final long LEAST_WAIT_NANOS = 2_000_000_000L;
  static final int SPREAD_NANOS = 1_000_000_000;
  static final int MOST_RENO_ROUNDS = 63;

  private long since;
  private long wait;
  private long rounds;
  private long seed;

  void begin(long now) {
    seed = now * 0x9e3779b97f4a7c15L | 1;
    plan(now);
  }

  /** A probe has ended. */
  void plan(long now) {
    since = now;
    rounds = random(2);
    wait = LEAST_WAIT_NANOS + random(SPREAD_NANOS);
  }

  /** A round has ended. */
  void round() {
    rounds++;
  }

  boolean isDue(long segments, long now) {
    return now - since > wait || rounds >= Math.min(segments, MOST_RENO_ROUNDS);
  }

  private long random(int bound) { // xorshift: it needs no allocation and no quality
    seed ^= seed << 13;
    seed ^= seed >>> 7;
    seed ^= seed << 17;
    return (seed >>> 33) % bound;
  }
}
