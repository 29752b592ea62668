package org.vtl.itests.probe;

import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;

/** A service that has decided as soon as it sees a connection. */
public final class LeaveProbe implements PacketService {
  @Override
  public Verdict process(Packet packet, Connection connection) {
    connection.leave(this);
    return Verdict.CONTINUE;
  }
}
