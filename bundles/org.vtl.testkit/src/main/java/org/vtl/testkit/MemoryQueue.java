package org.vtl.testkit;

import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/** A {@link MemoryPort} as one of several workers of a link has it open. */
final class MemoryQueue implements PacketPort {
  private final MemoryPort port;
  private final PortContext context;

  MemoryQueue(MemoryPort port, PortContext context) {
    this.port = port;
    this.context = context;
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
    return NO_DESCRIPTOR;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    return port.poll(context.worker(), batch);
  }

  @Override
  public int transmit(PacketBatch batch) throws PortException {
    return port.transmit(batch);
  }

  /** The whole port's, told by worker 0 alone so that sums over the workers are right. */
  @Override
  public PortStatistics statistics() {
    return context.worker() == 0 ? port.statistics() : new PortStatistics(0, 0, 0, 0, 0, 0);
  }

  @Override
  public boolean isExhausted() {
    return port.isExhausted();
  }

  @Override
  public void close() {
    port.close(context.worker());
  }
}
