package org.vtl.connection;

import org.osgi.annotation.versioning.ProviderType;
import org.vtl.packet.Packet;

/**
 * Opens and finds connections. All methods on the worker that owns {@code link}; where a link has
 * several, each knows its own connections only, and {@link Link#owner} names the worker of others.
 */
@ProviderType
public interface Connections {
  /** The connection {@code key} names on {@code link}, or null; also null if another owns it. */
  Connection find(Link link, ConnectionKey key);

  /**
   * The connection of {@code packet}, opened if it is new, its model set up from the packet as if
   * it had just arrived.
   *
   * @return null when the packet can belong to none, or the table is full of established ones
   * @throws IllegalArgumentException if its packets belong to another worker of the link
   */
  Connection open(Link link, Packet packet);

  /**
   * The connection {@code key} names, opened by hand if it is new, with nothing known of it.
   *
   * @throws IllegalArgumentException if its packets belong to another worker: see {@link
   *     Link#owner}
   */
  Connection open(Link link, ConnectionKey key);

  /** Forgets {@code connection} at once; nothing is sent. */
  void close(Connection connection);
}
