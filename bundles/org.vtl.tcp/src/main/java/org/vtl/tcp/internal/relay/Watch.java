package org.vtl.tcp.internal.relay;

import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.Relay.State;

/**
 * Follows two ends that speak to each other, in a handshake or long after it, until endpoints can
 * take over. One split relay's; keeps what is new in its streams.
 */
final class Watch {
  /** What becomes of a packet. */
  enum Step {
    /** It passes, as it came or with what is new taken out. */
    PASS,
    /** The ends agree on no connection that a relay can be in; it passes. */
    GIVE_UP,
    /** All of it is kept. */
    KEEP,
    /** All that passed has been acknowledged: the packet is for the endpoints. */
    TAKE_OVER
  }

  private final SplitRelay relay;
  private final Handover handover = new Handover();

  /** Whether no packet was seen yet of the live connection that the relay joins. */
  private boolean isStrange;

  Watch(SplitRelay relay) {
    this.relay = relay;
  }

  /** Begins with a handshake, or, where {@code lives}, with a connection's next packet. */
  void begin(Connection connection, boolean lives) {
    handover.begin(connection.opener());
    isStrange = lives;
  }

  Handover handover() {
    return handover;
  }

  /** Follows {@code packet}, which is no fragment. */
  Step see(Packet packet, long now) {
    TcpHeader tcp = packet.tcp();
    if (relay.connection.isInvalid(packet)) {
      return Step.PASS; // as it came: who gets it knows what to do
    }
    if (tcp.isRst()) {
      return Step.GIVE_UP;
    }
    if (tcp.isSyn()) {
      relay.limit(packet);
      // Behind the handshake it is an old one: what it says counts no more.
      boolean shakes = relay.state != State.OPENING || handover.shake(packet, now);
      return shakes ? Step.PASS : Step.GIVE_UP;
    }
    return isLiving(now) ? divide(packet) : isStrange ? Step.GIVE_UP : Step.PASS;
  }

  /** Whether both ends have agreed on a connection and neither has ended it. */
  private boolean isLiving(long now) {
    Connection connection = relay.connection;
    if (isStrange) {
      // Only now: the packet at hand when it was inserted has gone on, and counts as delivered.
      if (connection.vm().finished() || connection.network().finished()) {
        return false;
      }
      isStrange = false;
      handover.begin(connection);
    }
    if (relay.state == State.OPENING) {
      if (!connection.isEstablished()) {
        return false;
      }
      if (handover.isComplete()) {
        handover.mark(now);
      } else {
        handover.begin(connection);
      }
      relay.become(State.JOINING);
    }
    return true;
  }

  private Step divide(Packet packet) {
    boolean news = handover.acknowledge(packet);
    if (handover.isOver()) {
      return Step.TAKE_OVER;
    }
    return handover.divide(packet, relay.of(packet.direction()), news) ? Step.PASS : Step.KEEP;
  }
}
