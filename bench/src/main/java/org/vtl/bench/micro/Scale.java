package org.vtl.bench.micro;

import java.util.Arrays;
import org.vtl.core.internal.connection.Timeout;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;

/**
 * What a million connections take: bytes of heap each, the time to find one in random order, and
 * the longest pause while all of them expire at once. Each lookup is timed by itself, the clock's
 * own time included and told.
 */
public final class Scale {
  private static final int CONNECTIONS = 1_000_000;
  private static final int LOOKUPS = 2_000_000;

  /** What a worker closes at most before it looks at packets again; as the engine's lane has it. */
  private static final int EXPIRED_AT_ONCE = 512;

  private Scale() {}

  /**
   * Prints one line of key=value words.
   *
   * @param words the number of connections, or none for a million
   */
  public static void main(String[] words) {
    int connections = words.length > 0 ? Integer.parseInt(words[0]) : CONNECTIONS;
    warmUp();
    long before = heap();
    try (Flows flows = new Flows(connections)) {
      long began = System.nanoTime();
      flows.open(connections, 0);
      long opened = System.nanoTime() - began;
      long each = (heap() - before) / connections;
      long[] lookups = lookups(flows, connections);
      long[] clock = clock();
      long pause = expire(flows, connections);
      System.out.printf(
          "connections=%d bytes=%d open_ns=%d lookup_p50_ns=%d lookup_p99_ns=%d lookup_p999_ns=%d"
              + " clock_ns=%d expiry_pause_us=%d%n",
          connections,
          each,
          opened / connections,
          lookups[LOOKUPS / 2],
          lookups[LOOKUPS / 100 * 99],
          lookups[LOOKUPS / 1000 * 999],
          clock[LOOKUPS / 2],
          pause / 1000);
    }
  }

  /** Has everything compiled before it counts. */
  private static void warmUp() {
    for (int i = 0; i < 20; i++) {
      try (Flows flows = new Flows(10_000)) {
        flows.open(10_000, 0);
        for (int k = 0; k < 50_000; k++) {
          flows.table().find(flows.outbound(flows.next(10_000)), Direction.OUTBOUND);
        }
        expire(flows, 10_000);
      }
    }
  }

  private static long[] lookups(Flows flows, int connections) {
    long[] nanos = new long[LOOKUPS];
    for (int i = -LOOKUPS / 4; i < LOOKUPS; i++) {
      Packet packet = flows.outbound(flows.next(connections));
      long start = System.nanoTime();
      Object found = flows.table().find(packet, Direction.OUTBOUND);
      long end = System.nanoTime();
      if (found == null) {
        throw new IllegalStateException("a connection is not found");
      }
      if (i >= 0) {
        nanos[i] = end - start;
      }
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private static long[] clock() {
    long[] nanos = new long[LOOKUPS];
    for (int i = 0; i < LOOKUPS; i++) {
      long start = System.nanoTime();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos;
  }

  /** Nanoseconds of the longest call while all connections expire. */
  private static long expire(Flows flows, int connections) {
    long late = Timeout.UDP_STREAM.nanos() + 1;
    long longest = 0;
    while (flows.table().size() > 0) {
      long start = System.nanoTime();
      flows.table().expire(late, EXPIRED_AT_ONCE);
      longest = Math.max(longest, System.nanoTime() - start);
    }
    if (flows.closedCount() != connections) {
      throw new IllegalStateException("only " + flows.closedCount() + " connections have ended");
    }
    return longest;
  }

  /** Bytes in use once what is not needed is gone. */
  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
