package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;

/**
 * Takes frames out of a byte stream in which each follows its length in 4 bytes, big-endian, as
 * QEMU's stream and socket back ends and passt write it. The stream may be cut anywhere. Many
 * frames cross in one system call, from where they are copied into their slots. One thread.
 */
final class FrameReader {
  /** Bytes of a length. */
  static final int PREFIX = 4;

  private static final int CAPACITY = 256 * 1024;

  private final Libc libc;
  private final MemorySegment buffer;
  private int from;
  private int to;

  FrameReader(Arena arena, Libc libc) {
    this.libc = libc;
    buffer = arena.allocate(CAPACITY, 64);
  }

  /** Begins a new stream. */
  void reset() {
    from = 0;
    to = 0;
  }

  /**
   * Reads what has come.
   *
   * @return the bytes read; 0 at the stream's end; negative when there is nothing, or an error that
   *     the next call tells as the end
   */
  long fill(int descriptor) {
    if (from > 0) {
      // At most one frame and its length: the others have been taken.
      MemorySegment.copy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    long count = libc.read(descriptor, buffer.address() + to, CAPACITY - to);
    if (count > 0) {
      to += (int) count;
    }
    return count;
  }

  /** Whether the last {@link #fill} took all there was. */
  boolean hasRoom() {
    return to < CAPACITY;
  }

  /** Whether a whole frame is here, or a length that cannot be. */
  boolean isReady() {
    return to - from >= PREFIX && (isBroken() || to - from - PREFIX >= length());
  }

  /** Whether what follows is no frame: empty, or longer than a slot. A length is here. */
  boolean isBroken() {
    return length() < 1 || length() > Packet.MAX_FRAME;
  }

  /** The length of the next frame, as announced; negative from 2 GB on. */
  int length() {
    return Bytes.u32(buffer, from);
  }

  /** Moves the next frame into {@code packet}; it is ready and not broken. */
  void take(Packet packet) {
    int length = length();
    MemorySegment.copy(buffer, from + PREFIX, packet.memory(), Packet.HEADROOM, length);
    packet.frame(Packet.HEADROOM, length);
    from += PREFIX + length;
  }
}
