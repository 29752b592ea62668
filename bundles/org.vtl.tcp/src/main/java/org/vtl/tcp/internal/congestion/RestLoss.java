package org.vtl.tcp.internal.congestion;

/**
 * The part of all bytes that a path loses while the sender does not press it: radio, not queues.
 * What is lost beyond it is the sender's doing. As the least delay is looked for where the queue is
 * empty, the least loss is looked for where the sender sends no faster than what arrives; in
 * startup, where sending faster still brings more.
 */
final class RestLoss {
  /** Evidence that a cycle needs, in segments: at 1 % loss ten lost ones. */
  private static final int ENOUGH = 1000;

  private final double most;
  private long enough;
  private long delivered;
  private long lost;
  private double last;
  private double current;
  private boolean known;

  /**
   * Finds no more than {@code most}; with 0 every loss is the sender's doing.
   *
   * @param most from 0 to 1
   */
  RestLoss(double most) {
    this.most = most;
  }

  void begin(int segmentSize) {
    enough = (long) ENOUGH * segmentSize;
    delivered = 0;
    lost = 0;
    last = 0;
    current = 0;
    known = false;
  }

  /** A round trip in which the sender did not press the path. */
  void observe(long bytesDelivered, long bytesLost) {
    delivered += bytesDelivered;
    lost += bytesLost;
    if (!known) {
      learn();
    }
  }

  private void learn() {
    if (delivered + lost >= enough) {
      known = true;
      settle();
    }
  }

  /** What was observed is one cycle's, if it is enough: the least of two cycles counts. */
  void advance() {
    if (delivered + lost >= enough) {
      last = current;
      settleNow();
    }
  }

  /** What was observed is all there is yet. */
  private void settle() {
    settleNow();
    last = current;
  }

  private void settleNow() {
    current = Math.min(most, (double) lost / (delivered + lost));
    delivered = 0;
    lost = 0;
  }

  /** The most that is believed of any path. */
  double most() {
    return most;
  }

  /** From 0 to 1; 0 before there is evidence. */
  double rate() {
    return Math.min(last, current);
  }

  /** What was observed in both cycles: what is to be expected, rather than the least. */
  double mean() {
    return (last + current) / 2;
  }

  /** What loss is judged by: before there is evidence it may be as much as is believed of any. */
  double presumed() {
    return known ? rate() : most;
  }

  /** Whether a path may lose at rest at all. */
  boolean isPossible() {
    return most > 0;
  }
}
