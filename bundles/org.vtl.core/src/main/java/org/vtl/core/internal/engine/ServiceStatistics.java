package org.vtl.core.internal.engine;

import java.util.Arrays;
import org.vtl.service.TapPoint;

/** What one lane counts of one service number, and the packets that service holds there. */
final class ServiceStatistics {
  private static final int FAILURES_TO_FENCE = 5;
  private static final long FAILURE_WINDOW_NANOS = 1_000_000_000L;

  long packets;
  long dropped;
  long taken;
  long injected;
  long failures;

  /** Packets the service took or made and has not given back. */
  final PacketQueue held = new PacketQueue();

  TapPoint tapPoint;
  TapPoint injectionPoint;
  TapPoint dropPoint;

  private final long[] failureNanos = new long[FAILURES_TO_FENCE];

  ServiceStatistics() {
    Arrays.fill(failureNanos, Long.MIN_VALUE / 2);
  }

  /** Counts a failure; true if it is one too many within a second. */
  boolean fail(long now) {
    int at = (int) (failures % FAILURES_TO_FENCE);
    failures++;
    failureNanos[at] = now;
    long fifthLast = failureNanos[(int) (failures % FAILURES_TO_FENCE)];
    return now - fifthLast < FAILURE_WINDOW_NANOS;
  }
}
