package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What one descriptor is ready for (poll(2)), and the wait for room of a batch that is sent. */
final class Readiness {
  /** The longest that one batch waits for room. */
  static final long ROOM_LIMIT_NANOS = 2_000_000;

  private static final int POLLFD_LENGTH = 8;
  private static final int EVENTS = 4;
  private static final int REVENTS = 6;

  private final Libc libc;
  private final MemorySegment pollfd;
  private long deadline;
  private boolean waiting;

  Readiness(Arena arena, Libc libc, int descriptor) {
    this.libc = libc;
    pollfd = arena.allocate(POLLFD_LENGTH, 4);
    watch(descriptor);
  }

  /** From now on it is about another descriptor. */
  void watch(int descriptor) {
    pollfd.set(ValueLayout.JAVA_INT, 0, descriptor);
  }

  /** What it is ready for now: a set of POLLIN and POLLERR. */
  int toRead() {
    return await(Uapi.POLLIN, 0);
  }

  /** A new batch is about to be sent. */
  void beginBatch() {
    waiting = false;
  }

  /**
   * Waits for room, a millisecond at a time.
   *
   * @param deviceFull the interface's queue is full, of which poll(2) knows nothing
   * @return false once the batch has waited long enough
   */
  boolean awaitRoom(boolean deviceFull) {
    long now = System.nanoTime();
    if (!waiting) {
      waiting = true;
      deadline = now + ROOM_LIMIT_NANOS;
    } else if (now - deadline >= 0) {
      return false;
    }
    if (deviceFull) {
      libc.poll(pollfd.address(), 0, 1);
    } else {
      await(Uapi.POLLOUT, 1);
    }
    return true;
  }

  private int await(int events, int timeoutMillis) {
    pollfd.set(ValueLayout.JAVA_SHORT, EVENTS, (short) events);
    return libc.poll(pollfd.address(), 1, timeoutMillis) > 0
        ? pollfd.get(ValueLayout.JAVA_SHORT, REVENTS)
        : 0;
  }
}
