package org.vtl.bench.bystander;

import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;

/**
 * A service that wants nothing: it leaves each connection at its first packet, as a filter does
 * that has decided. Those that declare only traffic which is not there are never called.
 */
public final class Bystander implements PacketService {
  @Override
  public Verdict process(Packet packet, Connection connection) {
    connection.leave(this);
    return Verdict.CONTINUE;
  }
}
