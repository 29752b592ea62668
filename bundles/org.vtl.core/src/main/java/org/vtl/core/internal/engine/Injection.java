package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.Fitting;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;

/**
 * What one lane does for services that keep, make and send packets: counts whose they are, bounds
 * how many, and sends each on from behind its service in the tail of a round. The worker's.
 */
final class Injection {
  private final Lane lane;
  private final Fitting fitting = new Fitting();
  private final PacketQueue queue = new PacketQueue();

  Injection(Lane lane) {
    this.lane = lane;
  }

  /** Packets that wait to be sent on. */
  int size() {
    return queue.size();
  }

  /** Packets {@code entry}'s service may still take or make; all services share what is spare. */
  int allowance(ServiceEntry entry) {
    int own = lane.packets().capacity() / 2 - statistics(entry).held.size();
    return Math.max(0, Math.min(own, lane.packets().spare()));
  }

  /** A packet in the hands of {@code entry}'s service, or null: no more for it, or it has left. */
  Packet made(ServiceEntry entry) {
    Packet packet =
        entry.isServing() && allowance(entry) > 0 ? lane.packets().acquireUnowned() : null;
    if (packet != null) {
      PacketState state = (PacketState) packet.attachment();
      state.begin(PacketState.Owner.SERVICE);
      state.made = true;
      state.service = entry;
      packet.setArrivalNanos(lane.now());
      statistics(entry).held.add(state);
    }
    return packet;
  }

  /** One that fits {@code connection} as it stands, or null. */
  Packet made(ServiceEntry entry, TrackedConnection connection, Direction direction) {
    Packet packet = made(entry);
    if (packet == null) {
      return null;
    }
    packet.setDirection(direction);
    if (!fitting.build(packet, connection, direction, entry.priority(), entry.name)) {
      release(entry, packet);
      return null;
    }
    ((PacketState) packet.attachment()).belongsTo(connection);
    return packet;
  }

  /** Has the packet enter behind {@code entry}'s service, in the tail of this round. */
  void inject(ServiceEntry entry, Packet packet, TrackedConnection connection) {
    PacketState state = giveBack(entry, packet);
    if (state.connectionId != 0
        && state.connection == connection
        && connection.id() != state.connectionId) {
      retrack(state, entry);
      return;
    }
    state.belongsTo(connection);
    enqueue(state, entry);
  }

  /** The connection ended while the service held its packet: the packet finds another. */
  private void retrack(PacketState state, ServiceEntry entry) {
    TrackedConnection of = lane.table().find(state.packet, state.packet.direction());
    state.belongsTo(of == null ? lane.untrackedConnection() : of);
    enqueue(state, entry);
  }

  /** Has a packet of the engine's own pass the whole chain in the tail, as if it had arrived. */
  void arriveFromEdge(PacketState state) {
    Packet packet = state.packet;
    TrackedConnection of = lane.table().track(packet, packet.direction(), lane.now());
    state.made = true;
    state.invalid = lane.table().isInvalid();
    state.belongsTo(of == null ? lane.untrackedConnection() : of);
    state.owner = PacketState.Owner.QUEUE;
    lane.taps().arrival(state);
    queue.add(state);
  }

  private void enqueue(PacketState state, ServiceEntry entry) {
    state.service = entry;
    state.owner = PacketState.Owner.QUEUE;
    if (state.made) {
      state.packet.settlePayload(); // its payload is no edition of another
    }
    statistics(entry).injected++;
    lane.dispatcher().commit(state);
    lane.taps().injection(statistics(state.service), state);
    queue.add(state);
  }

  /** Takes the packet back unsent. */
  void release(ServiceEntry entry, Packet packet) {
    PacketState state = giveBack(entry, packet);
    if (state.made) {
      lane.packets().free(state);
    } else {
      lane.packets().discard(state, lane.reasons().released);
    }
  }

  /** Takes a packet out of the service's hands: one it took, made, or is just being shown. */
  private PacketState giveBack(ServiceEntry entry, Packet packet) {
    PacketState state =
        packet.attachment() instanceof PacketState own && own.lane == lane ? own : null;
    if (state == null) {
      throw new IllegalStateException(
          "Service "
              + entry.name
              + " injects a packet that is not of link "
              + lane.name()
              + "; make one there with newFrame and copy into it.");
    }
    if (state.owner == PacketState.Owner.SERVICE && state.service == entry) {
      statistics(entry).held.remove(state);
    } else if (!(state.owner == PacketState.Owner.LANE && lane.calls().isShowing(state, entry))) {
      throw new IllegalStateException(
          "Service "
              + entry.name
              + " injects or releases a packet that is not its own; do it once, with packets it"
              + " took or made.");
    }
    return state;
  }

  /** Sends on what a departed service still held, as if it had injected it. */
  void sendOn(ServiceEntry entry) {
    PacketQueue of = statistics(entry).held;
    PacketState state = of.first();
    while (state != null) {
      PacketState following = state.next;
      if (state.service == entry) {
        if (state.made) {
          of.remove(state);
          lane.packets().free(state); // made and never injected: nobody's
        } else {
          inject(entry, state.packet, state.connection);
        }
      }
      state = following;
    }
  }

  /** Sends on at most {@code limit} packets; returns how many. */
  int drain(int limit) {
    int count = 0;
    while (count < limit) {
      PacketState state = queue.poll();
      if (state == null) {
        break;
      }
      state.owner = PacketState.Owner.LANE;
      lane.proceed(state, lane.now());
      count++;
    }
    return count;
  }

  private ServiceStatistics statistics(ServiceEntry entry) {
    return lane.calls().statistics(entry);
  }
}
