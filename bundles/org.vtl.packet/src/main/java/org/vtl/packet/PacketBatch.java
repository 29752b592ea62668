package org.vtl.packet;

/**
 * Up to a fixed number of packets that cross a port in one call.
 *
 * <p>To poll: the worker puts free packets in, the port fills the first ones ({@link Packet#frame},
 * offloads) and returns how many. To transmit: the worker puts sealed packets in. Used by one
 * thread.
 */
public final class PacketBatch {
  private final Packet[] packets;
  private int size;

  public PacketBatch(int capacity) {
    packets = new Packet[capacity];
  }

  public int capacity() {
    return packets.length;
  }

  public int size() {
    return size;
  }

  public boolean isFull() {
    return size == packets.length;
  }

  /** Packet {@code index}, 0 to {@link #size} - 1. */
  public Packet get(int index) {
    return packets[index];
  }

  /** Adds a packet; the batch must not be full. */
  public void add(Packet packet) {
    packets[size] = packet;
    size++;
  }

  /** Puts a packet into the place {@code index}, 0 to {@link #size} - 1, of another. */
  public void set(int index, Packet packet) {
    packets[index] = packet;
  }

  /** Removes the last packet and returns it. */
  public Packet removeLast() {
    Packet last = packets[--size];
    packets[size] = null;
    return last;
  }

  /** Removes the first {@code count} packets; the others move up. */
  public void removeFirst(int count) {
    System.arraycopy(packets, count, packets, 0, size - count);
    for (int i = size - count; i < size; i++) {
      packets[i] = null;
    }
    size -= count;
  }

  /** Forgets all packets. */
  public void clear() {
    removeFirst(size);
  }
}
