package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.FragmentTable;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.Parser;
import org.vtl.port.Fanout;
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

  /** So many places of the polled batch, from the first, have had their packets handed on. */
  private int gaps;

  /** Whether packets that others handed over still wait for a free one to hold them. */
  private boolean behind;

  Ingress(Lane lane) {
    this.lane = lane;
    this.fragments = new FragmentTable(lane.engine().secret());
    this.earlyFragments = new FragmentQueue(lane, fragments);
  }

  /** Has the frames that wait in {@code side} arrive, a batch at most; returns how many. */
  int poll(LinkPort side, Direction direction, long now) {
    PacketPort port = side.port();
    if (port == null || behind) {
      return 0;
    }
    refill();
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

  /**
   * Has free packets in every place, as far as there are some. A port fills the first places, and
   * there stand those that came free last, which the processor's caches still hold: a batch of
   * segments of 64 KB is larger than these.
   */
  private void refill() {
    for (; gaps > 0; gaps--) {
      Packet packet = lane.packets().acquireUnowned();
      if (packet == null) {
        polled.removeFirst(gaps);
        gaps = 0;
        return;
      }
      polled.set(gaps - 1, packet);
    }
    while (!polled.isFull()) {
      Packet packet = lane.packets().acquireUnowned();
      if (packet == null) {
        return;
      }
      polled.add(packet);
    }
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
    gaps += handedOn;
    int count = handedOn;
    handedOn = 0;
    arrived = 0;
    return count;
  }

  /** Parses a frame that a port delivered, and finds out whose it is. */
  private void arrive(PacketState state, Direction direction, long now) {
    Packet packet = state.packet;
    state.begin(PacketState.Owner.LANE);
    packet.setDirection(direction);
    packet.setArrivalNanos(now);
    boolean wellFormed = Parser.parse(packet);
    if (wellFormed && lane.workers() > 1) {
      int owner = Fanout.worker(packet, lane.workers());
      if (owner != lane.worker()) {
        handOver(state, owner);
        return;
      }
    }
    admit(state, wellFormed, now);
  }

  /** The port erred, or its driver cannot divide: the packet's connection is another worker's. */
  private void handOver(PacketState state, int owner) {
    lane.statistics().handedOver++;
    if (lane.crew().handOver(lane.worker(), owner, state.packet)) {
      lane.packets().free(state);
    } else {
      lane.taps().arrival(state);
      lane.packets().discard(state, lane.reasons().handoverFull);
    }
  }

  /**
   * Has packets arrive that other workers have handed over, all that are there now: what this
   * worker's own ports have may be younger, and must not overtake. Returns how many.
   */
  int takeOver(long now) {
    if (lane.workers() == 1) {
      return 0;
    }
    behind = false;
    int count = 0;
    for (Handover from : lane.crew().incoming(lane.worker())) {
      for (int waiting = from.size(); waiting > 0; waiting--) {
        Packet packet = free();
        if (packet == null) {
          lane.statistics().poolExhausted++;
          behind = true; // they wait where they are, and the ports with them
          return count;
        }
        from.remove(packet);
        packet.setArrivalNanos(now);
        count++;
        try {
          admit((PacketState) packet.attachment(), packet.malformation() == null, now);
        } catch (AbandonedException e) {
          throw e;
        } catch (RuntimeException | Error e) {
          lane.fault(e);
        }
      }
    }
    return count;
  }

  /** A free packet in the lane's hands, also one that was to hold what a port delivers; or null. */
  private Packet free() {
    Packet packet = lane.packets().acquire();
    if (packet == null && polled.size() > gaps) {
      packet = polled.removeLast();
      ((PacketState) packet.attachment()).begin(PacketState.Owner.LANE);
    }
    return packet;
  }

  /** Tracks a packet that is this worker's, then sends it through the chain. */
  private void admit(PacketState state, boolean wellFormed, long now) {
    Packet packet = state.packet;
    Direction direction = packet.direction();
    lane.statistics().count(direction, packet.length());
    if (!wellFormed && !lane.settings().passMalformed()) {
      lane.taps().arrival(state);
      lane.packets().discard(state, lane.reasons().malformed(packet.malformation()));
      return;
    }
    if (packet.isLaterFragment()) {
      TrackedConnection of = fragments.find(packet, direction, now);
      if (of == null) {
        if (fragments.isGone()) {
          // A service refused the first; to wait for another would only take places of others.
          lane.packets().discard(state, lane.reasons().fragmentUnmatched);
        } else {
          earlyFragments.add(state, now);
        }
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
        lane.taps().arrival(state);
        lane.packets().discard(state, lane.reasons().tableFull);
        return false;
      }
      state.belongsTo(lane.untrackedConnection());
      return true;
    }
    state.belongsTo(of);
    state.newMac = lane.table().newMac();
    if (of.flow() >= 0) {
      lane.kernelPath().arrived(of, packet, state.newMac != 0);
    }
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
