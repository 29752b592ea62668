package org.vtl.tcp.internal.congestion;

/**
 * How far acknowledgments run ahead of the rate that the path delivers, as radio links and offloads
 * give many at once (draft-ietf-ccwg-bbr section 5.5.9): this much more must be in flight. The most
 * of the last ten rounds, in bytes; of the last one until the pipe is full.
 */
final class AckClumps {
  private static final int SPAN = 5; // rounds; two spans are looked back upon

  private long current;
  private long last;
  private long spanRound;
  private long beginNanos;
  private long delivered;

  void begin(long now) {
    current = 0;
    last = 0;
    spanRound = 0;
    beginNanos = now;
    delivered = 0;
  }

  void observe(AckSample sample, double bandwidth, long window, long round, boolean full) {
    double expected = bandwidth * (sample.now - beginNanos) * 1e-9;
    if (delivered <= expected) {
      delivered = 0;
      beginNanos = sample.now;
      expected = 0;
    }
    delivered += sample.acknowledged;
    if (round - spanRound >= (full ? SPAN : 1)) {
      spanRound = round;
      last = full ? current : 0;
      current = 0;
    }
    current = Math.max(current, Math.min(window, delivered - (long) expected));
  }

  long most() {
    return Math.max(current, last);
  }
}
