package org.vtl.io.linux.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One of the four rings that an AF_XDP socket shares with the kernel (Documentation/networking/
 * af_xdp.rst): entries are prepared and then published, or read and then released, several at a
 * time. One side of it, used by one thread.
 */
final class XdpRing {
  /** Bytes of an entry of the fill and completion rings: an address in the UMEM. */
  static final int ADDRESS = 8;

  /** Bytes of an entry of the receive and transmit rings, a struct xdp_desc. */
  static final int DESCRIPTOR = 16;

  private static final VarHandle INDEX = ValueLayout.JAVA_INT.varHandle();
  private static final int LENGTH_OFFSET = 8;
  private static final int OPTIONS_OFFSET = 12;

  private final MemorySegment memory;
  private final long producer;
  private final long consumer;
  private final long flags;
  private final MemorySegment entries;
  private final int entryLength;
  private final int size;
  private final int mask;
  private final boolean produces;

  /** The index that this side moves, up to what was prepared or read so far. */
  private int own;

  /** What was last seen of the other side's. */
  private int other;

  /**
   * @param memory the mapped ring
   * @param offsets where its parts lie, a struct xdp_ring_offset
   * @param size entries, a power of 2
   * @param produces whether this side writes the entries
   */
  XdpRing(
      MemorySegment memory, MemorySegment offsets, int size, int entryLength, boolean produces) {
    this.memory = memory;
    producer = offsets.get(ValueLayout.JAVA_LONG, 0);
    consumer = offsets.get(ValueLayout.JAVA_LONG, 8);
    flags = offsets.get(ValueLayout.JAVA_LONG, 24);
    long first = offsets.get(ValueLayout.JAVA_LONG, 16);
    entries = memory.asSlice(first, (long) size * entryLength);
    this.entryLength = entryLength;
    this.size = size;
    this.mask = size - 1;
    this.produces = produces;
  }

  int size() {
    return size;
  }

  /** Entries that can be read now, or written now; looks at the other side only when it must. */
  int available(int wanted) {
    int known = known();
    if (known < wanted) {
      other = (int) INDEX.getAcquire(memory, produces ? consumer : producer);
      known = known();
    }
    return known;
  }

  private int known() {
    return produces ? size - (own - other) : other - own;
  }

  /** Entries published that the other side has not taken yet. */
  int pending() {
    other = (int) INDEX.getAcquire(memory, consumer);
    return own - other;
  }

  /** The UMEM address in entry {@code index} after those released, or to be published. */
  long address(int index) {
    return entries.get(ValueLayout.JAVA_LONG, entry(index));
  }

  int length(int index) {
    return entries.get(ValueLayout.JAVA_INT, entry(index) + LENGTH_OFFSET);
  }

  void setAddress(int index, long address) {
    entries.set(ValueLayout.JAVA_LONG, entry(index), address);
  }

  void setDescriptor(int index, long address, int length) {
    long at = entry(index);
    entries.set(ValueLayout.JAVA_LONG, at, address);
    entries.set(ValueLayout.JAVA_INT, at + LENGTH_OFFSET, length);
    entries.set(ValueLayout.JAVA_INT, at + OPTIONS_OFFSET, 0);
  }

  /** The next {@code count} entries are written, or read: they are the other side's. */
  void advance(int count) {
    own += count;
    INDEX.setRelease(memory, produces ? producer : consumer, own);
  }

  /** Whether the kernel does not look at the ring until it is called. */
  boolean needsWakeup() {
    return ((int) INDEX.getOpaque(memory, flags) & Uapi.XDP_RING_NEED_WAKEUP) != 0;
  }

  private long entry(int index) {
    return (long) (own + index & mask) * entryLength;
  }
}
