package org.vtl.core.internal.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts a lane's thread to sleep until a port's descriptor is readable, somebody wakes it, or time
 * is up. On Linux through ppoll(2) and an eventfd(2); elsewhere, and for ports without a
 * descriptor, by parking for at most a millisecond.
 */
@SuppressWarnings("restricted")
final class Waiter implements AutoCloseable {
  private static final long POLLED_NANOS = 1_000_000;
  private static final int POLLIN = 1;
  private static final int POLLFD_SIZE = 8;
  private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle PPOLL =
      find(
          "ppoll",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS));
  private static final MethodHandle EVENTFD =
      find(
          "eventfd",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle READ = find("read", transfer());
  private static final MethodHandle WRITE = find("write", transfer());
  private static final MethodHandle CLOSE =
      find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final Arena arena = Arena.ofShared();
  private final MemorySegment descriptors = arena.allocate(3L * POLLFD_SIZE, 8);
  private final MemorySegment timespec = arena.allocate(16, 8);
  private final MemorySegment one = arena.allocate(8, 8);
  private final MemorySegment drained = arena.allocate(8, 8);
  private final int event;
  private boolean closed;
  private volatile boolean sleeping;
  private volatile Thread sleeper;

  Waiter() {
    event = EVENTFD == null || PPOLL == null ? -1 : eventDescriptor();
    one.set(ValueLayout.JAVA_LONG, 0, 1);
  }

  /** Wakes the sleeping thread, if it sleeps. Any thread. */
  void wake() {
    if (sleeping) {
      if (event >= 0) {
        ring();
      } else {
        LockSupport.unpark(sleeper);
      }
    }
  }

  /** Not after {@link #close}: the descriptor's number may be another's by then. */
  private synchronized void ring() {
    if (!closed) {
      transfer(WRITE, one);
    }
  }

  /**
   * Announces sleep: from now on {@link #wake} ends it at once. The caller looks for work once
   * more, then either sleeps or calls {@link #rise}.
   */
  void prepare() {
    sleeper = Thread.currentThread();
    sleeping = true;
  }

  void rise() {
    sleeping = false;
  }

  /**
   * Sleeps, after {@link #prepare}.
   *
   * @param first a descriptor to be readable, or -1
   * @param second another, or -1
   * @param polled whether a port must be polled without a descriptor
   * @param nanos how long at most
   */
  void sleep(int first, int second, boolean polled, long nanos) {
    long most = polled ? Math.min(nanos, POLLED_NANOS) : nanos;
    try {
      if (most <= 0) {
        return;
      }
      if (event < 0) {
        LockSupport.parkNanos(Math.min(most, POLLED_NANOS));
        return;
      }
      int count = 0;
      count = watch(count, event);
      count = watch(count, first);
      count = watch(count, second);
      timespec.set(ValueLayout.JAVA_LONG, 0, most / 1_000_000_000);
      timespec.set(ValueLayout.JAVA_LONG, 8, most % 1_000_000_000);
      int ready = ppoll(count);
      if (ready > 0 && descriptors.get(ValueLayout.JAVA_SHORT, 6) != 0) {
        transfer(READ, drained);
      }
    } finally {
      sleeping = false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (event >= 0) {
      try {
        int ignored = (int) CLOSE.invokeExact(event);
      } catch (Throwable e) {
        throw new IllegalStateException("close(2) could not be called.", e);
      }
    }
    arena.close();
  }

  private int watch(int count, int descriptor) {
    if (descriptor < 0) {
      return count;
    }
    long at = (long) count * POLLFD_SIZE;
    descriptors.set(ValueLayout.JAVA_INT, at, descriptor);
    descriptors.set(ValueLayout.JAVA_SHORT, at + 4, (short) POLLIN);
    descriptors.set(ValueLayout.JAVA_SHORT, at + 6, (short) 0);
    return count + 1;
  }

  private int ppoll(int count) {
    try {
      return (int) PPOLL.invokeExact(descriptors, (long) count, timespec, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException("ppoll(2) could not be called.", e);
    }
  }

  private void transfer(MethodHandle call, MemorySegment buffer) {
    try {
      long ignored = (long) call.invokeExact(event, buffer, 8L);
    } catch (Throwable e) {
      throw new IllegalStateException("An eventfd could not be used.", e);
    }
  }

  private static int eventDescriptor() {
    try {
      return (int) EVENTFD.invokeExact(0, EFD_CLOEXEC_NONBLOCK);
    } catch (Throwable e) {
      throw new IllegalStateException("eventfd(2) could not be called.", e);
    }
  }

  private static FunctionDescriptor transfer() {
    return FunctionDescriptor.of(
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
  }

  /** A function of the C library, or null where it has none of that name. */
  private static MethodHandle find(String name, FunctionDescriptor type) {
    return LINKER
        .defaultLookup()
        .find(name)
        .map(address -> LINKER.downcallHandle(address, type))
        .orElse(null);
  }
}
