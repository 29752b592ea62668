package org.vtl.tcp.internal.send;

/** Makes a sender's decisions into segments: its endpoint. On the endpoint's worker. */
public interface Transmission {
  /**
   * Sends {@code length} bytes of the outgoing stream from {@code offset} on, and what rides on
   * them.
   *
   * @param length payload bytes; 0 for a FIN alone. More than {@code segmentSize} is for an offload
   *     to divide, and never more than {@link #largestPayload} said
   * @param flags PSH, FIN, CWR of {@link org.vtl.packet.TcpHeader}; ACK and ECE are the endpoint's
   * @param again whether any of it was sent before, so that it must not be ECN-capable (RFC 3168
   *     section 6.1.5)
   * @param now the worker's clock in nanoseconds, as handed to the sender
   * @return false when no packet was free: nothing was sent, and the sender tries again a
   *     millisecond later
   */
  boolean transmit(long offset, int length, int segmentSize, int flags, boolean again, long now);

  /** Most payload bytes of one {@link #transmit}: {@code segmentSize} where nothing divides it. */
  int largestPayload(int segmentSize);

  /**
   * The timestamp (TSval, RFC 7323) that a segment carries which is sent at {@code time}, now or
   * before; its unit is {@link SendSettings#timestampNanos}. Not called where timestamps were not
   * agreed.
   */
  int timestamp(long time);
}
