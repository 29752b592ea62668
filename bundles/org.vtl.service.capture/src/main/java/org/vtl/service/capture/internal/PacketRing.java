package org.vtl.service.capture.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bounded ring of records off the heap, from many workers to one writer. A worker never waits: it
 * gets a place or is told that there is none. A record's first word is its length, 0 until it is
 * complete, below 0 for the unused rest of the ring.
 */
final class PacketRing implements AutoCloseable {
  /** What {@link #claim} returns when the ring is full. */
  static final long FULL = -1;

  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
  private static final int ALIGNMENT = 8;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final long mask;
  private final AtomicLong head = new AtomicLong();
  private final AtomicLong tail = new AtomicLong();

  /** A ring of at least {@code bytes}, rounded up to a power of two. */
  PacketRing(long bytes) {
    long capacity = Math.max(ALIGNMENT, Long.highestOneBit(bytes - 1) << 1);
    memory = arena.allocate(capacity, ALIGNMENT);
    mask = capacity - 1;
  }

  /** The memory that {@link #claim} and {@link #next} give places in. */
  MemorySegment memory() {
    return memory;
  }

  /** The place of a new record of {@code bytes}, its first word not yet written, or FULL. */
  long claim(int bytes) {
    long needed = aligned(bytes);
    while (true) {
      long from = tail.get();
      long at = from & mask;
      long rest = mask + 1 - at;
      long padding = needed > rest ? rest : 0; // a record is never split at the ring's end
      if (from + padding + needed - head.get() > mask + 1) {
        return FULL;
      }
      if (tail.compareAndSet(from, from + padding + needed)) {
        if (padding > 0) {
          WORD.setRelease(memory, at, (int) -padding);
        }
        return padding > 0 ? 0 : at;
      }
    }
  }

  /** Makes the record of {@code bytes} at {@code place} visible to the writer. */
  void commit(long place, int bytes) {
    WORD.setRelease(memory, place, bytes);
  }

  /** The place of the oldest complete record, or {@link #FULL} when there is none. Writer only. */
  long next() {
    while (true) {
      long at = head.get() & mask;
      int length = (int) WORD.getAcquire(memory, at);
      if (length >= 0) {
        return length == 0 ? FULL : at;
      }
      WORD.setRelease(memory, at, 0);
      head.setRelease(head.get() - length);
    }
  }

  /** Frees the record that {@link #next} returned. Writer only. */
  void free(long place) {
    int length = (int) WORD.getAcquire(memory, place);
    long freed = aligned(length);
    // A later record may begin anywhere in here: its first word must read 0 until it is complete.
    memory.asSlice(place, freed).fill((byte) 0);
    head.setRelease(head.get() + freed);
  }

  private static long aligned(int bytes) {
    return (bytes + ALIGNMENT - 1L) & -ALIGNMENT;
  }

  @Override
  public void close() {
    arena.close();
  }
}
