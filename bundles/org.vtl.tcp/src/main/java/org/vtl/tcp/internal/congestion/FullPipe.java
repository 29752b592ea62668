package org.vtl.tcp.internal.congestion;

/**
 * Whether the pipe is full (draft-ietf-ccwg-bbr section 5.3.1.2): three rounds brought less than a
 * quarter more. Bandwidth is bytes per second.
 */
final class FullPipe {
  static final double GROWTH = 1.25;
  static final int ROUNDS = 3;

  private double bandwidth;
  private int rounds;
  private boolean full;

  /** Looks anew for more than {@code bandwidth}. */
  void reset(double bandwidth) {
    this.bandwidth = bandwidth;
    rounds = 0;
    full = false;
  }

  /**
   * A round ended in which at most this was delivered.
   *
   * @return whether it was a quarter more than before
   */
  boolean grows(double delivered) {
    if (full) {
      return false;
    }
    if (delivered >= GROWTH * bandwidth) {
      reset(delivered);
      return true;
    }
    rounds++;
    full = rounds >= ROUNDS;
    return false;
  }

  /** Whether a round at least brought no more. */
  boolean isStill() {
    return rounds > 0;
  }

  boolean isFull() {
    return full;
  }
}
