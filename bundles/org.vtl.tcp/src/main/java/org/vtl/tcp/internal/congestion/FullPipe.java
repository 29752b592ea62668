package org.vtl.tcp.internal.congestion;

/**
 * Whether the pipe is full (draft-ietf-ccwg-bbr section 5.3.1): three rounds brought less than a
 * quarter more; or, in startup, one round did, and lost too much. Bandwidth is bytes per second.
 */
final class FullPipe {
  static final double GROWTH = 1.25;
  static final int ROUNDS = 3;

  /** Fewer lost segments than these are no high loss in startup. */
  static final int LOST_SEGMENTS = 6;

  private final BbrModel model;
  private int segmentSize;
  private double bandwidth;
  private int rounds;
  private boolean full;
  private boolean reached;
  private long heldLost; // a round of startup, until the next shows that it was not the last
  private long heldDelivered;

  FullPipe(BbrModel model) {
    this.model = model;
  }

  void begin(int segmentSize) {
    this.segmentSize = segmentSize;
    reset(0);
    reached = false;
    heldLost = 0;
    heldDelivered = 0;
  }

  void segmentSize(int bytes) {
    segmentSize = bytes;
  }

  /** Looks anew for more than {@code bandwidth}. */
  void reset(double bandwidth) {
    this.bandwidth = bandwidth;
    rounds = 0;
    full = false;
  }

  /** Startup was left by mistake. */
  void reopen() {
    reached = false;
  }

  /** A round ended in which the application had enough to send. */
  void endRound() {
    if (full) {
      return;
    }
    double latest = model.latestBandwidth();
    if (latest >= GROWTH * bandwidth) {
      reset(latest);
      if (!reached) {
        // as the rate grows, the pipe was not full a round ago: what it lost then is its own
        model.rest.observe(heldDelivered, heldLost);
        heldDelivered = model.deliveredLastRound();
        heldLost = model.lostLastRound();
      }
      return;
    }
    rounds++;
    full = rounds >= ROUNDS;
    if (!reached && model.wasLossHigh() && isMuch(model.lostLastRound())) {
      reach(model.deliveredLastRound());
    } else if (full) {
      reach();
    }
  }

  /** Loss that can only be the sender's doing ends startup in the midst of a round. */
  void observe(AckSample sample) {
    if (!reached && model.isLossBeyondBelief(sample) && isMuch(model.lostInRound())) {
      reach(sample.rateBytes);
    }
  }

  private boolean isMuch(long lost) {
    return model.isEchoed() || lost >= (long) LOST_SEGMENTS * segmentSize;
  }

  private void reach(long delivered) {
    reach();
    model.ceiling.set(Math.max(model.product(model.maxBandwidth(), 1, delivered), delivered));
  }

  /** Startup is over, whatever showed it. */
  void reach() {
    if (!reached) {
      reached = true;
    }
  }

  /** Whether it brings no more since it was last looked for. */
  boolean isFull() {
    return full;
  }

  /** Whether a round at least brought no more since then. */
  boolean isStill() {
    return rounds > 0;
  }

  /** Whether it was full once, which is the end of startup. */
  boolean wasReached() {
    return reached;
  }
}
