package org.vtl.tcp.internal.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All memory that streams may use: off-heap chunks of one size, a fixed number of them. The system
 * gives memory to a chunk when it is first used. Any thread.
 */
public final class ChunkPool implements AutoCloseable {
  /** Bytes of a chunk. */
  public static final int CHUNK = 16 << 10;

  /** What {@link #take} returns when all chunks are in use. */
  public static final int NONE = -1;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final int[] free;
  private final int capacity;
  private final AtomicLong refused = new AtomicLong();
  private int freeCount;

  /** A pool of {@code bytes}, rounded down to whole chunks, at least one. */
  public ChunkPool(long bytes) {
    capacity = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / CHUNK));
    memory = arena.allocate((long) capacity * CHUNK, 64);
    free = new int[capacity];
    Arrays.setAll(free, i -> capacity - 1 - i); // the lowest first: what was used is used again
    freeCount = capacity;
  }

  /** Bytes in all. */
  public long capacity() {
    return (long) capacity * CHUNK;
  }

  /** Bytes in use. */
  public synchronized long used() {
    return (long) (capacity - freeCount) * CHUNK;
  }

  /** Whether more than three quarters are in use, so that no stream should ask for more. */
  public synchronized boolean isLow() {
    return freeCount < capacity / 4;
  }

  /** How often no chunk was free. */
  public long refused() {
    return refused.get();
  }

  /** A chunk's number, or {@link #NONE}. */
  synchronized int take() {
    if (freeCount == 0) {
      refused.incrementAndGet();
      return NONE;
    }
    return free[--freeCount];
  }

  synchronized void give(int chunk) {
    free[freeCount++] = chunk;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where {@code chunk} begins in {@link #memory}. */
  static long at(int chunk) {
    return (long) chunk * CHUNK;
  }

  /** Frees the memory; no stream may be in use any more. */
  @Override
  public void close() {
    arena.close();
  }
}
