package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Short turns on a processor for the thread that asks for them, by sched_setattr(2): whoever has
 * less to do than its share is then woken before one in a longer turn, who would otherwise finish
 * it (PREEMPT_SHORT of the kernel's fair scheduler, from Linux 6.12). It gets no more of the
 * processor by that, needs no right for it, and where the system knows nothing of it, nothing
 * changes.
 */
@SuppressWarnings("restricted")
final class ShortTurns {
  /** How long a turn is: the shortest that the kernel takes. */
  static final long TURN_NANOS = 100_000;

  // struct sched_attr: size 0, sched_policy 4, sched_flags 8, sched_nice 16, sched_runtime 24
  private static final int ATTRIBUTES_LENGTH = 56;
  private static final int SCHED_POLICY = 4;
  private static final int SCHED_RUNTIME = 24;
  private static final int SCHED_OTHER = 0;

  // x86-64 has its own list of calls, the younger architectures share one.
  private static final long SCHED_SETATTR =
      switch (System.getProperty("os.arch")) {
        case "amd64", "x86_64" -> 314;
        default -> 274;
      };
  private static final long SCHED_GETATTR = SCHED_SETATTR + 1;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;
  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(U64, U64, U64, U64, U64, U64),
              Linker.Option.firstVariadicArg(1));

  private final MemorySegment attributes;

  ShortTurns(Arena arena) {
    attributes = arena.allocate(ATTRIBUTES_LENGTH, 8);
  }

  /** The calling thread has short turns from now on. */
  void begin() {
    set(TURN_NANOS);
  }

  /** Its turns are as long as others'. */
  void end() {
    set(0);
  }

  /** Nanoseconds of the calling thread's turns; 0 if the system does not say. */
  long nanos() {
    return read() ? attributes.get(U64, SCHED_RUNTIME) : 0;
  }

  private void set(long nanos) {
    // One that somebody has put into another class, such as the real-time ones, stays there.
    if (read() && attributes.get(U32, SCHED_POLICY) == SCHED_OTHER) {
      attributes.set(U64, SCHED_RUNTIME, nanos);
      call(SCHED_SETATTR, 0);
    }
  }

  private boolean read() {
    attributes.fill((byte) 0);
    return call(SCHED_GETATTR, ATTRIBUTES_LENGTH) == 0;
  }

  /** The one has flags where the other has a length, and then flags. */
  private long call(long number, long length) {
    try {
      return (long) SYSCALL.invokeExact(number, 0L, attributes.address(), length, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("A system call could not be made.", e);
    }
  }
}
