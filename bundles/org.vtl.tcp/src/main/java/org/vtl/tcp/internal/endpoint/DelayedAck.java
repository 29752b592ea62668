package org.vtl.tcp.internal.endpoint;

/**
 * Decides when received data is acknowledged (RFC 9293 section 3.8.6.3, RFC 5681 section 4.2): at
 * once where the other end's congestion control waits for it, else with the second full segment or
 * after a short while.
 */
final class DelayedAck {
  private static final long NEVER = Long.MAX_VALUE;

  /** Segments acknowledged at once while the other end's window is small: at its beginning. */
  private static final int QUICK = 16;

  /** Silence after which the other end begins with a small window again. */
  private static final long IDLE_NANOS = 1_000_000_000L;

  private long deadline;
  private long pending;
  private int quick;
  private long lastArrival;
  private int announced;
  private int fullSegment;

  /** {@code announced} is the maximum segment size that the other end was told. */
  void begin(int announced, long now) {
    deadline = NEVER;
    pending = 0;
    quick = QUICK;
    lastArrival = now;
    this.announced = announced;
    fullSegment = Math.min(536, announced);
  }

  /** Payload bytes of the other end's full segments, as far as they were seen. */
  int fullSegment() {
    return fullSegment;
  }

  /**
   * Data arrived in order.
   *
   * @param bytes how many
   * @param wireSegment the payload of each segment on the wire, which an offload joined
   */
  void received(long bytes, int wireSegment, long delayNanos, long now) {
    fullSegment = Math.max(fullSegment, Math.min(wireSegment, announced));
    if (now - lastArrival > IDLE_NANOS) {
      quick = QUICK;
    }
    lastArrival = now;
    pending += bytes;
    if (quick > 0) {
      quick -= (int) Math.min(quick, (bytes + fullSegment - 1) / fullSegment);
      deadline = now;
    } else if (pending >= 2L * fullSegment) {
      deadline = now;
    } else {
      deadline = Math.min(deadline, now + delayNanos);
    }
  }

  /** An acknowledgment is to go out at once. */
  void atOnce(long now) {
    deadline = Math.min(deadline, now);
  }

  /** It could not be sent: later again. */
  void postpone(long until) {
    deadline = until;
  }

  /** A segment with an acknowledgment went out. */
  void sent() {
    deadline = NEVER;
    pending = 0;
  }

  boolean isDue(long now) {
    return deadline <= now;
  }

  /** When an acknowledgment is due; {@link Long#MAX_VALUE} for never. */
  long deadline() {
    return deadline;
  }
}
