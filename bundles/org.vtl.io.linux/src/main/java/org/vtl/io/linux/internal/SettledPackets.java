package org.vtl.io.linux.internal;

/**
 * Tells the kernel how many of the packets that came to VTL at one side it is done with, so that a
 * connection that is to be carried overtakes none of them. The worker's.
 *
 * <p>The kernel counts what it hands over, the port what it polls. What the one counts and the
 * other never does (frames lost between them, those that waited when the counting began) is found
 * out when nothing waits: twice the same, since a frame may be counted and not yet be there.
 */
final class SettledPackets {
  private final FlowMaps maps;
  private final int side;
  private long before;
  private long difference;
  private long candidate = Long.MIN_VALUE;
  private boolean known;
  private long settled = -1;

  SettledPackets(FlowMaps maps, int side) {
    this.maps = maps;
    this.side = side;
  }

  /** The port is about to poll; those it polled until now, {@code polled}, have gone their way. */
  void settle(long polled) {
    before = maps.passedTo(side);
    if (known && polled + difference != settled) {
      settled = polled + difference;
      maps.settle(side, settled);
    }
  }

  /** The port found nothing. */
  void quiet(long polled) {
    if (maps.passedTo(side) != before || known && before == settled) {
      return;
    }
    long found = before - polled;
    if (found == candidate) {
      difference = found;
      known = true;
      settle(polled);
    }
    candidate = found;
  }
}
