package org.vtl.service;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.connection.Connection;

/**
 * Mix-in of a {@link PacketService} whose state in connections outlives a replacement: the leaving
 * version writes it as neutral bytes, its successor (same name) reads them. A successor that does
 * not come within a minute finds nothing, and for one that is not there yet no more than 32 MB are
 * kept for each link ({@code core/states-lost} counts the rest). The {@linkplain
 * Connection#isTracked untracked} connection of each worker of a link is asked about first: what a
 * service keeps by link is handed over with it.
 *
 * <p>Both are called by the connection's worker, for one connection after the other while traffic
 * goes on, and always before the successor is shown the connection. The predecessor sees no packet
 * any more, and its bundle stays until it has been asked about every connection.
 */
@ConsumerType
public interface StateHandover {
  /**
   * Writes this service's state in {@code connection}, at most {@code to.remaining()} (1,024)
   * bytes, beginning with a version of its own.
   *
   * @return false to hand over nothing
   */
  boolean save(Connection connection, ByteBuffer to);

  /** Reads what a predecessor, of any version, saved; bytes it does not understand it ignores. */
  void restore(Connection connection, ByteBuffer from);
}
