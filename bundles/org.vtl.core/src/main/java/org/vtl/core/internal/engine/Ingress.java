package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.FragmentTable;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.Parser;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/**
 * Takes frames from a lane's ports into its packets: polls, parses, finds each one's connection,
 * and has it enter its chain. The worker's.
 */
final class Ingress {
  private final Lane lane;
  private final PacketBatch polled = new PacketBatch(Lane.BATCH);
  private final FragmentTable fragments;
  private final FragmentQueue earlyFragments;

  /** How many packets of the polled batch hold frames, in which direction they go. */
  private int arrived;

  private Direction arriving;

  /** How many of those are out of this object's hands. */
  private int handedOn;

  Ingress(Lane lane) {
    this.lane = lane;
    this.fragments = new FragmentTable(lane.engine().secret());
    this.earlyFragments = new FragmentQueue(lane, fragments);
  }

  /** Has the frames that wait in {@code side} arrive, a batch at most; returns how many. */
  int poll(LinkPort side, Direction direction, long now) {
    PacketPort port = side.port();
    if (port == null) {
      return 0;
    }
    while (!polled.isFull()) {
      Packet packet = lane.pool().acquire();
      if (packet == null) {
        break;
      }
      polled.add(packet);
    }
    if (polled.size() == 0) {
      lane.statistics().poolExhausted++;
      return 0; // frames wait in the port until packets come back
    }
    int count = 0;
    try {
      count = Math.clamp(port.poll(polled), 0, polled.size());
      if (count == 0 && port.isExhausted()) {
        side.exhausted();
      }
    } catch (PortException e) {
      side.lost(e);
    } catch (RuntimeException e) {
      side.lost(e);
    }
    arrived = count;
    arriving = direction;
    return finish(now);
  }

  /** Has the rest of a batch arrive, also what a worker that was abandoned left of one. */
  int finish(long now) {
    while (handedOn < arrived) {
      PacketState state = (PacketState) polled.get(handedOn++).attachment();
      try {
        arrive(state, arriving, now);
      } catch (AbandonedException e) {
        throw e;
      } catch (RuntimeException | Error e) {
        lane.fault(e); // the others have arrived all the same
      }
    }
    polled.removeFirst(handedOn);
    int count = handedOn;
    handedOn = 0;
    arrived = 0;
    return count;
  }

  /** Parses and tracks a frame that a port delivered, then sends it through the chain. */
  private void arrive(PacketState state, Direction direction, long now) {
    Packet packet = state.packet;
    state.begin(PacketState.Owner.LANE);
    packet.setDirection(direction);
    packet.setArrivalNanos(now);
    lane.statistics().count(direction, packet.length());
    if (!Parser.parse(packet) && !lane.settings().passMalformed()) {
      lane.dispatcher().tapArrival(state);
      lane.discard(state, lane.reasons().malformed(packet.malformation()));
      return;
    }
    if (packet.isLaterFragment()) {
      TrackedConnection of = fragments.find(packet, direction, now);
      if (of == null) {
        earlyFragments.add(state, now);
        return;
      }
      state.belongsTo(of);
    } else if (!track(state, now)) {
      return;
    }
    boolean others = packet.moreFragments(); // after entering the packet may be another already
    lane.enter(state, now);
    if (others && earlyFragments.size() > 0) {
      earlyFragments.release(now);
    }
  }

  /** Finds the packet's connection; false if the packet was discarded because there is no room. */
  private boolean track(PacketState state, long now) {
    Packet packet = state.packet;
    TrackedConnection of = lane.table().track(packet, packet.direction(), now);
    state.invalid = lane.table().isInvalid();
    if (of == null) {
      if (lane.table().isRefused()) {
        lane.dispatcher().tapArrival(state);
        lane.discard(state, lane.reasons().tableFull);
        return false;
      }
      state.belongsTo(lane.untrackedConnection());
      return true;
    }
    state.belongsTo(of);
    if (packet.isFragment()) {
      fragments.put(packet, packet.direction(), of, now);
    }
    return true;
  }

  /** Gives up fragments whose first does not come; returns how many. */
  int expire(long now) {
    return earlyFragments.expire(now);
  }

  long nanosUntilNext(long now) {
    return earlyFragments.nanosUntilNext(now);
  }
}
