package org.vtl.io.pcap.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortStatistics;

/**
 * Writes what it is sent into a capture file; nothing ever arrives. Each batch is in the file when
 * the call returns. A batch that the disk does not take is refused, and the file ends before it.
 */
final class CaptureFileWriterPort implements PacketPort {
  private static final Logger LOG = System.getLogger(CaptureFileWriterPort.class.getName());

  /** The longest IP packet there is. */
  private static final int MTU = 65_535;

  private final String path;
  private final FileChannel channel;
  private final CaptureEncoder encoder;
  private final PortCounters counters = new PortCounters();
  private final long epochNanos;
  private boolean failed;

  /** Takes over an empty file. */
  CaptureFileWriterPort(String path, FileChannel channel, CaptureEncoder encoder)
      throws IOException {
    this.path = path;
    this.channel = channel;
    this.encoder = encoder;
    Instant now = Instant.now();
    epochNanos = now.getEpochSecond() * 1_000_000_000 + now.getNano() - System.nanoTime();
    encoder.begin();
    try {
      drain();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
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
    return 0;
  }

  @Override
  public int transmit(PacketBatch batch) {
    int size = batch.size();
    long bytes = 0;
    try {
      if (failed) {
        throw new IOException("it failed before");
      }
      long nanos = epochNanos + System.nanoTime();
      for (int i = 0; i < size; i++) {
        if (!encoder.frame(batch.get(i), nanos)) {
          drain();
          encoder.frame(batch.get(i), nanos);
        }
        bytes += batch.get(i).length();
      }
      drain();
      counters.transmitted(size, bytes);
    } catch (IOException e) {
      counters.refused(size);
      if (!failed) {
        failed = true;
        LOG.log(
            Level.WARNING,
            "Capture file {0} cannot be written on: {1}; it ends here, make room and open the port"
                + " again.",
            path,
            e.getMessage());
      }
    }
    return size;
  }

  private void drain() throws IOException {
    ByteBuffer buffer = encoder.buffer();
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } finally {
      buffer.clear();
    }
  }

  @Override
  public PortStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public boolean isExhausted() {
    return true;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Capture file " + path + " did not close cleanly.", e);
    }
  }
}
