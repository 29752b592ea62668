package org.vtl.itests.tor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.vtl.lab.internal.NetworkNamespace;

/**
 * A raw socket at an interface of a host (packet(7)): frames go out as they are given, and all that
 * arrive are heard, whoever they are for. Frames that the host itself sends are not heard. One
 * thread at a time.
 */
@SuppressWarnings("restricted")
final class Wire implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_STATISTICS = 6;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final short ALL_IN_NETWORK_ORDER = 0x0300;
  private static final int ADDRESS_LENGTH = 20;
  private static final int RECEIVE_BUFFER = 64 << 20;
  private static final int RECEIVE_MICROS = 20_000;
  private static final int LONGEST = 65_600;

  private static final MethodHandle SOCKET = function("socket", "iiii");
  private static final MethodHandle BIND = function("bind", "iiai");
  private static final MethodHandle INDEX = function("if_nametoindex", "ia");
  private static final MethodHandle SET = function("setsockopt", "iiiiai");
  private static final MethodHandle ASK = function("getsockopt", "iiiiaa");
  private static final MethodHandle SEND = function("send", "liali");
  private static final MethodHandle RECEIVE = function("recv", "liali");
  private static final MethodHandle CLOSE = function("close", "ii");

  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(LONGEST, 16);
  private final int descriptor;

  private Wire(String device) throws IOException {
    descriptor = call(SOCKET, AF_PACKET, SOCK_RAW, ALL_IN_NETWORK_ORDER);
    int index = call(INDEX, arena.allocateFrom(device));
    set(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER, 0);
    set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    // struct timeval
    set(SOL_SOCKET, SO_RCVTIMEO, 0, 0, RECEIVE_MICROS, 0);
    MemorySegment address = arena.allocate(ADDRESS_LENGTH, 8);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
    address.set(ValueLayout.JAVA_SHORT, 2, ALL_IN_NETWORK_ORDER);
    address.set(ValueLayout.JAVA_INT, 4, index);
    if (descriptor < 0 || index == 0 || call(BIND, descriptor, address, ADDRESS_LENGTH) != 0) {
      throw new IOException("There is no raw socket at " + device + "; it needs root.");
    }
  }

  /** A socket at {@code device} of {@code host}. */
  static Wire open(NetworkNamespace host, String device) throws IOException {
    return host.call(() -> new Wire(device));
  }

  private void set(int level, int option, int... values) {
    MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, values);
    int length = option == SO_RCVTIMEO ? 4 * values.length : 4;
    call(SET, descriptor, level, option, value, length);
  }

  /** Sends a frame. Whether the interface took it: one that is down does not. */
  boolean send(byte[] frame) {
    MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
    // Once the interface has been down, the first call is told of that and sends nothing.
    return longCall(SEND, descriptor, buffer, (long) frame.length, 0) == frame.length
        || longCall(SEND, descriptor, buffer, (long) frame.length, 0) == frame.length;
  }

  /** The next frame, or null when none came for 20 ms. */
  byte[] receive() {
    long length = longCall(RECEIVE, descriptor, buffer, (long) LONGEST, 0);
    return length <= 0 ? null : buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** How many frames the kernel had no room for since this was asked last. */
  int lost() {
    MemorySegment counters = arena.allocate(8, 8);
    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, 8);
    call(ASK, descriptor, SOL_PACKET, PACKET_STATISTICS, counters, length);
    return counters.get(ValueLayout.JAVA_INT, 4);
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static long longCall(MethodHandle function, Object... arguments) {
    try {
      return (long) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** A function of the C library: result and arguments are int, long or address. */
  private static MethodHandle function(String name, String types) {
    ValueLayout[] layouts =
        types
            .chars()
            .mapToObj(
                type ->
                    switch (type) {
                      case 'i' -> ValueLayout.JAVA_INT;
                      case 'l' -> ValueLayout.JAVA_LONG;
                      default -> ValueLayout.ADDRESS;
                    })
            .toArray(ValueLayout[]::new);
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(
                layouts[0], java.util.Arrays.copyOfRange(layouts, 1, layouts.length)));
  }

  @Override
  public void close() {
    call(CLOSE, descriptor);
    arena.close();
  }
}
