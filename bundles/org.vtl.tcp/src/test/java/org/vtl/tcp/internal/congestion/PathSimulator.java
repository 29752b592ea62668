package org.vtl.tcp.internal.congestion;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A path in virtual time: one bottleneck with a rate and a tail-drop buffer, a round trip, and
 * random loss behind the bottleneck. Deterministic for a seed.
 *
 * <pre>{@code
 * PathSimulator path = new PathSimulator(100_000_000, 600, 1).loss(0.01);
 * SimulatedFlow flow = path.flow(new Bbr());
 * path.run(60);
 * flow.goodput() / path.rate()
 * }</pre>
 */
final class PathSimulator {
  static final long SECOND = 1_000_000_000L;

  private final List<SimulatedFlow> flows = new ArrayList<>();
  private final SplittableRandom random;
  private final long roundTripNanos;
  private long bytesPerSecond;
  private long buffer;
  private double loss;
  private long clumpNanos = 1;
  private long now;
  private long busyUntil;
  private long dropped;

  /** A path of {@code bitsPerSecond} and a buffer of its bandwidth-delay product, no loss. */
  PathSimulator(long bitsPerSecond, long roundTripMillis, long seed) {
    bytesPerSecond = bitsPerSecond / 8;
    roundTripNanos = roundTripMillis * 1_000_000;
    random = new SplittableRandom(seed);
    buffer = product();
  }

  /** Bytes that the path holds without its buffer. */
  long product() {
    return bytesPerSecond * (roundTripNanos / 1000) / 1_000_000;
  }

  /** Has the buffer hold {@code products} bandwidth-delay products. */
  PathSimulator buffer(double products) {
    buffer = (long) (products * product());
    return this;
  }

  /** Loses this part of all packets from now on. */
  PathSimulator loss(double probability) {
    loss = probability;
    return this;
  }

  /** Brings acknowledgments in clumps, one each so many milliseconds, as radio links do. */
  PathSimulator clumps(long millis) {
    clumpNanos = millis * 1_000_000;
    return this;
  }

  /** Has another rate from now on. */
  void rate(long bitsPerSecond) {
    long queued = Math.max(0, busyUntil - now) / 1000 * bytesPerSecond;
    bytesPerSecond = bitsPerSecond / 8;
    busyUntil = now + queued / bytesPerSecond * 1000;
  }

  /** Bits per second. */
  long rate() {
    return bytesPerSecond * 8;
  }

  /** A flow that begins now and always has something to send. */
  SimulatedFlow flow(CongestionControl control) {
    SimulatedFlow flow = new SimulatedFlow(this, control, now);
    flows.add(flow);
    return flow;
  }

  /** Runs for {@code seconds} of virtual time. */
  void run(double seconds) {
    long until = now + (long) (seconds * SECOND);
    while (true) {
      SimulatedFlow next = flows.getFirst();
      long soonest = next.next();
      for (int i = 1; i < flows.size(); i++) {
        long at = flows.get(i).next();
        if (at < soonest) {
          soonest = at;
          next = flows.get(i);
        }
      }
      if (soonest > until) {
        now = until;
        return;
      }
      now = Math.max(now, soonest);
      next.run(now);
    }
  }

  long now() {
    return now;
  }

  /** Packets that found the buffer full. */
  long dropped() {
    return dropped;
  }

  /** When the acknowledgment of {@code bytes} sent now arrives; -1: they are lost. */
  long carry(int bytes) {
    long queued = Math.max(0, busyUntil - now) / 1000 * bytesPerSecond / 1_000_000;
    if (queued > buffer) {
      dropped++;
      return -1;
    }
    busyUntil = Math.max(now, busyUntil) + bytes * SECOND / bytesPerSecond;
    return random.nextDouble() < loss
        ? -1
        : (busyUntil + roundTripNanos + clumpNanos - 1) / clumpNanos * clumpNanos;
  }
}
