package org.vtl.tcp.internal.endpoint;

/**
 * Says how much more the other end may send. The right edge is not taken back (RFC 9293 section
 * 3.8.6), but for less than one unit of the window scale, where rounding and a full buffer leave no
 * choice (RFC 7323 section 2.4); what was granted is taken then all the same. It moves by what is
 * worth a segment, not by crumbs (RFC 9293 section 3.8.6.2.2).
 */
final class WindowAdvertisement {
  private int shift;
  private long edge; // the rightmost ever sent
  private long offered;

  /** {@code edge} is the stream offset that the window announced so far ends at. */
  void begin(long edge, int shift) {
    this.edge = edge;
    this.shift = shift;
    offered = edge;
  }

  /** No byte at or behind this stream offset was granted. */
  long edge() {
    return edge;
  }

  int shift() {
    return shift;
  }

  /**
   * The window field of a segment that acknowledges {@code next}; counts once it was {@link #sent}.
   *
   * @param limit the stream offset that the stream can take bytes before
   * @param capacity what the stream can hold in all
   * @param segmentSize of a full segment from the other end
   */
  int field(long next, long limit, long capacity, int segmentSize) {
    long unit = 1L << shift;
    long most = 0xffffL << shift;
    long down = Math.min(most, Math.max(0, limit - next) & -unit);
    offered = edge;
    if (next + down - edge >= Math.min(capacity / 2, segmentSize)) {
      offered = next + down;
      return (int) (down >>> shift);
    }
    long granted = Math.clamp(edge - next, 0, most);
    long up = granted + unit - 1 & -unit;
    if (next + up <= limit) {
      offered = Math.max(edge, next + up);
      return (int) (up >>> shift);
    }
    return (int) (granted >>> shift);
  }

  /** The segment with the last {@link #field} is on its way. */
  void sent() {
    edge = offered;
  }

  /**
   * Whether the window has grown so much that the other end should hear of it at once: from what
   * may be too little for it to go on, to twice as much.
   */
  boolean isUpdateDue(long next, long limit, long capacity, int segmentSize) {
    long granted = Math.max(0, edge - next);
    long possible = Math.min(0xffffL << shift, Math.max(0, limit - next)) & -(1L << shift);
    long gain = possible - granted;
    return gain > 0
        && gain >= Math.min(2L * segmentSize, capacity / 2)
        && (possible >= 2 * granted || gain >= capacity / 2);
  }
}
