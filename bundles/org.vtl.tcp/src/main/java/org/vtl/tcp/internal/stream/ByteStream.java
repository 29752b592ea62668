package org.vtl.tcp.internal.stream;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The bytes between one who writes them, in order or not, and one who reads them and says when they
 * are needed no more. Offsets count from 0 and only grow. Recycled by {@link #begin} and {@link
 * #clear}. One worker's; allocates when its capacity grows only.
 */
public final class ByteStream {
  private static final int CHUNK = ChunkPool.CHUNK;
  private static final int NONE = ChunkPool.NONE;

  private ChunkPool pool;
  private int[] chunks = new int[0]; // a ring by offset / CHUNK; its length is a power of two
  private long start;
  private long end;
  private long capacity;
  private long limit;
  private boolean finished;

  /** Makes it an empty stream that holds {@code initial} bytes, and {@code limit} if asked to. */
  public void begin(ChunkPool pool, long limit, long initial) {
    this.pool = pool;
    this.limit = limit;
    start = 0;
    end = 0;
    finished = false;
    capacity = 0;
    grow(Math.min(limit, initial));
  }

  /** The first byte held; before it all was released. */
  public long start() {
    return start;
  }

  /** Behind the last byte in order. */
  public long end() {
    return end;
  }

  /** No byte at or behind it is taken. */
  public long edge() {
    return start + capacity;
  }

  /** Bytes it may hold now. */
  public long capacity() {
    return capacity;
  }

  /**
   * Has it hold {@code bytes}, no more than its limit, unless memory is short. It never shrinks.
   */
  public void ask(long bytes) {
    long wanted = Math.min(limit, bytes);
    if (wanted > capacity && !pool.isLow()) {
      grow(wanted);
    }
  }

  private void grow(long bytes) {
    capacity = bytes;
    int needed = Math.max(2, Math.toIntExact((bytes + CHUNK - 1) / CHUNK + 1));
    if (needed > chunks.length) {
      int[] wider = new int[Integer.highestOneBit(needed - 1) << 1];
      Arrays.fill(wider, NONE);
      for (long at = start / CHUNK, i = 0; i < chunks.length; i++, at++) {
        wider[(int) (at & wider.length - 1)] = chunks[(int) (at & chunks.length - 1)];
      }
      chunks = wider;
    }
  }

  /**
   * Keeps bytes at {@code offset}, which may leave a gap before it.
   *
   * @return how many were kept or are not needed, from the first on: fewer than {@code count} where
   *     the stream or the pool is full
   */
  public int write(long offset, MemorySegment from, long at, int count) {
    long last = Math.min(offset + count, edge());
    long position = Math.max(offset, start);
    while (position < last) {
      int chunk = chunk(position, true);
      if (chunk == NONE) {
        break;
      }
      int within = (int) (position % CHUNK);
      int part = (int) Math.min(CHUNK - within, last - position);
      MemorySegment.copy(
          from, at + (position - offset), pool.memory(), ChunkPool.at(chunk) + within, part);
      position += part;
    }
    return Math.clamp(position - offset, 0, count);
  }

  private int chunk(long offset, boolean take) {
    int slot = (int) (offset / CHUNK & chunks.length - 1);
    if (chunks[slot] == NONE && take) {
      chunks[slot] = pool.take();
    }
    return chunks[slot];
  }

  /** All bytes up to {@code offset} have been written. */
  public void advance(long offset) {
    end = Math.max(end, offset);
  }

  /** No byte follows {@link #end}. */
  public void finish() {
    finished = true;
  }

  /** Whether no byte follows {@link #end}. */
  public boolean isFinished() {
    return finished;
  }

  /** Copies {@code count} bytes from {@code offset} on, all of which are held. */
  public void read(long offset, MemorySegment to, long at, int count) {
    long position = offset;
    while (position < offset + count) {
      int within = (int) (position % CHUNK);
      int part = (int) Math.min(CHUNK - within, offset + count - position);
      MemorySegment.copy(
          pool.memory(),
          ChunkPool.at(chunk(position, false)) + within,
          to,
          at + (position - offset),
          part);
      position += part;
    }
  }

  /** Gives back what is before {@code offset}. */
  public void release(long offset) {
    long until = Math.min(offset, end);
    while (start / CHUNK < until / CHUNK) {
      free(start);
      start = (start / CHUNK + 1) * CHUNK;
    }
    start = Math.max(start, until);
    if (start == end && finished) {
      free(start);
    }
  }

  private void free(long offset) {
    int slot = (int) (offset / CHUNK & chunks.length - 1);
    if (chunks[slot] != NONE) {
      pool.give(chunks[slot]);
      chunks[slot] = NONE;
    }
  }

  /** Gives back all it holds. */
  public void clear() {
    for (int i = 0; i < chunks.length; i++) {
      if (chunks[i] != NONE) {
        pool.give(chunks[i]);
        chunks[i] = NONE;
      }
    }
    start = 0;
    end = 0;
    finished = false;
  }
}
