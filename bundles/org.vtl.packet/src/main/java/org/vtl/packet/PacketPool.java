package org.vtl.packet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A fixed number of packets in one shared slab. It never grows: an empty pool returns null, and the
 * caller counts that.
 *
 * <p>Each slot is a slice of its own, so a bounds check guards the neighbour. Pages are taken from
 * the system when a slot is first used; the last slot released is the first taken again, so a quiet
 * pool touches few. Used by one thread at a time. {@link #close} frees the slab; slots still out
 * throw {@link IllegalStateException} on access from then on.
 */
public final class PacketPool implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Packet[] packets;
  private final Packet[] idle;
  private int idleCount;

  /** A pool of {@code capacity} packets, 1 to 30,000. */
  public PacketPool(int capacity) {
    this(capacity, false);
  }

  private PacketPool(int capacity, boolean large) {
    if (capacity < 1 || capacity > 30_000) {
      throw new IllegalArgumentException(
          "A packet pool holds 1 to 30,000 packets, not " + capacity + ".");
    }
    long bytes = (long) capacity * Packet.SLOT_SIZE;
    MemorySegment slab =
        large ? LargeMemory.allocate(arena, bytes) : LargeMemory.inSmallPages(arena, bytes);
    packets = new Packet[capacity];
    idle = new Packet[capacity];
    for (int i = 0; i < capacity; i++) {
      Packet packet = new Packet(this, slab.asSlice((long) i * Packet.SLOT_SIZE, Packet.SLOT_SIZE));
      packet.free = true;
      packets[i] = packet;
      idle[capacity - 1 - i] = packet;
    }
    idleCount = capacity;
  }

  /**
   * A pool of {@code capacity} packets, 1 to 30,000, in {@link LargeMemory}: for one that gives
   * each packet back soon. One that goes through all its slots in turn would have all of them
   * resident.
   */
  public static PacketPool inLargePages(int capacity) {
    return new PacketPool(capacity, true);
  }

  /** Number of packets, out or idle. */
  public int capacity() {
    return packets.length;
  }

  /** Number of packets that can be acquired now. */
  public int available() {
    return idleCount;
  }

  /** Packet {@code index} of all, 0 to {@link #capacity} - 1, whether out or idle. */
  public Packet packet(int index) {
    return packets[index];
  }

  /** A packet holding whatever it last held, or null when all are out. */
  public Packet acquire() {
    if (idleCount == 0) {
      return null;
    }
    Packet packet = idle[--idleCount];
    packet.free = false;
    return packet;
  }

  /**
   * Returns a packet to the pool; the caller must not touch it again.
   *
   * @throws IllegalStateException if it is in the pool already
   * @throws IllegalArgumentException if it belongs to another pool
   */
  public void release(Packet packet) {
    if (packet.pool != this) {
      throw new IllegalArgumentException(
          "A packet was released to another pool than it came from; hand it back to the worker that"
              + " delivered it.");
    }
    if (packet.free) {
      throw new IllegalStateException(
          "A packet was released twice; a service must either return TAKE and release or inject it"
              + " once, or do neither.");
    }
    packet.free = true;
    idle[idleCount++] = packet;
  }

  @Override
  public void close() {
    arena.close();
  }
}
