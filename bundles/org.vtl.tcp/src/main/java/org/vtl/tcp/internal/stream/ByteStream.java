package org.vtl.tcp.internal.stream;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes between one who writes them, in order or not, and one who reads them and says when they
 * are needed no more. Offsets count from 0 and only grow. It holds chunks for bytes it has and for
 * no others: an empty stream holds none. Recycled by {@link #begin} and {@link #clear}. One
 * worker's; allocates when its capacity grows only.
 */
public final class ByteStream {
  private static final int CHUNK = ChunkPool.CHUNK;
  private static final int NONE = ChunkPool.NONE;

  private ChunkShare share;
  private ChunkPool pool;
  private int[] chunks = new int[0]; // a ring by offset / CHUNK; its length is a power of two
  private long start;
  private long end;
  private long reach; // behind the last byte written, in order or not
  private long capacity;
  private long limit;
  private long least; // capacity that is its own, however short memory is
  private boolean finished;
  private boolean held;

  /**
   * Makes it an empty stream that holds {@code initial} bytes, and {@code limit} if asked to, in
   * memory of {@code share}. What it held before must have been cleared.
   */
  public void begin(ChunkShare share, long limit, long initial) {
    this.share = share;
    pool = share.pool();
    this.limit = limit;
    least = Math.min(limit, initial);
    start = 0;
    end = 0;
    reach = 0;
    finished = false;
    held = false;
    grow(least);
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

  /** Bytes from the first it holds to the last, with the gaps between them. */
  public long span() {
    return reach - start;
  }

  /**
   * Has {@link #edge} stay where it is from now on, whatever is released: what may come is only
   * what its writer was granted.
   */
  public void hold() {
    limit = 0;
    held = true;
  }

  /**
   * Has it hold {@code bytes}, no more than its limit, unless memory is short. It shrinks while
   * that is so, by what is released.
   */
  public void ask(long bytes) {
    long wanted = Math.min(limit, bytes);
    if (wanted > capacity && !share.isLow()) {
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
   * Keeps bytes at {@code offset}, which may leave a gap before it. Bytes before {@link #end} stay
   * as they are; bytes written behind it are replaced. Out of order it uses no new memory while its
   * share is low: what would fill a gap must find some.
   *
   * @return how many were kept or are not needed, from the first on: fewer than {@code count} where
   *     the stream or the pool is full
   */
  public int write(long offset, MemorySegment from, long at, int count) {
    long last = Math.min(offset + count, edge());
    long position = Math.max(offset, end);
    boolean inOrder = offset <= end;
    while (position < last) {
      int chunk = claim(position, inOrder);
      if (chunk == NONE) {
        break;
      }
      int within = (int) (position % CHUNK);
      int part = (int) Math.min(CHUNK - within, last - position);
      MemorySegment.copy(
          from, at + (position - offset), pool.memory(chunk), ChunkPool.at(chunk) + within, part);
      position += part;
      reach = Math.max(reach, position);
    }
    return Math.clamp(position - offset, 0, count);
  }

  private int slot(long offset) {
    return (int) (offset / CHUNK & chunks.length - 1);
  }

  private int claim(long offset, boolean inOrder) {
    int slot = slot(offset);
    if (chunks[slot] == NONE && (inOrder || !share.isLow())) {
      chunks[slot] = share.take();
    }
    return chunks[slot];
  }

  /** All bytes up to {@code offset} have been written. */
  public void advance(long offset) {
    end = Math.max(end, offset);
    reach = Math.max(reach, end);
    freeIfEmpty();
  }

  /** No byte follows {@link #end}. */
  public void finish() {
    finished = true;
  }

  /** Whether no byte follows {@link #end}. */
  public boolean isFinished() {
    return finished;
  }

  /**
   * Copies {@code count} bytes from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException when they are not all between {@link #start} and {@link #end}
   */
  public void read(long offset, MemorySegment to, long at, int count) {
    if (offset < start || count < 0 || count > end - offset) {
      throw new IndexOutOfBoundsException(
          count + " bytes from " + offset + " were asked of " + start + " to " + end + ".");
    }
    long position = offset;
    while (position < offset + count) {
      int within = (int) (position % CHUNK);
      int part = (int) Math.min(CHUNK - within, offset + count - position);
      int chunk = chunks[slot(position)];
      MemorySegment.copy(
          pool.memory(chunk), ChunkPool.at(chunk) + within, to, at + (position - offset), part);
      position += part;
    }
  }

  /**
   * The bytes from {@code offset} on that lie together, up to {@link #end}, for a channel to write.
   * Valid until the stream is used again.
   *
   * @return null when there are none
   */
  public ByteBuffer readable(long offset) {
    if (offset < start || offset >= end) {
      return null;
    }
    return view(chunks[slot(offset)], offset, end);
  }

  /**
   * Room from {@link #end} on that lies together, up to {@link #edge}, for a channel to read into;
   * {@link #advance} must follow with what was read, be it nothing. Valid until then. For streams
   * that are written in order only.
   *
   * @return null when the stream or its share is full
   */
  public ByteBuffer writable() {
    if (end >= edge()) {
      return null;
    }
    int chunk = claim(end, true);
    return chunk == NONE ? null : view(chunk, end, edge());
  }

  /**
   * The bytes from {@code offset} on, up to {@link #end} or as many as {@code into} has places for,
   * for a channel to gather. Valid until the stream is used again.
   *
   * @return how many buffers {@code into} has now, from the first on; 0 when there are no bytes
   */
  public int readable(long offset, ByteBuffer[] into) {
    int count = 0;
    for (long at = Math.max(offset, start); at < end && count < into.length; count++) {
      into[count] = view(chunks[slot(at)], at, end);
      at = (at / CHUNK + 1) * CHUNK;
    }
    return count;
  }

  /**
   * Room from {@link #end} on, up to {@link #edge}, for a channel to scatter into; {@link #filled}
   * must follow. Valid until then. For streams that are written in order only.
   *
   * @param most how many buffers at most, no more than {@code into} has places for
   * @return how many buffers {@code into} has now, from the first on; 0 when the stream or its
   *     share is full
   */
  public int writable(ByteBuffer[] into, int most) {
    int count = 0;
    for (long at = end; at < edge() && count < most; count++) {
      int chunk = claim(at, count == 0);
      if (chunk == NONE) {
        break;
      }
      into[count] = view(chunk, at, edge());
      at = (at / CHUNK + 1) * CHUNK;
      reach = Math.min(at, edge());
    }
    return count;
  }

  /** The room of the last {@link #writable(ByteBuffer[], int)} has {@code count} bytes now. */
  public void filled(long count) {
    end += count;
    forgetAhead();
  }

  private ByteBuffer view(int chunk, long offset, long until) {
    int within = (int) (offset % CHUNK);
    ByteBuffer view = pool.view(chunk);
    return view.limit((int) Math.min(CHUNK, within + until - offset)).position(within);
  }

  /** Gives back what is before {@code offset}. */
  public void release(long offset) {
    long until = Math.min(offset, end);
    long before = start;
    while (start / CHUNK < until / CHUNK) {
      free(start);
      start = (start / CHUNK + 1) * CHUNK;
    }
    start = Math.max(start, until);
    freeIfEmpty();
    if (held) {
      capacity -= start - before;
    } else if (capacity > least && share.isLow()) {
      capacity = Math.max(least, capacity - (start - before)); // its edge stays where it is
    }
  }

  /** Forgets what was written behind {@link #end}, and gives back the memory only that used. */
  public void forgetAhead() {
    for (long at = (end / CHUNK + 1) * CHUNK; at < reach; at += CHUNK) {
      free(at);
    }
    reach = end;
    freeIfEmpty();
  }

  private void freeIfEmpty() {
    if (start == reach) {
      free(start);
    }
  }

  private void free(long offset) {
    int slot = slot(offset);
    if (chunks[slot] != NONE) {
      share.give(chunks[slot]);
      chunks[slot] = NONE;
    }
  }

  /** Gives back all it holds. */
  public void clear() {
    for (int i = 0; i < chunks.length; i++) {
      if (chunks[i] != NONE) {
        share.give(chunks[i]);
        chunks[i] = NONE;
      }
    }
    start = 0;
    end = 0;
    reach = 0;
    finished = false;
  }
}
