package org.vtl.service.tor.internal.neighbor;

/**
 * The addresses that a link's guest has used as its own of late: who asks for them is not answered.
 * A fixed number; the one not seen for longest makes room, and each is forgotten in time, since a
 * guest may call any address its own. Any thread; allocates nothing.
 */
final class OwnAddresses {
  private static final int MOST = 16;
  private static final long FORGOTTEN_NANOS = 600_000_000_000L;

  private final long[] high = new long[MOST];
  private final long[] low = new long[MOST];
  private final long[] seen = new long[MOST];
  private int count;

  /** The guest has spoken as this address, IPv4 mapped. */
  synchronized void note(long high, long low, long now) {
    int at = find(high, low);
    if (at < 0) {
      at = count < MOST ? count++ : oldest();
      this.high[at] = high;
      this.low[at] = low;
    }
    seen[at] = now;
  }

  synchronized boolean contains(long high, long low, long now) {
    int at = find(high, low);
    return at >= 0 && now - seen[at] < FORGOTTEN_NANOS;
  }

  private int find(long high, long low) {
    for (int i = 0; i < count; i++) {
      if (this.low[i] == low && this.high[i] == high) {
        return i;
      }
    }
    return -1;
  }

  private int oldest() {
    int oldest = 0;
    for (int i = 1; i < count; i++) {
      if (seen[i] - seen[oldest] < 0) {
        oldest = i;
      }
    }
    return oldest;
  }
}
