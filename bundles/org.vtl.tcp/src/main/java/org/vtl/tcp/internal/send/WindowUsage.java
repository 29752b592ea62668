package org.vtl.tcp.internal.send;

/**
 * Whether the sender uses its congestion window to the full, which alone proves that the window may
 * grow (RFC 7661): once in a round trip is enough, as pacing lets it fill up late.
 */
final class WindowUsage {
  private long roundEnd;
  private boolean limited;
  private long mostInFlight;

  void begin(long base) {
    roundEnd = base;
    limited = false;
    mostInFlight = 0;
  }

  /**
   * All was sent that may be sent now; {@code limited} if more was there than the window let go.
   */
  void used(SendVariables variables, long inFlight, boolean limited) {
    if (variables.unacknowledged >= roundEnd || limited || inFlight > mostInFlight) {
      this.limited = limited;
      mostInFlight = inFlight;
      roundEnd = variables.next;
    }
  }

  /** Whether the window was used; in slow start half of it is enough, as it doubles. */
  boolean isLimited(long window, boolean slowStart) {
    return limited || slowStart && window < 2 * mostInFlight;
  }
}
