package org.vtl.core.internal.engine;

import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;

/**
 * Frames on their way from the worker at which they arrived to the one that owns them, in order.
 * One worker adds, one removes; neither waits. A port that divides frames as it should leaves this
 * empty, so the memory is made when the first frame comes.
 */
final class Handover implements AutoCloseable {
  private static final int CAPACITY = 256;

  private volatile PacketPool copies;

  // Each written by one side alone; the other sees the frame's bytes once it sees the count.
  private volatile long added;
  private volatile long removed;

  boolean isEmpty() {
    return added == removed;
  }

  /** Frames on their way. */
  int size() {
    return (int) (added - removed);
  }

  /** Keeps a copy of {@code packet}; false when there is no room. The giving worker's. */
  boolean add(Packet packet) {
    long count = added;
    if (count - removed == CAPACITY) {
      return false;
    }
    PacketPool places = copies;
    if (places == null) {
      places = new PacketPool(CAPACITY);
      copies = places;
    }
    places.packet((int) (count % CAPACITY)).copyOf(packet);
    added = count + 1;
    return true;
  }

  /** Moves the oldest frame into {@code packet}; only while not empty. The owning worker's. */
  void remove(Packet packet) {
    long count = removed;
    packet.copyOf(copies.packet((int) (count % CAPACITY)));
    removed = count + 1;
  }

  /** Frees the memory; neither worker runs any more. */
  @Override
  public void close() {
    PacketPool places = copies;
    if (places != null) {
      places.close();
    }
  }
}
