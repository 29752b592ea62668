package org.vtl.service;

import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.connection.Connection;

/** Mix-in of a {@link PacketService}: told of connections that its chain has or had it in. */
@ConsumerType
public interface ConnectionListener {
  /** A connection was opened. On its worker, before its first packet is processed. */
  default void connectionOpened(Connection connection) {}

  /** A connection ended or was evicted; its slots are cleared after the call. On its worker. */
  default void connectionClosed(Connection connection) {}
}
