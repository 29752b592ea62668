package org.vtl.core.internal.connection;

import org.vtl.connection.Link;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;

/** What a connection asks of the lane that owns it. */
public interface ConnectionOwner {
  Link link();

  /** The number of {@code service} in the pipeline, 0 to 63, or -1 when it is not in it. */
  int serviceId(PacketService service);

  /**
   * Numbers of the services that {@code connection} is without: of {@link TrackedConnection#left},
   * those that have not changed since.
   */
  long left(TrackedConnection connection);

  /** Gives {@code connection} the chain without the services whose numbers are {@code left}. */
  void fit(TrackedConnection connection, long left);

  /** Whether the tracker found {@code packet} invalid. */
  boolean isInvalid(Packet packet);

  /** A service wants to see {@code connection}'s packets: they must come to VTL. */
  void wanted(TrackedConnection connection);

  /**
   * Something happened to {@code connection}, which is in the table. Only changes come here, so an
   * owner may remember them; one that does not has nothing to do.
   *
   * @param by whose doing it is: the sender of this direction; null for neither end's
   */
  default void happened(TrackedConnection connection, ConnectionEvent event, Direction by) {}
}
