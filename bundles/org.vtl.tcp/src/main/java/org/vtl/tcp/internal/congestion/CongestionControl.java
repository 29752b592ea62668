package org.vtl.tcp.internal.congestion;

/**
 * Decides how much one sender may have in flight, and how fast it sends (RFC 5681). It hears from
 * the sender what became of its data; it knows no segment, no timer and no clock. One worker's, no
 * allocation after construction. Bytes and nanoseconds throughout.
 */
public interface CongestionControl {
  /** Its name as users write it: cubic, reno, bbr. */
  String name();

  /**
   * A connection begins, or goes on with another segment size.
   *
   * @param segmentSize payload bytes of a full segment
   * @param initialWindow RFC 6928: 10 segments; what a restart begins with, too
   */
  void begin(int segmentSize, long initialWindow, long now);

  /**
   * Full segments are of {@code bytes} from now on, as the path's MTU changed: what it learned of
   * the path stays. By default it begins anew.
   */
  default void segmentSize(int bytes, long now) {
    begin(bytes, 10L * bytes, now);
  }

  /** An acknowledgment, cumulative or selective, told something new. */
  void acknowledged(AckSample sample);

  /**
   * Loss or an ECN echo begins an episode of recovery (RFC 6675): at most once for a window of
   * data.
   *
   * @param inFlight what was in flight when it was found
   */
  void congested(long inFlight, boolean byEcn, long now);

  /** Everything sent before the episode began has been acknowledged. */
  void recovered(long now);

  /**
   * A retransmission timeout (RFC 5681 section 3.1); {@code inFlight} before it. An episode of
   * recovery ends with it: slow start is how a timeout is repaired, and {@link #recovered} may be
   * called when it is.
   */
  void timedOut(long inFlight, long now);

  /** The last {@link #congested} or {@link #timedOut} was spurious (RFC 4015, 3708): undo it. */
  void undo(long now);

  /**
   * The sender begins to send after it had nothing to send for {@code idleNanos} (RFC 5681 4.1).
   */
  void restarted(long idleNanos, long now);

  /** Congestion window: bytes that may be in flight. */
  long window();

  /** Slow start threshold in bytes; {@link Long#MAX_VALUE} before any loss. */
  long threshold();

  /** Bytes per second to pace by; 0 lets the sender derive it from window and round-trip time. */
  long pacingRate();

  /** Whether the window during recovery is this one's own choice (BBR), not PRR's (RFC 9937). */
  boolean ownsRecovery();

  /** One line of what it believes, for a person: {@code "bw 98 Mbit/s, rtt 601 ms, probe_bw"}. */
  String state();
}
