package org.vtl.itests.opponent;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.NetworkInterface;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Sends packets of one kind as fast as the machine can make them, each from another address of
 * 198.18.0.0/15, past the kernel's own queues. A program of its own; says at its end how many.
 *
 * <pre>
 * Flood KIND INTERFACE SOURCE-MAC TARGET-MAC TARGET PORT MILLISECONDS
 * </pre>
 */
@SuppressWarnings("restricted")
final class Flood {
  /** What is sent. */
  enum Kind {
    /** TCP's first segment, each of another connection. */
    SYN,
    /** UDP's first fragment, of 64 bytes, whose rest never comes. */
    FIRST,
    /** Later fragments of nothing. */
    LATER,
    /** First fragments and later ones that overlap them, in turn. */
    OVERLAPPING
  }

  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_QDISC_BYPASS = 20;
  private static final int SOCKADDR_LL = 20;
  private static final int BATCH = 64;
  private static final int FRAME = 14 + 20 + 72;
  private static final int MESSAGE = 64;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment frames = arena.allocate((long) BATCH * FRAME);
  private final MemorySegment vectors = arena.allocate(BATCH * 16L, 8);
  private final MemorySegment messages = arena.allocate(BATCH * (long) MESSAGE, 8);
  private final SplittableRandom random = new SplittableRandom(1);
  private final Kind kind;
  private final int target;
  private final int port;
  private int count;

  private Flood(Kind kind, String sourceMac, String targetMac, String target, int port) {
    this.kind = kind;
    this.target = address(target);
    this.port = port;
    for (int i = 0; i < BATCH; i++) {
      MemorySegment frame = frames.asSlice((long) i * FRAME, FRAME);
      mac(frame, 0, targetMac);
      mac(frame, 6, sourceMac);
      frame.set(SHORT, 12, (short) 0x0800);
      vectors.set(ValueLayout.ADDRESS, i * 16L, frame);
      messages.set(ValueLayout.ADDRESS, (long) i * MESSAGE + 16, vectors.asSlice(i * 16L, 16));
      messages.set(ValueLayout.JAVA_LONG, (long) i * MESSAGE + 24, 1);
    }
  }

  public static void main(String[] words) throws Throwable {
    Flood flood =
        new Flood(Kind.valueOf(words[0]), words[2], words[3], words[4], Integer.parseInt(words[5]));
    long sent = flood.run(words[1], Long.parseLong(words[6]) * 1_000_000);
    System.out.println("sent " + sent);
  }

  private long run(String device, long nanos) throws Throwable {
    MethodHandle send =
        function(
            "sendmmsg",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT);
    int socket = socket(NetworkInterface.getByName(device).getIndex());
    long sent = 0;
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      for (int i = 0; i < BATCH; i++) {
        vectors.set(ValueLayout.JAVA_LONG, i * 16L + 8, fill(frames.asSlice((long) i * FRAME)));
      }
      int done = (int) send.invokeExact(socket, messages, BATCH, 0);
      // What the receiver's queue has no room for counts as sent: it is on the wire.
      sent += Math.max(done, 0);
    }
    return sent;
  }

  private int socket(int index) throws Throwable {
    int socket =
        (int)
            function(
                    "socket",
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT)
                .invokeExact(AF_PACKET, SOCK_RAW, 0);
    MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
    MemorySegment where = arena.allocate(SOCKADDR_LL, 8);
    where.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
    where.set(ValueLayout.JAVA_INT, 4, index);
    int result =
        (int)
            function(
                    "setsockopt",
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT)
                .invokeExact(socket, SOL_PACKET, PACKET_QDISC_BYPASS, one, 4);
    result |=
        (int)
            function(
                    "bind",
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT)
                .invokeExact(socket, where, SOCKADDR_LL);
    if (socket < 0 || result != 0) {
      throw new IOException("A raw socket cannot be made here; it takes root.");
    }
    return socket;
  }

  private static MethodHandle function(String name, ValueLayout result, ValueLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  /** Writes the next packet; returns the frame's length. */
  private int fill(MemorySegment frame) {
    count++;
    int bits = random.nextInt();
    int source = 0xc612_0000 | bits & 0x1_ffff;
    boolean later = kind == Kind.LATER || kind == Kind.OVERLAPPING && (count & 1) == 0;
    if (kind == Kind.SYN) {
      ip(frame, source, 40, 6, 0x4000, bits >>> 16);
      syn(frame, source);
      return 14 + 40;
    }
    int offset = later ? (kind == Kind.OVERLAPPING ? 1 : 8) : 0;
    int id = kind == Kind.OVERLAPPING ? count >>> 1 : count;
    if (kind == Kind.OVERLAPPING) {
      source = 0xc612_0000 | id & 0x1_ffff;
    }
    ip(frame, source, 20 + 64, 17, (later ? 0 : 0x2000) | offset, id);
    frame.set(SHORT, 34, (short) (bits >>> 16));
    frame.set(SHORT, 36, (short) port);
    frame.set(SHORT, 38, (short) 128);
    frame.set(SHORT, 40, (short) 0);
    return 14 + 20 + 64;
  }

  private void ip(MemorySegment frame, int source, int length, int protocol, int flags, int id) {
    frame.set(SHORT, 14, (short) 0x4500);
    frame.set(SHORT, 16, (short) length);
    frame.set(SHORT, 18, (short) id);
    frame.set(SHORT, 20, (short) flags);
    frame.set(SHORT, 22, (short) (64 << 8 | protocol));
    frame.set(SHORT, 24, (short) 0);
    frame.set(INT, 26, source);
    frame.set(INT, 30, target);
    frame.set(SHORT, 24, (short) ~sum(frame, 14, 20, 0));
  }

  private void syn(MemorySegment frame, int source) {
    frame.set(SHORT, 34, (short) (1024 + random.nextInt(64_000)));
    frame.set(SHORT, 36, (short) port);
    frame.set(INT, 38, random.nextInt());
    frame.set(INT, 42, 0);
    frame.set(SHORT, 46, (short) 0x5002);
    frame.set(SHORT, 48, (short) 64_240);
    frame.set(INT, 50, 0);
    int pseudo = (source >>> 16) + (source & 0xffff) + (target >>> 16) + (target & 0xffff) + 6 + 20;
    frame.set(SHORT, 50, (short) ~sum(frame, 34, 20, pseudo));
  }

  private static int sum(MemorySegment frame, int start, int length, int more) {
    int sum = more;
    for (int i = start; i < start + length; i += 2) {
      sum += frame.get(SHORT, i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }

  private static int address(String text) {
    int address = 0;
    for (String part : text.split("\\.")) {
      address = address << 8 | Integer.parseInt(part);
    }
    return address;
  }

  private static void mac(MemorySegment frame, int at, String text) {
    String[] parts = text.split(":");
    for (int i = 0; i < parts.length; i++) {
      frame.set(ValueLayout.JAVA_BYTE, at + i, (byte) Integer.parseInt(parts[i], 16));
    }
  }
}
