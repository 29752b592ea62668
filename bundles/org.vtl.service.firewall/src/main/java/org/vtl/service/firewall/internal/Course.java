package org.vtl.service.firewall.internal;

import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.packet.Direction;
import org.vtl.service.firewall.internal.ruleset.Decision;
import org.vtl.service.firewall.internal.ruleset.State;

/**
 * The steady decisions of a connection that is under way, one for each direction, and how much of
 * what has passed is in the rules' counters. A connection of one packet has none, so that a flood
 * of them takes less. Recycled; its worker's.
 */
final class Course {
  private Connection connection;

  /** The policy that the decisions are of. */
  private long serial;

  /** The firewall left: what passes is known from the ends' own counts. */
  private boolean left;

  private Decision outbound;
  private Decision inbound;
  private State outboundState;
  private State inboundState;
  private long outboundPackets;
  private long outboundBytes;
  private long inboundPackets;
  private long inboundBytes;

  /** Makes it that of {@code connection}, of which policy {@code serial} has decided nothing. */
  void begin(Connection connection, long serial) {
    this.connection = connection;
    this.serial = serial;
    left = false;
    outbound = null;
    inbound = null;
    outboundState = null;
    inboundState = null;
  }

  /** Whether its decisions are those of policy {@code serial}. */
  boolean isOf(long serial) {
    return this.serial == serial;
  }

  /** The decision that holds for all packets of {@code direction} in {@code state}, or null. */
  Decision steady(Direction direction, State state) {
    return direction == Direction.OUTBOUND
        ? outboundState == state ? outbound : null
        : inboundState == state ? inbound : null;
  }

  /** Notes that {@code decision} holds for all packets of {@code direction} in {@code state}. */
  void setSteady(Direction direction, State state, Decision decision) {
    if (direction == Direction.OUTBOUND) {
      outbound = decision;
      outboundState = state;
    } else {
      inbound = decision;
      inboundState = state;
    }
  }

  /** Whether nothing is left to decide, whichever end sends. */
  boolean isDecided() {
    return outboundState == State.ESTABLISHED && inboundState == State.ESTABLISHED;
  }

  boolean isLeft() {
    return left;
  }

  /** The firewall leaves: what the ends have sent so far is counted. */
  void leave() {
    left = true;
    outboundPackets = connection.vm().packets();
    outboundBytes = connection.vm().bytes();
    inboundPackets = connection.network().packets();
    inboundBytes = connection.network().bytes();
  }

  /** A packet that the ends' counts include was decided, and so counted, all the same. */
  void counted(Direction direction, long bytes) {
    if (direction == Direction.OUTBOUND) {
      outboundPackets++;
      outboundBytes += bytes;
    } else {
      inboundPackets++;
      inboundBytes += bytes;
    }
  }

  /** Brings the rules' counters up to date with what passed since the firewall left. */
  void settle() {
    if (!left) {
      return;
    }
    Endpoint vm = connection.vm();
    Endpoint network = connection.network();
    outbound.counter().carried(vm.packets() - outboundPackets, vm.bytes() - outboundBytes);
    inbound.counter().carried(network.packets() - inboundPackets, network.bytes() - inboundBytes);
    leave();
  }

  /** The firewall is back. */
  void rejoin() {
    settle();
    left = false;
  }
}
