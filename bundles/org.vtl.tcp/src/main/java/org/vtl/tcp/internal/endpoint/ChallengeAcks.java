package org.vtl.tcp.internal.endpoint;

/**
 * Limits the acknowledgments that segments without data provoke (RFC 5961 section 7): neither an
 * attacker nor two confused ends make many of them.
 */
final class ChallengeAcks {
  /** At most as many ... */
  static final int MOST = 10;

  /** ... in this time. */
  static final long PERIOD_NANOS = 5_000_000_000L;

  private long began;
  private int sent;

  void clear() {
    sent = 0;
  }

  /** Whether one more may be sent; counts it. */
  boolean permit(long now) {
    if (sent == 0 || now - began >= PERIOD_NANOS) {
      began = now;
      sent = 0;
    }
    if (sent == MOST) {
      return false;
    }
    sent++;
    return true;
  }
}
