package org.vtl.core.internal.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How readily one thread gives way to others on the processors: its nice value, by setpriority(2).
 * Where the system has no such call, or refuses it, the thread stays as it was made.
 */
@SuppressWarnings("restricted")
final class Niceness {
  /** The value that leaves a thread as it was made. */
  static final int UNTOUCHED = 0;

  static final int LEAST = -20;
  static final int MOST = 19;

  private static final int PRIO_PROCESS = 0;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle GETTID =
      find("gettid", FunctionDescriptor.of(ValueLayout.JAVA_INT));
  private static final MethodHandle GETPRIORITY =
      find(
          "getpriority",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle SETPRIORITY =
      find(
          "setpriority",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT),
          Linker.Option.captureCallState("errno"));

  private final int thread;
  private final int original;
  private int current;

  private Niceness(int thread, int original) {
    this.thread = thread;
    this.original = original;
    current = original;
  }

  /** The niceness of the calling thread. */
  static Niceness ofThisThread() {
    if (GETTID == null || GETPRIORITY == null || SETPRIORITY == null) {
      return new Niceness(0, UNTOUCHED);
    }
    try {
      int thread = (int) GETTID.invokeExact();
      return new Niceness(thread, (int) GETPRIORITY.invokeExact(PRIO_PROCESS, thread));
    } catch (Throwable e) {
      throw new IllegalStateException("getpriority(2) could not be called.", e);
    }
  }

  /**
   * Has the thread be as nice as {@code nice} says, -20 (before all others) to 19 (after them);
   * {@link #UNTOUCHED} as it was made. Any thread.
   *
   * @return 0, or the number of the system's error, after which it is as nice as before
   */
  synchronized int set(int nice) {
    int wanted = nice == UNTOUCHED ? original : nice;
    if (thread == 0 || wanted == current) {
      return 0;
    }
    int error = setPriority(wanted);
    if (error == 0) {
      current = wanted;
    }
    return error;
  }

  /** As nice as the thread is. */
  synchronized int current() {
    return current;
  }

  private int setPriority(int nice) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) SETPRIORITY.invokeExact(state, PRIO_PROCESS, thread, nice);
      return result == 0 ? 0 : state.get(ValueLayout.JAVA_INT, ERRNO);
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority(2) could not be called.", e);
    }
  }

  /** A function of the C library, or null where it has none of that name. */
  private static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER
        .defaultLookup()
        .find(name)
        .map(address -> LINKER.downcallHandle(address, type, options))
        .orElse(null);
  }
}
