package org.vtl.bench.micro;

import org.vtl.connection.Link;
import org.vtl.core.internal.connection.ConnectionOwner;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;

/** An owner for a table that has no lane: no service, and nobody who remembers what happened. */
final class NoLane implements ConnectionOwner {
  @Override
  public Link link() {
    return null;
  }

  @Override
  public int serviceId(PacketService service) {
    return -1;
  }

  @Override
  public long left(TrackedConnection connection) {
    return 0;
  }

  @Override
  public void fit(TrackedConnection connection, long left) {
    // nothing measured here has a chain
  }

  @Override
  public boolean isInvalid(Packet packet) {
    return false;
  }

  @Override
  public void wanted(TrackedConnection connection) {
    // nothing but the table carries its packets
  }
}
