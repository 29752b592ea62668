package org.vtl.service.impair.internal;

import org.vtl.connection.Connection;
import org.vtl.packet.Packet;

/**
 * Packets on their way through an emulated line, the one due first on top: a binary heap in arrays
 * made beforehand. Packets due at the same time keep their order. Used by one worker.
 */
final class HeldPackets {
  private final Packet[] packets;
  private final Connection[] connections;
  private final long[] connectionIds;
  private final long[] dues;
  private final long[] orders;
  private final int[] heap;
  private int size;
  private long nextOrder;

  HeldPackets(int capacity) {
    packets = new Packet[capacity];
    connections = new Connection[capacity];
    connectionIds = new long[capacity];
    dues = new long[capacity];
    orders = new long[capacity];
    // Beyond size the heap lists the free places.
    heap = new int[capacity];
    for (int place = 0; place < capacity; place++) {
      heap[place] = place;
    }
  }

  int size() {
    return size;
  }

  int capacity() {
    return heap.length;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Puts a packet in; there must be room. */
  void add(Packet packet, Connection connection, long due) {
    add(packet, connection, connection.id(), due);
  }

  private void add(Packet packet, Connection connection, long connectionId, long due) {
    int place = heap[size];
    packets[place] = packet;
    connections[place] = connection;
    connectionIds[place] = connectionId;
    dues[place] = due;
    orders[place] = nextOrder++;
    siftUp(size++);
  }

  /** When the first packet is due, in nanoseconds; only while not empty. */
  long due() {
    return dues[heap[0]];
  }

  Packet packet() {
    return packets[heap[0]];
  }

  /** The first packet's connection, or {@code otherwise} when it has ended meanwhile. */
  Connection connection(Connection otherwise) {
    int place = heap[0];
    // The engine recycles connections: the object may stand for another one by now.
    return connections[place].id() == connectionIds[place] ? connections[place] : otherwise;
  }

  /** Takes the first packet out. */
  void remove() {
    int place = heap[0];
    packets[place] = null;
    connections[place] = null;
    heap[0] = heap[--size];
    heap[size] = place;
    siftDown();
  }

  /** Forgets all packets. */
  void clear() {
    while (size > 0) {
      int place = heap[--size];
      packets[place] = null;
      connections[place] = null;
    }
  }

  /** Takes over what {@code other} holds, in its order; there must be room. */
  void addAll(HeldPackets other) {
    while (!other.isEmpty()) {
      int place = other.heap[0];
      add(
          other.packets[place],
          other.connections[place],
          other.connectionIds[place],
          other.dues[place]);
      other.remove();
    }
  }

  private boolean isBefore(int place, int other) {
    long difference = dues[place] - dues[other];
    return difference != 0 ? difference < 0 : orders[place] < orders[other];
  }

  private void siftUp(int from) {
    int at = from;
    int place = heap[at];
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!isBefore(place, heap[parent])) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = place;
  }

  private void siftDown() {
    int at = 0;
    int place = heap[0];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], place)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = place;
  }
}
