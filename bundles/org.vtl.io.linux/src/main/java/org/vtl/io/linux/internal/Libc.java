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
 * The C library's system calls that ports need. Each returns what the call of the same name does
 * or, unless it says otherwise, the negated errno, as the kernel itself would.
 *
 * <p>Pointers are plain addresses: the memory behind them lives as long as the port or its slots.
 * Catching errno makes the JVM allocate, so calls on the way of packets do without; one that fails
 * is made again to learn why, which is why only calls that may be repeated are made so. One object
 * per port, used by one thread at a time.
 */
@SuppressWarnings("restricted")
final class Libc {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = caught("socket", INT, INT, INT, INT);
  private static final MethodHandle BIND = caught("bind", INT, INT, LONG, INT);
  private static final MethodHandle CONNECT = caught("connect", INT, INT, LONG, INT);
  private static final MethodHandle LISTEN = caught("listen", INT, INT, INT);
  private static final MethodHandle ACCEPT4 = plain("accept4", INT, INT, LONG, LONG, INT);
  private static final MethodHandle FCHMOD = caught("fchmod", INT, INT, INT);
  private static final MethodHandle EPOLL_CREATE1 = caught("epoll_create1", INT, INT);
  private static final MethodHandle EPOLL_CTL = caught("epoll_ctl", INT, INT, INT, INT, LONG);
  private static final MethodHandle SETSOCKOPT =
      caught("setsockopt", INT, INT, INT, INT, LONG, INT);
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(INT, LONG, INT, INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("ioctl"),
          FunctionDescriptor.of(INT, INT, LONG, LONG),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL_CAUGHT =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("ioctl"),
          FunctionDescriptor.of(INT, INT, LONG, LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle GETSOCKOPT =
      plain("getsockopt", INT, INT, INT, INT, LONG, LONG);
  private static final MethodHandle CLOSE = plain("close", INT, INT);
  private static final MethodHandle READ = plain("read", LONG, INT, LONG, LONG);
  private static final MethodHandle WRITE = plain("write", LONG, INT, LONG, LONG);
  private static final MethodHandle WRITE_CAUGHT = caught("write", LONG, INT, LONG, LONG);
  private static final MethodHandle RECVMMSG = plain("recvmmsg", INT, INT, LONG, INT, INT, LONG);
  private static final MethodHandle SENDMMSG = plain("sendmmsg", INT, INT, LONG, INT, INT);
  private static final MethodHandle SENDMMSG_CAUGHT = caught("sendmmsg", INT, INT, LONG, INT, INT);
  private static final MethodHandle SENDMSG = plain("sendmsg", LONG, INT, LONG, INT);
  private static final MethodHandle SENDMSG_CAUGHT = caught("sendmsg", LONG, INT, LONG, INT);
  private static final MethodHandle POLL = plain("poll", INT, LONG, LONG, INT);
  private static final MethodHandle MMAP = caught("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);
  private static final MethodHandle MUNMAP = plain("munmap", INT, LONG, LONG);
  private static final MethodHandle SENDTO = plain("sendto", LONG, INT, LONG, LONG, INT, LONG, INT);
  private static final MethodHandle SENDTO_CAUGHT =
      caught("sendto", LONG, INT, LONG, LONG, INT, LONG, INT);
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

  int connect(int descriptor, MemorySegment address) {
    try {
      return result(
          (int)
              CONNECT.invokeExact(state, descriptor, address.address(), (int) address.byteSize()));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int listen(int descriptor, int backlog) {
    try {
      return result((int) LISTEN.invokeExact(state, descriptor, backlog));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Without the peer's address. The new descriptor, or -1 without a reason. */
  int accept4(int descriptor, int flags) {
    try {
      return (int) ACCEPT4.invokeExact(descriptor, 0L, 0L, flags);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int fchmod(int descriptor, int mode) {
    try {
      return result((int) FCHMOD.invokeExact(state, descriptor, mode));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int epollCreate1(int flags) {
    try {
      return result((int) EPOLL_CREATE1.invokeExact(state, flags));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int epollCtl(int epoll, int operation, int descriptor, long event) {
    try {
      return result((int) EPOLL_CTL.invokeExact(state, epoll, operation, descriptor, event));
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

  /** {@code length} is a socklen_t that the kernel reads and writes. 0, or -1 without a reason. */
  int getsockopt(int descriptor, int level, int name, long value, long length) {
    try {
      return (int) GETSOCKOPT.invokeExact(descriptor, level, name, value, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** {@code argument} is an address or, for requests that take one, a number. */
  int ioctl(int descriptor, long request, long argument) {
    try {
      int returned = (int) IOCTL.invokeExact(descriptor, request, argument);
      return returned >= 0
          ? returned
          : result((int) IOCTL_CAUGHT.invokeExact(state, descriptor, request, argument));
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

  /** 0, or -1 without a reason. */
  int close(int descriptor) {
    try {
      return (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The bytes read, or -1 without a reason. */
  long read(int descriptor, long buffer, long count) {
    try {
      return (long) READ.invokeExact(descriptor, buffer, count);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  long write(int descriptor, long buffer, long count) {
    try {
      long written = (long) WRITE.invokeExact(descriptor, buffer, count);
      return written >= 0
          ? written
          : result((long) WRITE_CAUGHT.invokeExact(state, descriptor, buffer, count));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Without a timeout. The number of messages, or -1 without a reason. */
  int recvmmsg(int descriptor, long messages, int count, int flags) {
    try {
      return (int) RECVMMSG.invokeExact(descriptor, messages, count, flags, 0L);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int sendmmsg(int descriptor, long messages, int count, int flags) {
    try {
      int sent = (int) SENDMMSG.invokeExact(descriptor, messages, count, flags);
      return sent >= 0
          ? sent
          : result((int) SENDMMSG_CAUGHT.invokeExact(state, descriptor, messages, count, flags));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  long sendmsg(int descriptor, long message, int flags) {
    try {
      long sent = (long) SENDMSG.invokeExact(descriptor, message, flags);
      return sent >= 0
          ? sent
          : result((long) SENDMSG_CAUGHT.invokeExact(state, descriptor, message, flags));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** How many descriptors have events, or -1 without a reason. */
  int poll(long descriptors, int count, int timeoutMillis) {
    try {
      return (int) POLL.invokeExact(descriptors, (long) count, timeoutMillis);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Maps {@code length} bytes of a descriptor wherever there is room; the address. */
  long mmap(long length, int protection, int flags, int descriptor, long offset) {
    try {
      return result(
          (long) MMAP.invokeExact(state, 0L, length, protection, flags, descriptor, offset));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** 0, or -1 without a reason. */
  int munmap(long address, long length) {
    try {
      return (int) MUNMAP.invokeExact(address, length);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Has a socket send what its ring holds; 0, or -1 without a reason. */
  int kick(int descriptor) {
    try {
      return (int) (long) SENDTO.invokeExact(descriptor, 0L, 0L, Uapi.MSG_DONTWAIT, 0L, 0);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** As {@link #kick}, with the reason; allocates. */
  int kickCaught(int descriptor) {
    try {
      return (int)
          result(
              (long)
                  SENDTO_CAUGHT.invokeExact(state, descriptor, 0L, 0L, Uapi.MSG_DONTWAIT, 0L, 0));
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

  private static MethodHandle plain(String name, MemoryLayout returned, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(returned, arguments));
  }

  private static MethodHandle caught(
      String name, MemoryLayout returned, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(returned, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** A downcall throws only when its handle and its arguments disagree. */
  private static IllegalStateException impossible(Throwable e) {
    return new IllegalStateException("A system call could not be made.", e);
  }
}
