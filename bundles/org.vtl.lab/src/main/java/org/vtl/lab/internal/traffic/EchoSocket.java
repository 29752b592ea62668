package org.vtl.lab.internal.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks one address for ICMP echoes (RFC 792; RFC 4443 section 4). Used by one thread at a time;
 * needs CAP_NET_RAW in the network that opens it.
 */
@SuppressWarnings("restricted")
final class EchoSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int IPPROTO_ICMP = 1;
  private static final int IPPROTO_ICMPV6 = 58;
  private static final short POLLIN = 1;
  private static final int MSG_DONTWAIT = 0x40;

  private static final int HEADER = 8;
  private static final int LENGTH = HEADER + 48;
  private static final int LONGEST = 65_535;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
  private static final MethodHandle CONNECT = call("connect", INT, INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle SEND = call("send", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
  private static final MethodHandle RECV = call("recv", LONG, INT, ValueLayout.ADDRESS, LONG, INT);
  private static final MethodHandle POLL = call("poll", INT, ValueLayout.ADDRESS, LONG, INT);
  private static final MethodHandle CLOSE = call("close", INT, INT);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment state = arena.allocate(CALL_STATE);
  private final MemorySegment request = arena.allocate(LENGTH);
  private final MemorySegment answer = arena.allocate(LONGEST);
  private final MemorySegment waiting = arena.allocate(8, 4); // struct pollfd
  private final short identifier = (short) ThreadLocalRandom.current().nextInt();
  private final InetAddress address;
  private final boolean ipv6;
  private final int socket;

  /** A socket in the calling thread's network, which hears nobody but {@code address}. */
  EchoSocket(InetAddress address) throws IOException {
    this.address = address;
    ipv6 = address instanceof Inet6Address;
    try {
      socket =
          (int)
              SOCKET.invokeExact(
                  state,
                  ipv6 ? AF_INET6 : AF_INET,
                  SOCK_RAW_CLOEXEC,
                  ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    } catch (Throwable e) {
      arena.close();
      throw new IllegalStateException(e);
    }
    if (socket < 0) {
      IOException refused = failure("opens no socket for ICMP");
      arena.close();
      throw refused;
    }
    try {
      connect();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(result, arguments),
            Linker.Option.captureCallState("errno"));
  }

  private IOException failure(String what) {
    return new IOException(
        "The kernel "
            + what
            + " to "
            + address.getHostAddress()
            + " (errno "
            + state.get(INT, ERRNO)
            + ").");
  }

  private void connect() throws IOException {
    byte[] bytes = address.getAddress();
    MemorySegment to = arena.allocate(ipv6 ? 28 : 16, 4); // struct sockaddr_in6, sockaddr_in
    to.set(ValueLayout.JAVA_SHORT, 0, (short) (ipv6 ? AF_INET6 : AF_INET));
    MemorySegment.copy(bytes, 0, to, U8, ipv6 ? 8 : 4, bytes.length);
    if (address instanceof Inet6Address scoped) {
      to.set(INT, 24, scoped.getScopeId());
    }
    try {
      if ((int) CONNECT.invokeExact(state, socket, to, (int) to.byteSize()) != 0) {
        throw failure("has no way");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sends a request and waits for its answer; what else arrives is passed over.
   *
   * @param sequence its number, of which the lower 16 bits count
   * @param timeoutMillis how long to wait
   * @return how long it took, in nanoseconds; -1 if nothing came in time or it could not be sent
   */
  long exchange(int sequence, int timeoutMillis) {
    long start = System.nanoTime();
    long end = start + timeoutMillis * 1_000_000L;
    if (!ask(sequence)) {
      return -1;
    }
    for (long left = end - start; left > 0; left = end - System.nanoTime()) {
      if (isReadable((int) (left / 1_000_000) + 1) && isAnswer(sequence)) {
        return System.nanoTime() - start;
      }
    }
    return -1;
  }

  private boolean ask(int sequence) {
    request.set(U8, 0, (byte) (ipv6 ? 128 : 8));
    request.set(U16, 2, (short) 0);
    request.set(U16, 4, identifier);
    request.set(U16, 6, (short) sequence);
    if (!ipv6) { // of ICMPv6 the kernel computes it
      request.set(U16, 2, checksum());
    }
    try {
      return (long) SEND.invokeExact(state, socket, request, (long) LENGTH, 0) == LENGTH;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The Internet checksum of the request (RFC 1071). */
  private short checksum() {
    int sum = 0;
    for (int at = 0; at < LENGTH; at += 2) {
      sum += request.get(U16, at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }

  private boolean isReadable(int millis) {
    waiting.set(INT, 0, socket);
    waiting.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
    try {
      return (int) POLL.invokeExact(state, waiting, 1L, millis) > 0;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isAnswer(int sequence) {
    long length;
    try {
      length = (long) RECV.invokeExact(state, socket, answer, (long) LONGEST, MSG_DONTWAIT);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    // Of IPv4 the kernel shows the IP header, too.
    long at = ipv6 || length <= 0 ? 0 : (answer.get(U8, 0) & 0x0f) * 4L;
    return length >= at + HEADER
        && answer.get(U8, at) == (byte) (ipv6 ? 129 : 0)
        && answer.get(U16, at + 4) == identifier
        && answer.get(U16, at + 6) == (short) sequence;
  }

  @Override
  public void close() {
    try {
      int unused = (int) CLOSE.invokeExact(state, socket);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    arena.close();
  }
}
