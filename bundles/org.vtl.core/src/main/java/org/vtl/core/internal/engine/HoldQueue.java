package org.vtl.core.internal.engine;

/**
 * Packets that wait, in order, while a service that their link requires is away; so a required
 * service can be replaced without a loss, and nothing passes without it. The worker's.
 */
final class HoldQueue {
  private final Lane lane;
  private final PacketQueue waiting = new PacketQueue();

  HoldQueue(Lane lane) {
    this.lane = lane;
  }

  int size() {
    return waiting.size();
  }

  /** Has the packet wait, or discards it as the link's policy says. */
  void add(PacketState state, long now) {
    LinkSettings settings = lane.settings();
    if (!settings.hold()) {
      lane.packets().discard(state, lane.reasons().requiredAbsent);
    } else if (waiting.size() >= Math.min(settings.holdPackets(), lane.packets().capacity() / 2)
        || lane.packets().isLow()) {
      lane.packets().discard(state, lane.reasons().holdFull);
    } else {
      state.owner = PacketState.Owner.QUEUE;
      state.heldNanos = now;
      waiting.add(state);
    }
  }

  /** Sends on all that wait: the services are back. */
  void release() {
    for (PacketState state = waiting.poll(); state != null; state = waiting.poll()) {
      state.owner = PacketState.Owner.LANE;
      lane.dispatcher().run(state);
    }
  }

  /** Discards those that waited too long; returns how many. */
  int expire(long now) {
    int count = 0;
    PacketState first = waiting.first();
    while (first != null && now - first.heldNanos >= lane.settings().holdNanos()) {
      waiting.remove(first);
      lane.packets().discard(first, lane.reasons().holdExpired);
      count++;
      first = waiting.first();
    }
    return count;
  }

  long nanosUntilNext(long now) {
    PacketState first = waiting.first();
    return first == null ? Long.MAX_VALUE : first.heldNanos + lane.settings().holdNanos() - now;
  }
}
