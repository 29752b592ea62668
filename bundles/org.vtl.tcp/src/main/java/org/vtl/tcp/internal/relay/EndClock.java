package org.vtl.tcp.internal.relay;

/** How fast an end's timestamps count, as seen over a relay's life. One side's. */
final class EndClock {
  private static final long MILLI = 1_000_000;

  /** Seen for less, it is taken for one of milliseconds, as nearly all are. */
  private static final long LEAST_NANOS = 1_000 * MILLI;

  private int first;
  private long since;

  /** It stamped {@code stamp} at {@code now}. */
  void begin(int stamp, long now) {
    first = stamp;
    since = now;
  }

  /** What it will stamp at {@code when}, having stamped {@code last} at {@code then}. */
  int expected(long when, int last, long then) {
    long seen = then - since;
    double perNano = seen < LEAST_NANOS ? 1.0 / MILLI : (double) Math.max(0, last - first) / seen;
    return last + (int) (long) ((when - then) * perNano);
  }
}
