package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;

/**
 * Writes frames into a byte stream, each behind its length, as {@link FrameReader} reads them: a
 * batch in one system call out of the slots, the length written into the headroom before each
 * frame. A frame of which the socket took only a part is finished before any other. One thread.
 */
final class FrameWriter {
  private static final int VECTORS = 64;
  private static final int IOVEC_LENGTH = 16;
  private static final int MSGHDR_LENGTH = 56;
  private static final int MSGHDR_IOV = 16;
  private static final int MSGHDR_IOVLEN = 24;

  /** A reader that has taken nothing for so long is paused, not slow: it is not waited for. */
  private static final long PATIENCE_NANOS = 100_000_000;

  private final Libc libc;
  private final Readiness readiness;
  private final MemorySegment message;
  private final MemorySegment vectors;
  private final MemorySegment rest;
  private int restFrom;
  private int restTo;
  private int descriptor;

  /** When the other end's socket last took something. */
  private long progressNanos;

  private boolean broken;
  private int frames;
  private long bytes;

  FrameWriter(Arena arena, Libc libc) {
    this.libc = libc;
    readiness = new Readiness(arena, libc, -1);
    message = arena.allocate(MSGHDR_LENGTH, 8);
    vectors = arena.allocate((long) VECTORS * IOVEC_LENGTH, 8);
    rest = arena.allocate(FrameReader.PREFIX + Packet.MAX_FRAME);
    message.set(ValueLayout.JAVA_LONG, MSGHDR_IOV, vectors.address());
  }

  /** Begins a new stream. */
  void reset(int descriptor) {
    this.descriptor = descriptor;
    readiness.watch(descriptor);
    restFrom = 0;
    restTo = 0;
    progressNanos = System.nanoTime();
    broken = false;
  }

  /** Whether a frame is sent in part only: {@link #finish} when there is room. */
  boolean isUnfinished() {
    return restFrom < restTo;
  }

  /** Whether the other end has gone. */
  boolean isBroken() {
    return broken;
  }

  /** Frames that the last {@link #write} sent. */
  int frames() {
    return frames;
  }

  /** Their bytes. */
  long bytes() {
    return bytes;
  }

  /** Whether {@code packet} can be written: an IP packet longer than {@code mtu} cannot. */
  static boolean fits(Packet packet, int mtu) {
    return packet.start() >= FrameReader.PREFIX
        && packet.length() > 0
        && packet.length() - packet.networkOffset() <= mtu;
  }

  /**
   * Writes the packets of {@code batch} from {@code next} up to the first that does not fit.
   *
   * @return how many are done with; 0 when there is no room for more, or the other end has gone
   */
  int write(PacketBatch batch, int next, int mtu) {
    frames = 0;
    bytes = 0;
    while (!finish()) {
      if (broken || !awaitRoom()) {
        return 0;
      }
    }
    int count = gather(batch, next, mtu);
    long sent = send(count);
    while (sent == -Uapi.EAGAIN && awaitRoom()) {
      sent = send(count);
    }
    if (sent == -Uapi.EAGAIN) {
      return 0;
    }
    if (sent < 0) {
      broken = true;
      return 0;
    }
    progressNanos = System.nanoTime();
    while (frames < count && sent > 0) {
      Packet packet = batch.get(next + frames);
      int length = FrameReader.PREFIX + packet.length();
      if (sent < length) {
        restFrom = 0;
        restTo = length - (int) sent;
        long at = packet.start() - FrameReader.PREFIX + sent;
        MemorySegment.copy(packet.memory(), at, rest, 0, restTo);
      }
      sent -= length;
      bytes += packet.length();
      frames++;
    }
    return frames;
  }

  /** Before the first packet of a batch. */
  void beginBatch() {
    readiness.beginBatch();
  }

  private boolean awaitRoom() {
    return System.nanoTime() - progressNanos < PATIENCE_NANOS && readiness.awaitRoom(false);
  }

  /** Sends what is left of a frame; whether nothing is left. */
  boolean finish() {
    while (restFrom < restTo) {
      vector(0, rest.address() + restFrom, restTo - restFrom);
      long sent = send(1);
      if (sent < 0) {
        broken = sent != -Uapi.EAGAIN;
        return false;
      }
      restFrom += (int) sent;
      progressNanos = System.nanoTime();
    }
    return true;
  }

  private int gather(PacketBatch batch, int next, int mtu) {
    int most = Math.min(VECTORS, batch.size() - next);
    int count = 0;
    while (count < most && fits(batch.get(next + count), mtu)) {
      Packet packet = batch.get(next + count);
      int at = packet.start() - FrameReader.PREFIX;
      Bytes.setU32(packet.memory(), at, packet.length());
      vector(count, packet.memory().address() + at, FrameReader.PREFIX + packet.length());
      count++;
    }
    return count;
  }

  private void vector(int index, long address, long length) {
    vectors.set(ValueLayout.JAVA_LONG, (long) index * IOVEC_LENGTH, address);
    vectors.set(ValueLayout.JAVA_LONG, (long) index * IOVEC_LENGTH + 8, length);
  }

  private long send(int count) {
    message.set(ValueLayout.JAVA_LONG, MSGHDR_IOVLEN, count);
    return libc.sendmsg(descriptor, message.address(), Uapi.MSG_DONTWAIT | Uapi.MSG_NOSIGNAL);
  }
}
