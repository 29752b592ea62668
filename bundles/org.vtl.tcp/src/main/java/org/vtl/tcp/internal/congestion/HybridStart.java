package org.vtl.tcp.internal.congestion;

/**
 * HyStart++ (RFC 9406): ends slow start before it loses half a window, when round-trip times grow;
 * first into a slower start, in case they grew for another reason.
 */
final class HybridStart {
  static final long LEAST_THRESHOLD = 4_000_000L;
  static final long MOST_THRESHOLD = 16_000_000L;
  static final int DIVISOR = 8;
  static final int SAMPLES = 8;
  static final int CONSERVATIVE_DIVISOR = 4;
  static final int CONSERVATIVE_ROUNDS = 5;

  private static final long NEVER = Long.MAX_VALUE;

  private long roundEnd; // as bytes delivered
  private long lastRoundLeast;
  private long roundLeast;
  private int samples;
  private boolean conservative;
  private long baseline;
  private int rounds;

  void begin() {
    roundEnd = -1;
    lastRoundLeast = NEVER;
    roundLeast = NEVER;
    samples = 0;
    conservative = false;
    baseline = NEVER;
    rounds = 0;
  }

  /** By how many bytes the window grows for {@code sample}. */
  long acknowledged(AckSample sample) {
    if (roundEnd < 0) {
      roundEnd = sample.delivered;
    } else if (sample.deliveredWhenSent >= roundEnd) {
      roundEnd = sample.delivered;
      lastRoundLeast = roundLeast;
      roundLeast = NEVER;
      samples = 0;
      rounds += conservative ? 1 : 0;
    }
    if (sample.roundTripNanos > 0) {
      roundLeast = Math.min(roundLeast, sample.roundTripNanos);
      samples++;
      judge();
    }
    return conservative ? sample.acknowledged / CONSERVATIVE_DIVISOR : sample.acknowledged;
  }

  private void judge() {
    if (samples < SAMPLES) {
      return;
    }
    if (conservative) {
      if (roundLeast < baseline) {
        conservative = false; // it grew for a moment only
        baseline = NEVER;
      }
    } else if (lastRoundLeast != NEVER) {
      long threshold = Math.clamp(lastRoundLeast / DIVISOR, LEAST_THRESHOLD, MOST_THRESHOLD);
      if (roundLeast >= lastRoundLeast + threshold) {
        conservative = true;
        baseline = roundLeast;
        rounds = 0;
      }
    }
  }

  /** Whether slow start has ended: round-trip times stayed up. */
  boolean isOver() {
    return conservative && rounds >= CONSERVATIVE_ROUNDS;
  }

  String phase() {
    return conservative ? "conservative slow start" : "slow start";
  }
}
