package org.vtl.tcp.internal.relay;

import org.vtl.tcp.internal.stream.ByteStream;

/**
 * Whether what a stream holds moves on. Looked at now and then, so that it costs nothing per
 * segment. One worker's.
 */
final class Pace {
  private static final long STALLED_NANOS = 10_000_000_000L;

  /** Less than this part of what is held is no progress: drops would buy memory for hours. */
  private static final int PART = 32;

  private static final long EMPTY = -1;

  private long from = EMPTY;
  private long since;

  void clear() {
    from = EMPTY;
  }

  /**
   * Whether for ten seconds not a thirty-second of what {@code stream} holds has moved on; counted
   * from the first look at it since it was empty.
   */
  boolean isStalled(ByteStream stream, long now) {
    long held = stream.span();
    if (held == 0) {
      from = EMPTY;
      return false;
    }
    if (from == EMPTY || stream.start() - from >= Math.max(1, held / PART)) {
      from = stream.start();
      since = now;
    }
    return now - since >= STALLED_NANOS;
  }
}
