package org.vtl.io.pcap.internal;

import org.vtl.port.PortStatistics;

/** A port's counters, to be written by different threads for each direction. */
final class PortCounters {
  private volatile long receivedFrames;
  private volatile long receivedBytes;
  private volatile long transmittedFrames;
  private volatile long transmittedBytes;
  private volatile long missedFrames;
  private volatile long refusedFrames;

  // Each counter has one writer: reading and writing a volatile loses no update.
  void received(int frames, long bytes) {
    receivedFrames += frames;
    receivedBytes += bytes;
  }

  void transmitted(int frames, long bytes) {
    transmittedFrames += frames;
    transmittedBytes += bytes;
  }

  void missed(long frames) {
    missedFrames += frames;
  }

  void refused(int frames) {
    refusedFrames += frames;
  }

  PortStatistics snapshot() {
    return new PortStatistics(
        receivedFrames,
        receivedBytes,
        transmittedFrames,
        transmittedBytes,
        missedFrames,
        refusedFrames);
  }
}
