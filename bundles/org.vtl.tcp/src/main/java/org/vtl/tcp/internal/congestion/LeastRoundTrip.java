package org.vtl.tcp.internal.congestion;

/**
 * The least round trip of the last ten seconds (draft-ietf-ccwg-bbr section 5.3.4.3): the path's
 * own delay, without a queue. Nanoseconds. Says when nothing has shown it for five seconds.
 */
final class LeastRoundTrip {
  static final long FILTER = 10_000_000_000L;
  static final long CONFIRM = 5_000_000_000L;

  /**
   * A round trip this part above the least confirms it. The draft wants one below; but then a
   * steady path is emptied each five seconds, which at 600 ms costs a tenth of all it carries.
   */
  private static final int JITTER = 64;

  private long least;
  private long leastAt;
  private long recent; // least since it was last confirmed
  private long recentAt;
  private boolean expired;

  void begin(long now) {
    least = -1;
    leastAt = now;
    recent = Long.MAX_VALUE;
    recentAt = now;
    expired = false;
  }

  /**
   * Takes in one sample.
   *
   * @param roundTrip not positive: none
   */
  void observe(long roundTrip, long now) {
    expired = now - recentAt > CONFIRM;
    if (roundTrip > 0) {
      if (roundTrip < recent || expired) {
        recent = roundTrip;
        recentAt = now;
      } else if (roundTrip - recent <= recent / JITTER) {
        recentAt = now;
      }
      if (least < 0 || recent < least || now - leastAt > FILTER) {
        least = recent;
        leastAt = recentAt;
      } else if (isNear(recent)) {
        leastAt = recentAt;
      }
    }
  }

  /** Whether this round trip confirms the least. */
  boolean isNear(long roundTrip) {
    return roundTrip - least <= least / JITTER;
  }

  /** The path was looked at without a queue just now. */
  void confirm(long now) {
    recentAt = now;
    expired = false;
  }

  /** Whether the last sample came when nothing had confirmed the least for too long. */
  boolean isExpired() {
    return expired;
  }

  /** -1 before the first. */
  long nanos() {
    return least;
  }
}
