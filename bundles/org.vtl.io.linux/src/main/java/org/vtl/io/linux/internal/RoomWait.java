package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Waits for a descriptor to take frames again: at most {@link #LIMIT_NANOS} for one batch. */
final class RoomWait {
  /** The longest that one batch waits. */
  static final long LIMIT_NANOS = 2_000_000;

  private static final int POLL_EVENTS = 4;

  private final Libc libc;
  private final MemorySegment pollfd;
  private long deadline;
  private boolean started;

  RoomWait(Arena arena, Libc libc, int descriptor) {
    this.libc = libc;
    pollfd = arena.allocate(8, 4);
    pollfd.set(ValueLayout.JAVA_INT, 0, descriptor);
    pollfd.set(ValueLayout.JAVA_SHORT, POLL_EVENTS, (short) Uapi.POLLOUT);
  }

  /** A new batch begins. */
  void reset() {
    started = false;
  }

  /**
   * Waits for room.
   *
   * @param deviceFull the interface's queue is full, of which poll(2) knows nothing
   * @return false once the batch has waited long enough
   */
  boolean await(boolean deviceFull) {
    long now = System.nanoTime();
    if (!started) {
      started = true;
      deadline = now + LIMIT_NANOS;
    } else if (now - deadline >= 0) {
      return false;
    }
    libc.poll(pollfd.address(), deviceFull ? 0 : 1, 1);
    return true;
  }
}
