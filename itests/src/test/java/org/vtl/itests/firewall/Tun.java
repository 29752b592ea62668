package org.vtl.itests.firewall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A TUN interface of the kernel, in the network namespace of the thread that makes it: IP packets
 * written to it arrive at the kernel, what the kernel sends there is read. No Ethernet, so no
 * neighbours to resolve. Goes away with {@link #close}.
 */
@SuppressWarnings("restricted")
final class Tun implements AutoCloseable {
  private static final int O_RDWR_NONBLOCK = 2 | 0x800;
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final short IFF_TUN_NO_PI = 0x1001;
  private static final int IFREQ_LENGTH = 40;
  private static final int IFREQ_FLAGS = 16;
  private static final int LONGEST = 65_536;
  private static final MethodHandle OPEN =
      function("open", 2, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final MethodHandle IOCTL =
      function(
          "ioctl",
          2,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS);
  private static final MethodHandle READ = transfer("read");
  private static final MethodHandle WRITE = transfer("write");
  private static final MethodHandle CLOSE =
      function("close", -1, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(LONGEST);
  private final String name;
  private final int descriptor;

  Tun(String name) throws IOException {
    this.name = name;
    try {
      descriptor = (int) OPEN.invokeExact(arena.allocateFrom("/dev/net/tun"), O_RDWR_NONBLOCK);
      MemorySegment request = arena.allocate(IFREQ_LENGTH, 8);
      request.setString(0, name);
      request.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, IFF_TUN_NO_PI);
      if (descriptor < 0 || (int) IOCTL.invokeExact(descriptor, TUNSETIFF, request) < 0) {
        throw new IOException("TUN interface " + name + " cannot be made; it needs root.");
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has {@code packet} arrive at the kernel; it has been judged and sent on when this returns. */
  void write(byte[] packet) throws IOException {
    MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, 0, packet.length);
    long written = call(WRITE, packet.length);
    if (written != packet.length && (packet[0] & 0xff) >>> 4 != 0) {
      throw new IOException("TUN interface " + name + " takes no packet.");
    }
  }

  /** The next packet that the kernel sent, or null when there is none. */
  byte[] read() {
    long length = call(READ, LONGEST);
    return length <= 0 ? null : buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private long call(MethodHandle function, long length) {
    try {
      return (long) function.invokeExact(descriptor, buffer, length);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle transfer(String name) {
    return function(
        name,
        -1,
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_INT,
        ValueLayout.ADDRESS,
        ValueLayout.JAVA_LONG);
  }

  /** A function of the C library; arguments from {@code variadic} on are variadic, unless -1. */
  private static MethodHandle function(
      String name, int variadic, ValueLayout result, ValueLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor descriptor = FunctionDescriptor.of(result, arguments);
    Linker.Option[] options =
        variadic < 0
            ? new Linker.Option[0]
            : new Linker.Option[] {Linker.Option.firstVariadicArg(variadic)};
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  @Override
  public void close() {
    try {
      int ignored = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      arena.close();
    }
  }
}
