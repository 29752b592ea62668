package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library's system calls that ports need. Each returns what the call of the same name does,
 * or the negated errno, as the kernel itself would.
 *
 * <p>Pointers are plain addresses: the memory behind them lives as long as the port or its slots,
 * and a {@code long} costs no session check and no allocation per call. One object per port, since
 * errno is caught in memory of its own; used by one thread at a time.
 */
@SuppressWarnings("restricted")
final class Libc {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
  private static final MethodHandle BIND = call("bind", INT, INT, LONG, INT);
  private static final MethodHandle SETSOCKOPT = call("setsockopt", INT, INT, INT, INT, LONG, INT);
  private static final MethodHandle GETSOCKOPT = call("getsockopt", INT, INT, INT, INT, LONG, LONG);
  private static final MethodHandle IOCTL =
      variadic("ioctl", 2, FunctionDescriptor.of(INT, INT, LONG, LONG));
  private static final MethodHandle OPEN =
      variadic("open", 2, FunctionDescriptor.of(INT, LONG, INT, INT));
  private static final MethodHandle CLOSE = call("close", INT, INT);
  private static final MethodHandle READ = call("read", LONG, INT, LONG, LONG);
  private static final MethodHandle WRITE = call("write", LONG, INT, LONG, LONG);
  private static final MethodHandle RECVMMSG = call("recvmmsg", INT, INT, LONG, INT, INT, LONG);
  private static final MethodHandle SENDMMSG = call("sendmmsg", INT, INT, LONG, INT, INT);
  private static final MethodHandle POLL = call("poll", INT, LONG, LONG, INT);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(LONG, INT));

  private final MemorySegment state;

  /** Calls whose errno is caught in {@code arena}, which must outlive them. */
  Libc(Arena arena) {
    state = arena.allocate(CAPTURE);
  }

  int socket(int domain, int type, int protocol) {
    try {
      return result((int) SOCKET.invokeExact(state, domain, type, protocol));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int bind(int descriptor, MemorySegment address) {
    try {
      return result(
          (int) BIND.invokeExact(state, descriptor, address.address(), (int) address.byteSize()));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int setsockopt(int descriptor, int level, int name, MemorySegment value) {
    try {
      return result(
          (int)
              SETSOCKOPT.invokeExact(
                  state, descriptor, level, name, value.address(), (int) value.byteSize()));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** {@code length} is a socklen_t that the kernel reads and writes. */
  int getsockopt(int descriptor, int level, int name, long value, long length) {
    try {
      return result((int) GETSOCKOPT.invokeExact(state, descriptor, level, name, value, length));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** {@code argument} is an address or, for requests that take one, a number. */
  int ioctl(int descriptor, long request, long argument) {
    try {
      return result((int) IOCTL.invokeExact(state, descriptor, request, argument));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return result((int) OPEN.invokeExact(state, arena.allocateFrom(path).address(), flags, 0));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int close(int descriptor) {
    try {
      return result((int) CLOSE.invokeExact(state, descriptor));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  long read(int descriptor, long buffer, long count) {
    try {
      return result((long) READ.invokeExact(state, descriptor, buffer, count));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  long write(int descriptor, long buffer, long count) {
    try {
      return result((long) WRITE.invokeExact(state, descriptor, buffer, count));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Without a timeout. */
  int recvmmsg(int descriptor, long messages, int count, int flags) {
    try {
      return result((int) RECVMMSG.invokeExact(state, descriptor, messages, count, flags, 0L));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int sendmmsg(int descriptor, long messages, int count, int flags) {
    try {
      return result((int) SENDMMSG.invokeExact(state, descriptor, messages, count, flags));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int poll(long descriptors, int count, int timeoutMillis) {
    try {
      return result((int) POLL.invokeExact(state, descriptors, (long) count, timeoutMillis));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The system's words for an errno, such as "No such device". */
  static String strerror(int errno) {
    try {
      long text = (long) STRERROR.invokeExact(errno);
      return MemorySegment.ofAddress(text).reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private int result(int returned) {
    return returned >= 0 ? returned : -state.get(INT, ERRNO);
  }

  private long result(long returned) {
    return returned >= 0 ? returned : -state.get(INT, ERRNO);
  }

  private static MethodHandle call(String name, MemoryLayout returned, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(returned, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(String name, int fixed, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  /** A downcall throws only when its handle and its arguments disagree. */
  private static IllegalStateException impossible(Throwable e) {
    return new IllegalStateException("A system call could not be made.", e);
  }
}
