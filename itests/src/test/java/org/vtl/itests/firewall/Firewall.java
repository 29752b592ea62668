package org.vtl.itests.firewall;

import java.io.IOException;
import org.vtl.packet.Direction;

/** A firewall between a VM and its network, to which IP datagrams are given. */
interface Firewall extends AutoCloseable {
  /** Has {@code datagram} arrive; by the return it has been judged. */
  void arrive(Direction direction, byte[] datagram) throws IOException;

  /** The next datagram that has left in {@code direction}, or null. */
  byte[] left(Direction direction);

  /** Some time passes, on a clock that can be moved. */
  default void rest() {}

  @Override
  void close() throws IOException;
}
