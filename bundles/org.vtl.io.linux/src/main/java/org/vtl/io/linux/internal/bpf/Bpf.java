package org.vtl.io.linux.internal.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The system call bpf(2) with room for its attributes. One object per program, map or link, used by
 * one thread at a time; calls that succeed allocate nothing.
 */
@SuppressWarnings("restricted")
final class Bpf {
  static final int MAP_CREATE = 0;
  static final int MAP_LOOKUP_ELEM = 1;
  static final int MAP_UPDATE_ELEM = 2;
  static final int MAP_DELETE_ELEM = 3;
  static final int PROG_LOAD = 5;
  static final int PROG_TEST_RUN = 10;
  static final int LINK_CREATE = 28;

  /** Bytes of the longest name of a program or map, its final zero included. */
  private static final int NAME_LENGTH = 16;

  static final int EPERM = 1;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;

  /** Bytes of the attributes, enough for every command here. */
  private static final int ATTRIBUTES_LENGTH = 128;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final FunctionDescriptor SYSCALL_TYPE =
      FunctionDescriptor.of(U64, U64, U64, U64, U64);
  private static final MethodHandle SYSCALL =
      handle("syscall", SYSCALL_TYPE, Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SYSCALL_CAUGHT =
      handle(
          "syscall",
          SYSCALL_TYPE,
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle SETSOCKOPT =
      handle(
          "setsockopt",
          FunctionDescriptor.of(U32, U32, U32, U32, U64, U32),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle MMAP =
      handle("mmap", FunctionDescriptor.of(U64, U64, U64, U32, U32, U32, U64));
  private static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(U32, U64, U64));
  private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(U32, U32));
  private static final MethodHandle STRERROR = handle("strerror", FunctionDescriptor.of(U64, U32));

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_BPF = 50;

  /** The call's number: x86-64 has its own list, the younger architectures share one. */
  private static final long NUMBER =
      switch (System.getProperty("os.arch")) {
        case "amd64", "x86_64" -> 321;
        default -> 280;
      };

  private final MemorySegment attributes;
  private final MemorySegment state;

  /** Calls whose attributes lie in {@code arena}, which must outlive them. */
  Bpf(Arena arena) {
    attributes = arena.allocate(ATTRIBUTES_LENGTH, 8);
    state = arena.allocate(CAPTURE);
  }

  /** The attributes, all zero, to be filled for {@link #call}. */
  MemorySegment attributes() {
    return attributes.fill((byte) 0);
  }

  /**
   * Makes the call with the attributes as they stand, without allocating. One that fails is made
   * again to learn why, since catching errno allocates: only for commands that change nothing when
   * they fail.
   *
   * @param length bytes of the attributes that the command has
   * @return what the kernel returns, or the negated errno
   */
  int call(int command, int length) {
    try {
      long returned =
          (long) SYSCALL.invokeExact(NUMBER, (long) command, attributes.address(), (long) length);
      return returned < 0 ? callOnce(command, length) : (int) returned;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** As {@link #call}, made once whatever happens. */
  private int callOnce(int command, int length) {
    try {
      long returned =
          (long)
              SYSCALL_CAUGHT.invokeExact(
                  state, NUMBER, (long) command, attributes.address(), (long) length);
      return returned < 0 ? -state.get(U32, ERRNO) : (int) returned;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Makes the program the filter of a socket; 0 or a negated errno. */
  int attachToSocket(int socket, int program) {
    attributes.set(U32, 0, program);
    try {
      int returned =
          (int)
              SETSOCKOPT.invokeExact(
                  state, socket, SOL_SOCKET, SO_ATTACH_BPF, attributes.address(), 4);
      return returned < 0 ? -state.get(U32, ERRNO) : returned;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The first bytes of a map, unmapped when {@code arena} closes; null if it cannot be mapped. */
  static MemorySegment map(Arena arena, int descriptor, long bytes) {
    try {
      long at = (long) MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_SHARED, descriptor, 0L);
      return at == -1
          ? null
          : MemorySegment.ofAddress(at)
              .reinterpret(bytes, arena, memory -> unmap(memory.address(), bytes));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static void unmap(long at, long bytes) {
    try {
      int ignored = (int) MUNMAP.invokeExact(at, bytes);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void close(int descriptor) {
    try {
      int ignored = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The system's words for an errno. */
  static String strerror(int errno) {
    try {
      long text = (long) STRERROR.invokeExact(errno);
      return MemorySegment.ofAddress(text).reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Writes a name of a program or map; what the kernel would refuse in it becomes _. */
  static void writeName(MemorySegment attributes, long at, String name) {
    byte[] bytes = name.replaceAll("[^A-Za-z0-9_.]", "_").getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(
        bytes, 0, attributes, ValueLayout.JAVA_BYTE, at, Math.min(bytes.length, NAME_LENGTH - 1));
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  /** A downcall throws only when its handle and its arguments disagree. */
  private static IllegalStateException impossible(Throwable e) {
    return new IllegalStateException("A system call could not be made.", e);
  }
}
