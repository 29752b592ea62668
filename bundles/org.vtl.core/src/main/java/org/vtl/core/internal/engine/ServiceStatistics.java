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

  /** How long it took for the packets that were measured. */
  final CallTimes times = new CallTimes();

  /** Packets the service took or made and has not given back. */
  final PacketQueue held = new PacketQueue();

  /** Whose they are: a number may be given to another name when the first has long left. */
  final String name;

  final TapPoint tapPoint;
  final TapPoint injectionPoint;
  final TapPoint dropPoint;

  private final long[] failureNanos = new long[FAILURES_TO_FENCE];

  ServiceStatistics(String link, String name) {
    this.name = name;
    tapPoint = new TapPoint(TapPoint.Kind.SERVICE, link, name);
    injectionPoint = new TapPoint(TapPoint.Kind.INJECTION, link, name);
    dropPoint = new TapPoint(TapPoint.Kind.DROP, link, name);
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
