package org.vtl.testkit;

import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;

/** Copies of packets in the order they came, at most so many, made beforehand. Any thread. */
final class FrameRing {
  private final PacketPool pool;
  private int first;
  private int size;

  FrameRing(int capacity) {
    pool = new PacketPool(capacity);
  }

  /** Keeps a copy; false when there is no room. */
  synchronized boolean add(Packet packet) {
    if (size == pool.capacity()) {
      return false;
    }
    pool.packet((first + size) % pool.capacity()).copyOf(packet);
    size++;
    notifyAll();
    return true;
  }

  /** Moves the oldest copy into {@code into}; false when there is none. */
  synchronized boolean take(Packet into) {
    if (size == 0) {
      return false;
    }
    into.copyOf(pool.packet(first));
    first = (first + 1) % pool.capacity();
    size--;
    return true;
  }

  /** As {@link #take}, but waits for one. */
  synchronized boolean take(Packet into, long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (size == 0) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return take(into);
  }

  synchronized int size() {
    return size;
  }

  synchronized void clear() {
    size = 0;
  }
}
