package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Packet;

/** What a lane keeps with each packet of its pool. */
final class PacketState {
  /** Whose the packet is. */
  enum Owner {
    /** The pool's. */
    POOL,
    /** The lane's: on its way through the pipeline. */
    LANE,
    /** A service's: taken, or made and not injected yet. */
    SERVICE,
    /** The lane's again: waiting to go on. */
    QUEUE,
    /** The lane's still: waiting to be transmitted. */
    EGRESS,
    /** Nobody's: shown to a service that did not return. */
    ABANDONED
  }

  final Packet packet;
  final Lane lane;
  Owner owner = Owner.POOL;
  TrackedConnection connection;
  long connectionId;
  boolean invalid;

  /** Its source MAC address as it arrived, if its sender was known by another; else 0. */
  long newMac;

  /** Made by VTL, not by an end. */
  boolean made;

  /** The service that holds the packet, or after which it goes on; null for the beginning. */
  ServiceEntry service;

  long heldNanos;

  // The list the packet is in: its service's, or a queue.
  PacketState previous;
  PacketState next;

  PacketState(Packet packet, Lane lane) {
    this.packet = packet;
    this.lane = lane;
  }

  void begin(Owner owner) {
    this.owner = owner;
    connection = null;
    connectionId = 0;
    invalid = false;
    newMac = 0;
    made = false;
    service = null;
  }

  void belongsTo(TrackedConnection connection) {
    this.connection = connection;
    this.connectionId = connection.id();
  }
}
