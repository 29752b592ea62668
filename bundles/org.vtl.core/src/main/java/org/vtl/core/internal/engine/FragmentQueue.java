package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.FragmentTable;
import org.vtl.core.internal.connection.TrackedConnection;

/**
 * Later fragments that came before the first of their datagram: they wait for it, few and not long,
 * so that they follow it through its chain. The worker's.
 */
final class FragmentQueue {
  private static final int MAX = 64;
  private static final long WAIT_NANOS = 1_000_000_000L;

  private final Lane lane;
  private final FragmentTable fragments;
  private final PacketQueue waiting = new PacketQueue();

  FragmentQueue(Lane lane, FragmentTable fragments) {
    this.lane = lane;
    this.fragments = fragments;
  }

  int size() {
    return waiting.size();
  }

  void add(PacketState state, long now) {
    if (waiting.size() == MAX || lane.packets().isLow()) {
      state.belongsTo(lane.untrackedConnection());
      lane.packets().discard(state, lane.reasons().fragmentsFull);
      return;
    }
    state.owner = PacketState.Owner.QUEUE;
    state.heldNanos = now;
    waiting.add(state);
  }

  /** Sends on those whose first fragment has come, and discards those where it was refused. */
  void release(long now) {
    PacketState state = waiting.first();
    while (state != null) {
      PacketState following = state.next;
      TrackedConnection of = fragments.find(state.packet, state.packet.direction(), now);
      if (of != null) {
        waiting.remove(state);
        state.owner = PacketState.Owner.LANE;
        state.belongsTo(of);
        lane.enter(state, now);
      } else if (fragments.isGone()) {
        waiting.remove(state);
        state.belongsTo(lane.untrackedConnection());
        lane.packets().discard(state, lane.reasons().fragmentUnmatched);
      }
      state = following;
    }
  }

  /** Discards those that waited too long; returns how many. */
  int expire(long now) {
    int count = 0;
    PacketState first = waiting.first();
    while (first != null && now - first.heldNanos >= WAIT_NANOS) {
      waiting.remove(first);
      first.belongsTo(lane.untrackedConnection());
      lane.packets().discard(first, lane.reasons().fragmentUnmatched);
      count++;
      first = waiting.first();
    }
    return count;
  }

  long nanosUntilNext(long now) {
    PacketState first = waiting.first();
    return first == null ? Long.MAX_VALUE : first.heldNanos + WAIT_NANOS - now;
  }
}
