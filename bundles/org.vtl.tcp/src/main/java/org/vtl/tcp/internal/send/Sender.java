package org.vtl.tcp.internal.send;

import org.vtl.tcp.internal.congestion.CongestionControl;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * Everything about data from the moment it is in the outgoing stream until the other end has
 * acknowledged it. SYNs are the endpoint's own. Recycled: {@link #begin} .. {@link #clear}. One
 * worker's; knows no clock: {@code now} is the worker's, in nanoseconds.
 *
 * <p>After {@link #acknowledged}, and whenever the stream has more or is finished, the owner calls
 * {@link #send}; after each call of anything it looks at {@link #nextDeadline}.
 */
public final class Sender {
  /** Takes what a connection sends with; nothing is sent before {@link #establish}. */
  public void begin(
      Transmission out, ByteStream stream, CongestionControl control, SendSettings settings) {}

  /**
   * The connection is established.
   *
   * @param firstSequence the number of the stream's byte {@code base}
   * @param base an offset of the stream: where sending begins
   * @param segmentSize payload bytes of a full segment, options already taken off
   * @param sack whether selective acknowledgments were agreed
   * @param timestamps whether timestamps were agreed
   * @param ecn whether explicit congestion notification was agreed
   * @param window the other end's window in bytes
   * @param roundTripNanos what the handshake measured; -1 for nothing, or a SYN sent twice
   */
  public void establish(
      int firstSequence,
      long base,
      int segmentSize,
      boolean sack,
      boolean timestamps,
      boolean ecn,
      long window,
      long roundTripNanos,
      long now) {}

  /**
   * Hears from the other end. Releases what was acknowledged from the stream. Sends nothing: call
   * {@link #send}.
   */
  public void acknowledged(Acknowledgment acknowledgment, long now) {}

  /** Sends as much as windows and pace allow, and the FIN behind a finished stream. */
  public void send(long now) {}

  /** Does what is due, and sends. */
  public void expire(long now) {}

  /** When {@link #expire} is wanted; {@link Long#MAX_VALUE} for never. */
  public long nextDeadline() {
    return Long.MAX_VALUE;
  }

  /** The path takes segments of another size from now on (RFC 1191, RFC 8899). */
  public void segmentSize(int bytes, long now) {}

  /** Payload bytes of a full segment. */
  public int segmentSize() {
    return 0;
  }

  /** SND.NXT: behind the last number ever sent. An acknowledgment of more is not valid. */
  public int next() {
    return 0;
  }

  /** SND.UNA: the first number not acknowledged. */
  public int unacknowledged() {
    return 0;
  }

  /**
   * The number for a segment without data: {@link #next}, but none behind the other end's window,
   * where it would be refused together with its acknowledgment.
   */
  public int sequence() {
    return 0;
  }

  /** Whether the FIN was sent. */
  public boolean finSent() {
    return false;
  }

  /** Whether the FIN was acknowledged, and so all data. */
  public boolean finAcknowledged() {
    return false;
  }

  /** Whether the other end was silent for longer than R2: the endpoint gives the connection up. */
  public boolean timedOut() {
    return false;
  }

  /** Bytes believed to be on the path. */
  public long inFlight() {
    return 0;
  }

  /** Bytes sent and not acknowledged cumulatively, the FIN counted. */
  public long outstanding() {
    return 0;
  }

  /** The other end's window in bytes, from {@link #unacknowledged} on. */
  public long window() {
    return 0;
  }

  /** The smoothed round-trip time in nanoseconds; -1 before the first sample. */
  public long roundTripNanos() {
    return -1;
  }

  /** The retransmission timeout in nanoseconds, backed off as it is now (RFC 6298). */
  public long timeoutNanos() {
    return 0;
  }

  /** Payload bytes sent for the first time. */
  public long sentBytes() {
    return 0;
  }

  /** Payload bytes sent again. */
  public long retransmittedBytes() {
    return 0;
  }

  /** Retransmission timeouts. */
  public long timeouts() {
    return 0;
  }

  /** Forgets all; it sends nothing and wants no time until {@link #begin}. */
  public void clear() {}
}
