package org.vtl.tcp.internal.send;

/**
 * What RACK (RFC 8985 sections 5 and 6) knows: the most recently sent segment that was delivered,
 * and how long a segment sent before it may yet be under way for having been overtaken.
 */
final class Rack {
  /** Delivered segments that begin recovery at once while no reordering was seen (DupThresh). */
  static final int DUPLICATE_THRESHOLD = 3;

  /** Recoveries after which the window shrinks to its least again without a D-SACK. */
  static final int PERSISTENCE = 16;

  private long sentAt;
  private long end;
  private long roundTrip;
  private boolean reorderingSeen;
  private long forward; // behind the last byte delivered, of all
  private int multiple;
  private int recoveriesLeft;
  private long duplicateRoundEnd;

  /** {@code base} is where sending begins. */
  void begin(long base) {
    sentAt = Long.MIN_VALUE;
    end = base;
    roundTrip = 0;
    reorderingSeen = false;
    forward = base;
    multiple = 1;
    recoveriesLeft = 0;
    duplicateRoundEnd = Long.MIN_VALUE;
  }

  /** Something sent at {@code sentAt}, which ends at {@code end}, was delivered. */
  void delivered(long sentAt, long end, long now) {
    if (isAfter(sentAt, end, this.sentAt, this.end)) {
      this.sentAt = sentAt;
      this.end = end;
      roundTrip = now - sentAt;
    }
  }

  /** Something that was sent once arrived after later data had (section 6.2 step 3). */
  void late() {
    reorderingSeen = true;
  }

  /** Behind the last byte delivered, of all. */
  long forward() {
    return forward;
  }

  void forward(long end) {
    forward = Math.max(forward, end);
  }

  /**
   * The other end said that it had something already: a retransmission was one too many, so that
   * the window of reordering grows, once a round trip (section 6.2 step 4).
   */
  void duplicate(long unacknowledged, long next) {
    if (unacknowledged >= duplicateRoundEnd) {
      duplicateRoundEnd = next;
      multiple = Math.min(multiple + 1, 255);
      recoveriesLeft = PERSISTENCE;
    }
  }

  /** An episode of recovery ended. */
  void recovered() {
    if (recoveriesLeft > 0 && --recoveriesLeft == 0) {
      multiple = 1;
    }
  }

  /**
   * How long after the delivered segment's time one sent before it is waited for.
   *
   * @param recovering whether an episode lasts
   * @param delivered segments acknowledged selectively
   */
  long window(boolean recovering, long delivered, long leastNanos, long smoothedNanos) {
    if (!reorderingSeen && (recovering || delivered >= DUPLICATE_THRESHOLD)) {
      return 0;
    }
    return Math.min(multiple * Math.max(0, leastNanos) / 4, Math.max(0, smoothedNanos));
  }

  /** Whether what was sent at that time, and ends there, was sent before the delivered segment. */
  boolean isOvertaken(long sentAt, long end) {
    return isAfter(this.sentAt, this.end, sentAt, end);
  }

  /** The round trip of the most recently sent segment that was delivered. */
  long roundTripNanos() {
    return roundTrip;
  }

  boolean reorderingSeen() {
    return reorderingSeen;
  }

  private static boolean isAfter(long time, long end, long otherTime, long otherEnd) {
    return time > otherTime || time == otherTime && end > otherEnd;
  }
}
