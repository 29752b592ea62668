package org.vtl.service.firewall.internal;

import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.packet.Direction;
import org.vtl.service.firewall.internal.ruleset.CountTickets;
import org.vtl.service.firewall.internal.ruleset.Decision;
import org.vtl.service.firewall.internal.ruleset.State;

/**
 * What the firewall keeps of one connection: whether a packet of it was ever accepted, the steady
 * decision of each direction, and how much of what has passed is in the rules' counters. Recycled;
 * its worker's.
 */
final class Verdicts {
  final CountTickets tickets = new CountTickets();

  /** Whose list it is in; null while it is in none. */
  OpenConnections list;

  Verdicts older;
  Verdicts newer;
  Connection connection;

  /** The policy that the steady decisions are of. */
  private long serial;

  /** A packet was accepted: until then the connection is one that nobody opened. */
  private boolean accepted;

  /** The operator ended it; whatever still comes is refused. */
  private boolean ended;

  /** The firewall left it: what passes is known from the ends' own counts. */
  private boolean left;

  private Decision outbound;
  private Decision inbound;
  private State outboundState;
  private State inboundState;
  private long outboundPackets;
  private long outboundBytes;
  private long inboundPackets;
  private long inboundBytes;

  /** Whether its decisions are those of policy {@code serial}. */
  boolean isOf(long serial) {
    return this.serial == serial;
  }

  /** Forgets what another policy than {@code serial} decided; it is decided anew. */
  void renew(long serial) {
    if (this.serial != serial) {
      rejoin();
      outbound = null;
      inbound = null;
      this.serial = serial;
    }
  }

  /** The firewall is back. */
  void rejoin() {
    settle();
    left = false;
  }

  boolean isAccepted() {
    return accepted;
  }

  void accept() {
    accepted = true;
  }

  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
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
    return outbound != null
        && inbound != null
        && outboundState == State.ESTABLISHED
        && inboundState == State.ESTABLISHED;
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

  /** Makes it fresh for another connection. */
  void clear() {
    if (list != null) {
      list.remove(this);
    }
    tickets.release();
    connection = null;
    serial = 0;
    accepted = false;
    ended = false;
    left = false;
    outbound = null;
    inbound = null;
    outboundState = null;
    inboundState = null;
  }
}
