package org.vtl.tcp.internal.endpoint;

import org.vtl.tcp.internal.stream.ByteStream;

/**
 * Lets the incoming stream grow with what its reader drains in a round trip, to twice that and more
 * while it rises, so that the window never is what limits the other end (dynamic right-sizing, as
 * Linux does it).
 */
final class ReceiveTuning {
  private static final long UNKNOWN = -1;

  private long roundTrip; // as the receiver sees it
  private int lastEcho;
  private long windowEnd; // without timestamps: what was granted when windowBegan
  private long windowBegan;
  private long since;
  private long startThen;
  private long drained; // the most in one round trip

  void begin(long start, long next, long now) {
    roundTrip = UNKNOWN;
    lastEcho = 0;
    windowEnd = next;
    windowBegan = now;
    since = now;
    startThen = start;
    drained = 0;
  }

  /** What the handshake measured; negative for nothing. */
  void handshake(long roundTripNanos) {
    roundTrip = Math.max(UNKNOWN, roundTripNanos);
  }

  /** As the receiver sees it, in nanoseconds; 0 for unknown. */
  long roundTripNanos() {
    return Math.max(0, roundTrip);
  }

  /** Data in order echoed {@code timestamp}, which was sent {@code ageNanos} ago. */
  void echoed(int timestamp, long ageNanos) {
    // The same echo again says how long the other end has gone on sending, not a round trip.
    if (timestamp != lastEcho && ageNanos >= 0) {
      lastEcho = timestamp;
      long sample = Math.max(TimestampClock.UNIT_NANOS, ageNanos);
      roundTrip = roundTrip == UNKNOWN ? sample : roundTrip + (sample - roundTrip) / 8;
    }
  }

  /** Without timestamps: a window's worth takes a round trip or longer. */
  void advanced(long next, long edge, long now) {
    if (next < windowEnd) {
      return;
    }
    long sample = now - windowBegan;
    if (windowEnd > 0 && sample > 0 && (roundTrip == UNKNOWN || sample < roundTrip)) {
      roundTrip = sample;
    }
    windowEnd = edge;
    windowBegan = now;
  }

  /** The reader has released bytes. */
  void drained(ByteStream stream, int segmentSize, long now) {
    if (roundTrip == UNKNOWN || now - since < roundTrip) {
      return;
    }
    long bytes = stream.start() - startThen;
    if (bytes > drained) {
      long wanted = 2 * bytes + 16L * segmentSize;
      long rise = drained == 0 ? 0 : Math.min(bytes - drained, drained);
      stream.ask(wanted + (rise == 0 ? 0 : 2 * wanted / drained * rise));
      drained = bytes;
    }
    startThen = stream.start();
    since = now;
  }
}
