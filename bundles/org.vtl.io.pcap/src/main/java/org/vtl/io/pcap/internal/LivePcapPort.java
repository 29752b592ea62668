package org.vtl.io.pcap.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/**
 * An Ethernet interface through libpcap, where the system's own port cannot be had.
 *
 * <p>Unlike other ports it allocates for each frame, in Pcap4J and JNA, carries no offloads, and
 * has no descriptor to wait for: Pcap4J does not tell it. The handle does not block; one that does
 * never returns from an idle link, whatever its timeout.
 */
final class LivePcapPort implements PacketPort {
  private static final long CHECK_INTERVAL_NANOS = 1_000_000_000;

  private final String address;
  private final String name;
  private final InterfaceState first;
  private final PcapHandle handle;
  private final PortCounters counters = new PortCounters();
  private volatile int mtu = 1500;
  private long nextCheckNanos;
  private long droppedBefore;

  /** Takes over the handle; {@code first} is the interface's state, or null if not known. */
  LivePcapPort(String address, String name, InterfaceState first, PcapHandle handle) {
    this.address = address;
    this.name = name;
    this.first = first;
    this.handle = handle;
    if (first != null) {
      mtu = first.mtu();
    }
    nextCheckNanos = System.nanoTime() + CHECK_INTERVAL_NANOS;
  }

  @Override
  public Offloads offloads() {
    return Offloads.NONE;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public int descriptor() {
    return NO_DESCRIPTOR;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    check();
    int filled = 0;
    long bytes = 0;
    try {
      while (filled < batch.size()) {
        byte[] frame = handle.getNextRawPacket();
        if (frame == null) {
          break;
        }
        Packet packet = batch.get(filled++);
        MemorySegment.copy(
            frame, 0, packet.memory(), ValueLayout.JAVA_BYTE, Packet.HEADROOM, frame.length);
        packet.frame(Packet.HEADROOM, frame.length);
        packet.setChecksumState(ChecksumState.UNKNOWN);
        bytes += frame.length;
      }
    } catch (NotOpenException e) {
      throw lost("libpcap has closed it; it is opened again");
    }
    if (filled > 0) {
      counters.received(filled, bytes);
    }
    return filled;
  }

  @Override
  public int transmit(PacketBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      Packet packet = batch.get(i);
      byte[] frame = new byte[packet.length()];
      MemorySegment.copy(
          packet.memory(), ValueLayout.JAVA_BYTE, packet.start(), frame, 0, frame.length);
      try {
        handle.sendPacket(frame);
        counters.transmitted(1, frame.length);
      } catch (PcapNativeException | NotOpenException e) {
        counters.refused(1);
      }
    }
    return batch.size();
  }

  /** Once a second: is the interface still ours, how long is its MTU, what did the system drop. */
  private void check() throws PortException {
    long time = System.nanoTime();
    if (time - nextCheckNanos < 0) {
      return;
    }
    nextCheckNanos = time + CHECK_INTERVAL_NANOS;
    // Unknown at opening means that this system does not show it: then nothing can be told.
    if (first != null) {
      InterfaceState now = InterfaceState.of(name);
      if (now == null) {
        throw lost("it was deleted or renamed; create it again or correct the address");
      }
      if (now.index() != first.index()) {
        throw lost("it was replaced by another of that name; it is opened again");
      }
      if (!now.up()) {
        throw lost("it went down; bring it up with your system's tool");
      }
      mtu = now.mtu();
    }
    try {
      long dropped = handle.getStats().getNumPacketsDropped();
      counters.missed(Math.max(0, dropped - droppedBefore));
      droppedBefore = dropped;
    } catch (PcapNativeException | NotOpenException e) {
      // Not every system counts.
    }
  }

  private PortException lost(String why) {
    return new PortException("Port " + address + " is lost: interface " + name + ": " + why + ".");
  }

  @Override
  public PortStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public void close() {
    handle.close();
  }
}
