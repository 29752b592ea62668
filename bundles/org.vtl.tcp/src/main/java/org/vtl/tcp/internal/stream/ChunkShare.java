package org.vtl.tcp.internal.stream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one link's streams have of a {@link ChunkPool}: at most seven times what is free. So a share
 * alone may have seven eighths of the pool, two may have 7/15 each, and whoever comes last finds
 * something, whatever the others do with theirs: a limit that follows what is left needs to know
 * neither who they are nor how many. Any thread, without locks.
 */
public final class ChunkShare {
  private static final int MOST = 7;
  private static final int PLENTY = 3;

  private final ChunkPool pool;
  private final AtomicInteger used = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();

  ChunkShare(ChunkPool pool) {
    this.pool = pool;
  }

  ChunkPool pool() {
    return pool;
  }

  /** Bytes in use. */
  public long used() {
    return (long) used.get() * ChunkPool.CHUNK;
  }

  /**
   * Whether it has more than three times what is free, alone three quarters of the pool: no stream
   * should ask for more, and those there are need less.
   */
  public boolean isLow() {
    int free = pool.free();
    return used.get() > PLENTY * (long) free || free == 0;
  }

  /** Whether it has all it may have at the moment. */
  public boolean isFull() {
    return used.get() >= MOST * (long) pool.free();
  }

  /** How often it got no chunk. */
  public long refused() {
    return refused.get();
  }

  /** How often any share of the pool got no chunk. */
  public long refusedInAll() {
    return pool.refused();
  }

  /** A chunk's number, or {@link ChunkPool#NONE}; its bytes are what its last holder left. */
  int take() {
    int chunk = isFull() ? pool.refuse() : pool.take();
    if (chunk == ChunkPool.NONE) {
      refused.incrementAndGet();
    } else {
      used.incrementAndGet();
    }
    return chunk;
  }

  /** Takes back a chunk of {@link #take}. */
  void give(int chunk) {
    used.decrementAndGet();
    pool.give(chunk);
  }
}
