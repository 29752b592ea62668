package org.vtl.tcp.internal.send;

/**
 * The tail loss probe (RFC 8985 section 7): after two round trips without an acknowledgment the
 * last segment is sent again, or a new one, so that the acknowledgment shows what was lost long
 * before the retransmission timeout would.
 */
final class TailLossProbe {
  /** How long the other end may delay the acknowledgment of a lone segment. */
  static final long ACKNOWLEDGMENT_DELAY_NANOS = 200_000_000L;

  private static final long NONE = Long.MIN_VALUE;

  private long end; // where the stream ended when the probe was sent
  private boolean again;
  private boolean sampled; // whether a round trip was measured since the last probe

  void begin() {
    end = NONE;
    sampled = true;
  }

  /** How long after the last transmission or acknowledgment a probe is due. */
  static long delayNanos(long smoothedNanos, boolean oneSegment) {
    if (smoothedNanos < 0) {
      return RoundTrip.FIRST_TIMEOUT_NANOS;
    }
    return 2 * smoothedNanos + (oneSegment ? ACKNOWLEDGMENT_DELAY_NANOS : 0);
  }

  /** Whether a probe may be sent. */
  boolean mayProbe() {
    return end == NONE && sampled;
  }

  /** A probe was sent: old data or new, and {@code next} is behind all that was ever sent. */
  void sent(long next, boolean again) {
    end = next;
    this.again = again;
    sampled = false;
  }

  /** A round trip was measured. */
  void sampled() {
    sampled = true;
  }

  /** The probe's outcome matters no more: a timeout said more than it could. */
  void forget() {
    end = NONE;
  }

  /**
   * Looks for the answer to a probe (section 7.4.2).
   *
   * @param duplicateEnd behind what the other end received twice, by its D-SACK; 0 for none
   * @param bare whether it acknowledges nothing new, and has no SACK blocks
   * @return true when the probe repaired a loss, which congestion control must hear of
   */
  boolean repairedLoss(long acknowledged, long duplicateEnd, boolean advances, boolean bare) {
    if (end == NONE || acknowledged < end) {
      return false;
    }
    if (!again || duplicateEnd == end) {
      end = NONE;
    } else if (acknowledged > end) {
      end = NONE;
      return true;
    } else if (bare && !advances) {
      end = NONE;
    }
    return false;
  }
}
