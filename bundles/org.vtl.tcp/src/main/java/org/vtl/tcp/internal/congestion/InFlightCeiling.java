package org.vtl.tcp.internal.congestion;

/**
 * How many bytes in flight the path bears, as probes found out by loss (inflight_hi or
 * inflight_longterm, draft-ietf-ccwg-bbr sections 5.3.3.6 and 5.5.10.2).
 */
final class InFlightCeiling {
  static final long UNBOUNDED = Long.MAX_VALUE;
  static final double BETA = 0.7;
  static final double HEADROOM = 0.15;

  private int segmentSize;
  private long bytes;
  private long undoBytes;
  private long raises; // rounds of this probe in which it was raised
  private long acknowledged;
  private long bytesPerSegment;

  void begin(int segmentSize) {
    this.segmentSize = segmentSize;
    bytes = UNBOUNDED;
    undoBytes = UNBOUNDED;
  }

  void segmentSize(int bytes) {
    segmentSize = bytes;
  }

  /** {@link #UNBOUNDED} until a probe lost too much. */
  long bytes() {
    return bytes;
  }

  /** Less what is left to others while not probing. */
  long withHeadroom() {
    return bytes == UNBOUNDED
        ? UNBOUNDED
        : bytes - Math.max(segmentSize, (long) (HEADROOM * bytes));
  }

  void set(long bytes) {
    this.bytes = bytes;
  }

  /** {@code inFlight} lost too much; no cut is deeper than Cubic's of {@code target}. */
  void lower(long inFlight, long target) {
    bytes = Math.max(inFlight, (long) (BETA * target));
  }

  /** {@code inFlight} went well. */
  void bear(long inFlight) {
    bytes = Math.max(bytes, inFlight);
  }

  /** A probe begins. */
  void probe(long window) {
    raises = 0;
    acknowledged = 0;
    steepen(window);
  }

  /**
   * A probe uses all there is, and went well so far: by one segment in its first round, two in its
   * second, four in its third.
   */
  void raise(long bytesAcknowledged, long window, boolean roundStart) {
    acknowledged += bytesAcknowledged;
    if (acknowledged >= bytesPerSegment) {
      long segments = acknowledged / bytesPerSegment;
      acknowledged -= segments * bytesPerSegment;
      bytes += segments * segmentSize;
    }
    if (roundStart) {
      steepen(window);
    }
  }

  private void steepen(long window) {
    bytesPerSegment = Math.max(segmentSize, window >> Math.min(raises, 30));
    raises++;
  }

  void save() {
    undoBytes = bytes;
  }

  /** What lowered it since {@link #save} was no loss. */
  void restore() {
    bytes = Math.max(bytes, undoBytes);
  }
}
