package org.vtl.tcp.internal.segment;

/** Takes an endpoint's segments to the other end. On the endpoint's worker. */
public interface SegmentOutput {
  /**
   * Sends {@code segment}.
   *
   * @return false when no packet was free: nothing was sent, and the endpoint tries again a
   *     millisecond later
   */
  boolean send(OutgoingSegment segment);

  /** Most payload bytes of one {@link OutgoingSegment}: one segment's where nothing divides it. */
  int largestPayload(int segmentSize);
}
