package org.vtl.service;

import org.osgi.annotation.versioning.ProviderType;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;

/**
 * Makes packets and sends them from a service's place in the pipeline on. All methods must run on
 * the worker that owns the connection: in {@code process}, a timer, a listener, or a task given to
 * {@link org.vtl.connection.Link#execute}; elsewhere they throw {@link IllegalStateException}.
 */
@ProviderType
public interface Injector {
  /**
   * A packet that fits the connection as it stands: the addresses, MACs, VLAN tags, TTL and next IP
   * identification of the end it pretends to come from; for TCP an ACK segment without payload, its
   * sequence number that end's next, acknowledging all that the other end sent, with that end's
   * last window and the options that were negotiated (timestamps). Fill in payload or flags, then
   * {@link #inject} it before the next one is made: injecting moves the model on. A service that
   * puts bytes of its own into a live stream first says so to {@link ServiceContext#sequenceMap}.
   *
   * @return null when no packet is free or the connection is untracked
   */
  Packet newPacket(Connection connection, Direction direction);

  /**
   * An empty packet on {@code link}, to be built from the Ethernet header on; null if none is free.
   */
  Packet newFrame(Link link);

  /** A copy of {@code packet}, or null when none is free. */
  Packet copy(Packet packet);

  /**
   * Sends a packet made or taken by this service in {@code packet.direction()}: it enters after
   * this service, is tracked as sent by VTL and not as the guest's, and never comes back to this
   * service. The packet must be parsed and is the engine's from now on.
   */
  void inject(Packet packet, Connection connection);

  /** Gives back a packet made or taken by this service without sending it. */
  void release(Packet packet);

  /**
   * Packets this service may still take or make on {@code link}'s worker. At 0, {@link
   * Verdict#TAKE} drops the packet, counted, so that no service can starve the others of packets.
   */
  int allowance(Link link);
}
