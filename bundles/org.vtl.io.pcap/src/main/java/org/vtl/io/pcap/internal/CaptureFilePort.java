package org.vtl.io.pcap.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.pcapng.CaptureReader;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortStatistics;

/**
 * Replays a capture file, once. Frames for the port have nowhere to go and are refused.
 *
 * <p>A packet that neither is an Ethernet frame nor can be made one is left out and counted as
 * missed. Where a damaged file ends before its time the port is exhausted; the log says why.
 */
final class CaptureFilePort implements PacketPort {
  private static final Logger LOG = System.getLogger(CaptureFilePort.class.getName());

  /** The longest IP packet there is. */
  private static final int MTU = 65_535;

  /** A poll that finds only packets to leave out ends all the same. */
  private static final int LEFT_OUT_PER_POLL = 1_024;

  private final String address;
  private final CaptureReader reader;
  private final boolean timed;
  private final long firstNanos;
  private final PortCounters counters = new PortCounters();
  private boolean started;
  private long startNanos;
  private boolean exhausted;
  private long leftOut;

  /** Takes over a reader, which has a packet unless {@code first} is false. */
  CaptureFilePort(String address, CaptureReader reader, boolean first, boolean timed) {
    this.address = address;
    this.reader = reader;
    this.timed = timed;
    firstNanos = first ? reader.nanos() : 0;
    exhausted = !first;
  }

  @Override
  public Offloads offloads() {
    return Offloads.NONE;
  }

  @Override
  public int mtu() {
    return MTU;
  }

  @Override
  public int descriptor() {
    return NO_DESCRIPTOR;
  }

  @Override
  public int poll(PacketBatch batch) {
    int filled = 0;
    int skipped = 0;
    long bytes = 0;
    while (!exhausted && filled < batch.size() && skipped < LEFT_OUT_PER_POLL && isDue()) {
      Packet packet = batch.get(filled);
      if (reader.read(packet)) {
        packet.setChecksumState(ChecksumState.UNKNOWN);
        bytes += packet.length();
        filled++;
      } else {
        skipped++;
      }
      advance();
    }
    counters.received(filled, bytes);
    if (skipped > 0) {
      leftOut += skipped;
      counters.missed(skipped);
    }
    return filled;
  }

  /** Whether the current packet's time has come, counted from the first poll. */
  private boolean isDue() {
    if (!timed) {
      return true;
    }
    long now = System.nanoTime();
    if (!started) {
      started = true;
      startNanos = now;
    }
    return now - startNanos >= reader.nanos() - firstNanos;
  }

  private void advance() {
    String why;
    try {
      if (reader.next()) {
        return;
      }
      why = reader.problem();
    } catch (IOException e) {
      why = "The capture file cannot be read on: " + e.getMessage() + ".";
    }
    exhausted = true;
    if (why != null) {
      LOG.log(Level.WARNING, "Port {0} ends early: {1}", address, why);
    }
    if (leftOut > 0) {
      LOG.log(
          Level.WARNING,
          "Port {0} left out {1} packets, which are no Ethernet frames.",
          address,
          leftOut);
    }
  }

  @Override
  public int transmit(PacketBatch batch) {
    counters.refused(batch.size());
    return batch.size();
  }

  @Override
  public PortStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public boolean isExhausted() {
    return exhausted;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Port " + address + " did not close cleanly.", e);
    }
  }
}
