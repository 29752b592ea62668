package org.vtl.bench.micro;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortStatistics;

/** A port at which the same frame arrives whenever it is told so, and which swallows the rest. */
final class MirrorPort implements PacketPort {
  private final Packet frame;
  private int arriving;
  private long polled;
  private long transmitted;

  /** A port at which copies of {@code frame} arrive; null if nothing ever does. */
  MirrorPort(Packet frame) {
    this.frame = frame;
  }

  /** The next polls give {@code count} frames in all. */
  void arrive(int count) {
    arriving = count;
  }

  long transmitted() {
    return transmitted;
  }

  @Override
  public Offloads offloads() {
    return Offloads.ALL;
  }

  @Override
  public int mtu() {
    return 1500;
  }

  @Override
  public int descriptor() {
    return NO_DESCRIPTOR;
  }

  @Override
  public int poll(PacketBatch batch) {
    int count = Math.min(arriving, batch.size());
    for (int i = 0; i < count; i++) {
      Packet packet = batch.get(i);
      packet.frame(Packet.HEADROOM, frame.length());
      MemorySegment.copy(
          frame.memory(), frame.start(), packet.memory(), packet.start(), frame.length());
      packet.setChecksumState(ChecksumState.VALID);
    }
    arriving -= count;
    polled += count;
    return count;
  }

  @Override
  public int transmit(PacketBatch batch) {
    transmitted += batch.size();
    return batch.size();
  }

  @Override
  public PortStatistics statistics() {
    return new PortStatistics(polled, 0, transmitted, 0, 0, 0);
  }

  @Override
  public void close() {}
}
