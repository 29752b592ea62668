package org.vtl.tcp.internal.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.vtl.packet.LargeMemory;

/**
 * All memory that streams may use, each within its {@link ChunkShare}: off-heap chunks of one size,
 * a fixed number of them. Memory is claimed from the system a slab of chunks at a time, when chunks
 * are first used, and kept: what was given back last is handed out first. Any thread, without
 * locks; allocates when it claims only.
 */
public final class ChunkPool implements AutoCloseable {
  /** Bytes of a chunk. */
  public static final int CHUNK = 16 << 10;

  /** What {@link #take} returns when all chunks are in use. */
  static final int NONE = -1;

  private static final int SLAB = (int) (LargeMemory.PAGE / CHUNK); // chunks: a large page
  private static final long INDEX = 0xffff_ffffL;
  private static final long TAG = 1L << 32;

  private final int capacity;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment[] slabs;
  private final ByteBuffer[] views;

  /**
   * The free chunks are a stack of indices: {@code next} of each, and the top of all. The top's
   * upper half counts its changes, so that a top that left and came back is not taken for one that
   * stayed.
   */
  private final int[] next;

  private final AtomicLong top = new AtomicLong();
  private final AtomicInteger used = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();

  /** A pool of {@code bytes}, rounded down to whole chunks, at least one. */
  public ChunkPool(long bytes) {
    capacity = Math.clamp(bytes / CHUNK, 1, Integer.MAX_VALUE - SLAB);
    slabs = new MemorySegment[(capacity + SLAB - 1) / SLAB];
    views = new ByteBuffer[capacity];
    next = new int[capacity];
    for (int i = 0; i < capacity; i++) {
      next[i] = i + 1 < capacity ? i + 1 : NONE;
    }
  }

  /** Bytes in all. */
  public long capacity() {
    return (long) capacity * CHUNK;
  }

  /** Bytes in use. */
  public long used() {
    return (long) used.get() * CHUNK;
  }

  /** A part of it for streams that stand together against others; it needs no end. */
  public ChunkShare share() {
    return new ChunkShare(this);
  }

  /** Chunks not in use. */
  int free() {
    return capacity - used.get();
  }

  /** How often no chunk was free for a share, or the system had no memory for it. */
  public long refused() {
    return refused.get();
  }

  /** Counts a chunk that a share may not have. */
  int refuse() {
    refused.incrementAndGet();
    return NONE;
  }

  /** A chunk's number, or {@link #NONE}; its bytes are what its last holder left. */
  int take() {
    while (true) {
      long seen = top.get();
      int chunk = (int) seen;
      if (chunk == NONE) {
        return refuse();
      }
      if (top.compareAndSet(seen, seen + TAG & ~INDEX | next[chunk] & INDEX)) {
        used.incrementAndGet();
        if (slabs[chunk / SLAB] != null || claim(chunk / SLAB)) {
          return chunk;
        }
        give(chunk);
        return refuse();
      }
    }
  }

  /** Takes back a chunk of {@link #take}. */
  void give(int chunk) {
    used.decrementAndGet();
    while (true) {
      long seen = top.get();
      next[chunk] = (int) seen;
      if (top.compareAndSet(seen, seen + TAG & ~INDEX | chunk)) {
        return;
      }
    }
  }

  private synchronized boolean claim(int slab) {
    if (slabs[slab] == null) {
      try {
        slabs[slab] = LargeMemory.allocate(arena, (long) SLAB * CHUNK);
      } catch (OutOfMemoryError none) {
        return false; // a full pool is what streams know to bear
      }
    }
    return true;
  }

  /** The memory that {@code chunk}, which is in use, is part of: from {@link #at} on. */
  MemorySegment memory(int chunk) {
    return slabs[chunk / SLAB];
  }

  /** Where {@code chunk} begins in {@link #memory}. */
  static long at(int chunk) {
    return (long) (chunk % SLAB) * CHUNK;
  }

  /** The bytes of {@code chunk}, which is in use, as its holder's one buffer. */
  ByteBuffer view(int chunk) {
    ByteBuffer view = views[chunk];
    if (view == null) {
      view = memory(chunk).asSlice(at(chunk), CHUNK).asByteBuffer();
      views[chunk] = view;
    }
    return view;
  }

  /** Frees the memory; no stream may be in use any more. */
  @Override
  public void close() {
    arena.close();
  }
}
