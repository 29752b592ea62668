package org.vtl.io.linux.internal;

import org.vtl.port.PortStatistics;

/** A port's counters: written by its worker, once per batch, and read from any thread. */
final class PortCounters {
  private volatile long receivedFrames;
  private volatile long receivedBytes;
  private volatile long transmittedFrames;
  private volatile long transmittedBytes;
  private volatile long missedFrames;
  private volatile long refusedFrames;

  // One writer: reading and writing a volatile loses no update.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void received(int frames, long bytes) {
    receivedFrames += frames;
    receivedBytes += bytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  void transmitted(int frames, long bytes) {
    transmittedFrames += frames;
    transmittedBytes += bytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  void missed(long frames) {
    missedFrames += frames;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  void refused(int frames) {
    refusedFrames += frames;
  }

  long receivedFrames() {
    return receivedFrames;
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
