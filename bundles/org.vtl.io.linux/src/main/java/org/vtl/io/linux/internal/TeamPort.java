package org.vtl.io.linux.internal;

import org.vtl.packet.PacketBatch;
import org.vtl.port.FlowOffload;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/** One worker's port of a {@link PortTeam}: lost when another's is. */
final class TeamPort implements PacketPort {
  private final PortTeam team;
  private final int worker;
  private final PacketPort port;

  TeamPort(PortTeam team, int worker, PacketPort port) {
    this.team = team;
    this.worker = worker;
    this.port = port;
  }

  @Override
  public Offloads offloads() {
    return port.offloads();
  }

  @Override
  public int mtu() {
    return port.mtu();
  }

  @Override
  public int descriptor() {
    return port.descriptor();
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    requireTeam();
    return port.poll(batch);
  }

  @Override
  public int transmit(PacketBatch batch) throws PortException {
    requireTeam();
    return port.transmit(batch);
  }

  private void requireTeam() throws PortException {
    if (team.isBroken()) {
      throw team.brokenPort();
    }
  }

  @Override
  public PortStatistics statistics() {
    return port.statistics();
  }

  /** The system's programs belong to the interface, of which each worker has a part. */
  @Override
  public FlowOffload offloadTo(PacketPort network, int connections) throws PortException {
    throw new PortException("the link has several workers, set workers to 1 to have it");
  }

  @Override
  public String obstacle() {
    return port.obstacle();
  }

  @Override
  public void close() {
    team.close(worker);
  }
}
