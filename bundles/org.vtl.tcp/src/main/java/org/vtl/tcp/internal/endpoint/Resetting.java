package org.vtl.tcp.internal.endpoint;

/** A RST that must get out, if a packet is free within a second. */
final class Resetting {
  private static final long NEVER = Long.MAX_VALUE;
  private static final long RETRY_NANOS = 1_000_000;
  private static final int MOST_TRIES = 1_000;

  private final SegmentMaker maker;
  private final Opening opening;
  private boolean refusing;
  private int triesLeft;
  private long deadline = NEVER;

  Resetting(SegmentMaker maker, Opening opening) {
    this.maker = maker;
    this.opening = opening;
  }

  void clear() {
    deadline = NEVER;
  }

  /** Begins to send the RST that ends the connection, or {@code refuses} the SYN that was heard. */
  void begin(boolean refuses, long now) {
    refusing = refuses;
    triesLeft = MOST_TRIES;
    send(now);
  }

  /** Tries once more, if that is due. */
  void expire(long now) {
    if (deadline <= now) {
      send(now);
    }
  }

  private void send(long now) {
    boolean sent = refusing ? opening.refuse() : maker.reset(now);
    deadline = sent || --triesLeft == 0 ? NEVER : now + RETRY_NANOS;
  }

  boolean isWaiting() {
    return deadline != NEVER;
  }

  /** When to try again; {@link Long#MAX_VALUE} for never. */
  long deadline() {
    return deadline;
  }
}
