package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

/** The port of a Unix stream socket, with a peer of our own that speaks QEMU's framing. */
@Timeout(60)
class QemuPortTest {
  @TempDir Path folder;

  private final PacketPool pool = new PacketPool(200);
  private final PacketBatch batch = Frames.free(pool, 64);
  private Path path;
  private PacketPort port;

  @BeforeEach
  void begin() {
    path = folder.resolve("vm.sock");
  }

  @AfterEach
  void end() {
    if (port != null) {
      port.close();
    }
    pool.close();
  }

  private PacketPort open(String options) throws PortException {
    return new LinuxPorts().open(PortAddress.parse("qemu:" + path + options), new Workers(1));
  }

  /** A listening port and a VM that is connected to it. */
  private SocketChannel connected() throws Exception {
    port = open("");
    return connect();
  }

  private SocketChannel connect() throws Exception {
    SocketChannel vm = SocketChannel.open(UnixDomainSocketAddress.of(path));
    port.poll(batch);
    return vm;
  }

  private static byte[] frame(int length, int seed) {
    byte[] frame = new byte[length];
    new Random(seed).nextBytes(frame);
    if (length > 13) {
      frame[12] = (byte) 0x88;
      frame[13] = (byte) 0xb5;
    }
    return frame;
  }

  private static byte[] stream(byte[]... frames) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (byte[] frame : frames) {
      out.writeInt(frame.length);
      out.write(frame);
    }
    return bytes.toByteArray();
  }

  private static void write(SocketChannel to, byte[] bytes, int from, int until)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, until - from);
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
  }

  private static byte[] bytes(Packet packet) {
    return packet.memory().asSlice(packet.start(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Polls once; what came is added to {@code into}. */
  private int poll(List<byte[]> into) throws PortException {
    int count = port.poll(batch);
    for (int i = 0; i < count; i++) {
      into.add(bytes(batch.get(i)));
    }
    return count;
  }

  private static void assertFrames(byte[][] expected, List<byte[]> actual) {
    assertEquals(expected.length, actual.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual.get(i));
    }
  }

  private Packet packet(byte[] frame) {
    Packet packet = pool.acquire();
    MemorySegment.copy(
        frame, 0, packet.memory(), ValueLayout.JAVA_BYTE, Packet.HEADROOM, frame.length);
    packet.frame(Packet.HEADROOM, frame.length);
    Parser.parse(packet);
    return packet;
  }

  private static byte[] read(SocketChannel from, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && from.read(buffer) >= 0) {
      // until all is here
    }
    return buffer.array();
  }

  // ---- the stream ------------------------------------------------------------------------------

  @Test
  void theStreamMayBeCutAtAnyByte() throws Exception {
    byte[][] frames = {frame(42, 1), frame(14, 2), frame(60, 3)};
    byte[] stream = stream(frames);
    try (SocketChannel vm = connected()) {
      for (int cut = 1; cut < stream.length; cut++) {
        List<byte[]> got = new ArrayList<>();
        write(vm, stream, 0, cut);
        poll(got);
        write(vm, stream, cut, stream.length);
        poll(got);
        assertFrames(frames, got);
      }
      List<byte[]> got = new ArrayList<>();
      for (int i = 0; i < stream.length; i++) {
        write(vm, stream, i, i + 1);
        poll(got);
      }
      assertFrames(frames, got);
    }
  }

  @Test
  void manyFramesCrossInOneReadAndNoneIsForgotten() throws Exception {
    byte[][] frames = new byte[200][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = frame(60 + i, i);
    }
    try (SocketChannel vm = connected()) {
      byte[] stream = stream(frames);
      write(vm, stream, 0, stream.length);
      List<byte[]> got = new ArrayList<>();
      assertEquals(64, poll(got));
      // The socket is empty now: a descriptor would have the worker sleep on what the port holds.
      assertEquals(PacketPort.NO_DESCRIPTOR, port.descriptor());
      while (poll(got) > 0) {
        // until all is here
      }
      assertFrames(frames, got);
      assertTrue(port.descriptor() >= 0);
      assertEquals(200, port.statistics().receivedFrames());
    }
  }

  @Test
  void theLongestFrameThatFitsASlotComesThrough() throws Exception {
    byte[][] frames = {frame(Packet.MAX_FRAME, 1), frame(60, 2), frame(Packet.MAX_FRAME, 3)};
    byte[] stream = stream(frames);
    try (SocketChannel vm = connected()) {
      List<byte[]> got = new ArrayList<>();
      for (int at = 0; at < stream.length; at += 50_000) {
        write(vm, stream, at, Math.min(stream.length, at + 50_000));
        poll(got);
      }
      assertFrames(frames, got);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, Packet.MAX_FRAME + 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff})
  void aLengthThatCannotBeEndsItsConnectionOnly(int length) throws Exception {
    try (SocketChannel vm = connected()) {
      byte[] good = stream(frame(60, 1));
      write(vm, good, 0, good.length);
      write(vm, ByteBuffer.allocate(4).putInt(length).array(), 0, 4);
      List<byte[]> got = new ArrayList<>();
      poll(got);
      assertEquals(1, got.size());
      assertEquals(-1, vm.read(ByteBuffer.allocate(1)), "the port has closed the connection");
      assertEquals(1, port.statistics().missedFrames());
      assertTrue(port.obstacle().contains("waits for QEMU"), port.obstacle());
      assertTrue(port.obstacle().contains(Integer.toUnsignedString(length)), port.obstacle());
    }
    try (SocketChannel next = connect()) {
      assertEquals("", port.obstacle());
      byte[] good = stream(frame(60, 2));
      write(next, good, 0, good.length);
      assertEquals(1, poll(new ArrayList<>()));
    }
  }

  @Test
  void aBatchArrivesWithItsLengths() throws Exception {
    try (SocketChannel vm = connected()) {
      byte[][] frames = new byte[100][];
      PacketBatch out = new PacketBatch(100);
      for (int i = 0; i < frames.length; i++) {
        frames[i] = frame(14 + 13 * i, i);
        out.add(packet(frames[i]));
      }
      assertEquals(100, port.transmit(out));
      byte[] expected = stream(frames);
      assertArrayEquals(expected, read(vm, expected.length));
      assertEquals(100, port.statistics().transmittedFrames());
      assertEquals(expected.length - 400, port.statistics().transmittedBytes());
    }
  }

  @Test
  void whatIsTooLongOrHasNoRoomForItsLengthIsRefused() throws Exception {
    port = open("?mtu=1000");
    try (SocketChannel vm = connect()) {
      byte[] exact = frame(1_014, 1);
      byte[] last = frame(60, 2);
      Packet cramped = packet(frame(60, 3));
      cramped.moveStart(Packet.HEADROOM - 3);
      Packet tooLong = packet(frame(1_015, 4));
      assertEquals(4, port.transmit(Frames.batch(packet(exact), tooLong, cramped, packet(last))));
      byte[] expected = stream(exact, last);
      assertArrayEquals(expected, read(vm, expected.length));
      assertEquals(2, port.statistics().refusedFrames());
      assertEquals(1_000, port.mtu());
    }
  }

  /** A VM that is paused, and goes on: what was taken arrives whole, in order, and nothing else. */
  @Test
  void aReaderThatFallsBehindGetsWholeFrames() throws Exception {
    try (SocketChannel vm = connected()) {
      vm.configureBlocking(false);
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(10_000);
      boolean wasFull = false;
      Packet[] packets = new Packet[60]; // more than the kernel takes in one piece
      for (int i = 0; i < packets.length; i++) {
        packets[i] = packet(frame(1_400 + i, i));
      }
      for (int round = 0; round < 3_000; round++) {
        int done = port.transmit(Frames.batch(packets));
        for (int i = 0; i < done; i++) {
          expected.writeBytes(stream(bytes(packets[i])));
        }
        wasFull |= done < packets.length;
        if (done < packets.length || round % 7 == 0) {
          buffer.clear();
          vm.read(buffer);
          got.write(buffer.array(), 0, buffer.position());
          port.poll(batch);
        }
      }
      assertTrue(wasFull);
      while (got.size() < expected.size()) {
        port.poll(batch); // which sends what is left of a frame
        buffer.clear();
        vm.read(buffer);
        got.write(buffer.array(), 0, buffer.position());
      }
      assertArrayEquals(expected.toByteArray(), got.toByteArray());
    }
  }

  @Test
  void aPausedVmIsWaitedForOnceAndNotAgain() throws Exception {
    try (SocketChannel vm = connected()) {
      Packet packet = packet(frame(1_514, 1));
      PacketBatch one = Frames.batch(packet);
      while (port.transmit(one) == 1) {
        // until there is no room
      }
      long start = System.nanoTime();
      for (int i = 0; i < 1_000; i++) {
        assertEquals(0, port.transmit(one));
      }
      assertTrue(System.nanoTime() - start < 1_000 * Readiness.ROOM_LIMIT_NANOS / 2);
      assertTrue(vm.isConnected());
    }
  }

  @Test
  void theDescriptorTellsOfFramesRoomAndVms() throws Exception {
    port = open("");
    try (Arena arena = Arena.ofConfined()) {
      Readiness ready = new Readiness(arena, new Libc(arena), port.descriptor());
      assertEquals(0, ready.toRead());
      try (SocketChannel vm = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        assertEquals(Uapi.POLLIN, ready.toRead(), "somebody connects");
        port.poll(batch);
        assertEquals(0, ready.toRead());
        byte[] stream = stream(frame(60, 1));
        write(vm, stream, 0, stream.length);
        assertEquals(Uapi.POLLIN, ready.toRead(), "a frame");
        assertEquals(1, port.poll(batch));
        assertEquals(0, ready.toRead());
        PacketBatch out = new PacketBatch(64); // more than the kernel takes in one piece
        while (!out.isFull()) {
          out.add(packet(frame(1_499, out.size())));
        }
        while (port.transmit(out) == 64) {
          // until there is no room
        }
        assertEquals(0, ready.toRead());
        while (ready.toRead() == 0) {
          read(vm, 1_000);
        }
        port.poll(batch);
        assertEquals(0, ready.toRead(), "what was left of a frame is sent");
      }
      assertEquals(Uapi.POLLIN, ready.toRead(), "it has gone");
    }
  }

  // ---- connections -----------------------------------------------------------------------------

  @Test
  void aVmMayGoAndComeAgain() throws Exception {
    port = open("");
    assertEquals(Offloads.NONE, port.offloads());
    assertTrue(port.obstacle().contains("waits for QEMU"), port.obstacle());
    assertEquals(0, port.poll(batch));
    assertEquals(0, port.transmit(Frames.batch(packet(frame(60, 1)))));
    for (int i = 0; i < 3; i++) {
      try (SocketChannel vm = connect()) {
        assertEquals("", port.obstacle());
        byte[] stream = stream(frame(60, i), frame(60, i + 1));
        write(vm, stream, 0, stream.length - 1); // the last frame never comes whole
      }
      List<byte[]> got = new ArrayList<>();
      while (port.obstacle().isEmpty()) {
        poll(got);
      }
      assertFrames(new byte[][] {frame(60, i)}, got);
    }
  }

  @Test
  void aVmThatGoesIsNoticedWhenSendingToIt() throws Exception {
    connected().close();
    Packet packet = packet(frame(60, 1));
    assertEquals(0, port.transmit(Frames.batch(packet)));
    assertTrue(port.obstacle().contains("waits for QEMU"));
  }

  @Test
  void aSecondOneIsRefusedAndTheFirstStays() throws Exception {
    try (SocketChannel vm = connected();
        SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      other.configureBlocking(false);
      ByteBuffer one = ByteBuffer.allocate(1);
      long end = System.nanoTime() + 5_000_000_000L;
      while (other.read(one) == 0 && System.nanoTime() - end < 0) {
        port.poll(batch);
      }
      assertEquals(-1, other.read(one));
      byte[] stream = stream(frame(60, 1));
      write(vm, stream, 0, stream.length);
      assertEquals(1, port.poll(batch));
    }
  }

  @Test
  void theNextOneMayComeBeforeTheLastHasGone() throws Exception {
    SocketChannel first = connected();
    try (SocketChannel next = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      byte[] stream = stream(frame(60, 1));
      write(next, stream, 0, stream.length);
      assertEquals(0, port.poll(batch));
      first.close();
      assertEquals(0, port.poll(batch));
      assertEquals(1, port.poll(batch));
    }
  }

  @Test
  void aPortMayConnect() throws Exception {
    assertTrue(
        assertThrows(PortException.class, () -> open("?mode=connect"))
            .getMessage()
            .contains("nobody there takes the connection"));
    try (ServerSocketChannel passt = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      passt.bind(UnixDomainSocketAddress.of(path));
      port = open("?mode=connect");
      byte[] there = frame(60, 1);
      try (SocketChannel end = passt.accept()) {
        assertEquals(1, port.transmit(Frames.batch(packet(there))));
        assertArrayEquals(stream(there), read(end, 64));
        byte[] back = stream(frame(70, 2));
        write(end, back, 0, back.length);
      }
      assertEquals(1, port.poll(batch), "what came before the end is taken first");
      String why = assertThrows(PortException.class, () -> port.poll(batch)).getMessage();
      assertTrue(why.contains("is lost: the other end closed the connection"), why);
    }
  }

  @Test
  void twoPortsAreJoined() throws Exception {
    port = open("");
    try (PacketPort other = open("?mode=connect")) {
      port.poll(batch);
      byte[] frame = frame(1_514, 1);
      assertEquals(1, port.transmit(Frames.batch(packet(frame))));
      assertEquals(1, other.poll(batch));
      assertArrayEquals(frame, bytes(batch.get(0)));
    }
  }

  // ---- the file --------------------------------------------------------------------------------

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void theFileIsTheOwnersAloneUnlessOthersAreLetIn() throws Exception {
    open("").close();
    assertFalse(Files.exists(path), "it goes with its port");
    port = open("");
    assertEquals("rw-------", permissions());
    port.close();
    port = open("?permissions=0666");
    assertEquals("rw-rw-rw-", permissions());
    port.close();
    port = open("?permissions=640");
    assertEquals("rw-r-----", permissions());
  }

  @Test
  void whatACrashLeftIsReplaced() throws Exception {
    ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    crashed.bind(UnixDomainSocketAddress.of(path));
    crashed.close(); // Java leaves the file
    assertTrue(Files.exists(path));
    connected().close();
  }

  @Test
  void aLiveSocketIsLeftAlone() throws Exception {
    port = open("");
    String why = assertThrows(PortException.class, () -> open("")).getMessage();
    assertTrue(why.contains("another process or link listens there"), why);
    assertTrue(Files.exists(path));
    assertEquals(0, port.poll(batch), "the look whether somebody listens");
    port.poll(batch);
    try (SocketChannel vm = connect()) {
      byte[] stream = stream(frame(60, 1));
      write(vm, stream, 0, stream.length);
      assertEquals(1, port.poll(batch));
    }
  }

  @Test
  void anotherFileIsLeftAlone() throws Exception {
    Files.writeString(path, "precious");
    String why = assertThrows(PortException.class, () -> open("")).getMessage();
    assertTrue(why.contains("that is no socket"), why);
    assertEquals("precious", Files.readString(path));
    Files.delete(path);
    Files.createSymbolicLink(path, folder.resolve("elsewhere"));
    assertThrows(PortException.class, () -> open(""));
    assertTrue(Files.isSymbolicLink(path));
  }

  @Test
  void aFileThatAnotherHasTakenStays() throws Exception {
    port = open("");
    Files.delete(path);
    try (PacketPort successor = open("")) {
      port.close();
      assertTrue(Files.exists(path));
      assertEquals(0, successor.poll(batch));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?mode=both",
        "?mtu=67",
        "?mtu=65536",
        "?mtu=many",
        "?permissions=0999",
        "?permissions=1777",
        "?mode=connect&permissions=0600",
        "?reconnect=1",
        "-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-"
            + "0123456789-0123456789"
      })
  void whatCannotBeIsRefusedForEver(String options) {
    assertThrows(IllegalArgumentException.class, () -> open(options));
  }

  @Test
  void severalWorkersCannotShareIt() {
    PortAddress address = PortAddress.parse("qemu:" + path);
    String why =
        assertThrows(
                IllegalArgumentException.class,
                () -> new LinuxPorts().open(address, new Workers(2)))
            .getMessage();
    assertTrue(why.contains("set workers to 1"), why);
    assertFalse(Files.exists(path));
  }

  private record Workers(int workers) implements PortContext {
    @Override
    public String link() {
      return "lab";
    }

    @Override
    public void wake() {
      // nobody sleeps here
    }
  }

  @Test
  void aMissingFolderIsNamed() {
    path = folder.resolve("none/vm.sock");
    String why = assertThrows(PortException.class, () -> open("")).getMessage();
    assertTrue(why.contains("make the folder " + folder.resolve("none")), why);
  }

  @Test
  void nothingIsAllocatedPerFrame() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assumeTrue(threads.isThreadAllocatedMemorySupported());
    port = open("");
    try (PacketPort other = open("?mode=connect")) {
      port.poll(batch);
      PacketBatch out = new PacketBatch(64);
      for (int i = 0; i < 64; i++) {
        out.add(packet(frame(60 + 20 * i, i)));
      }
      long frames = 0;
      long before = 0;
      for (int i = 0; i < 40_000; i++) {
        if (i == 30_000) {
          before = threads.getCurrentThreadAllocatedBytes();
          frames = 0;
        }
        assertEquals(64, port.transmit(out));
        int count = other.poll(batch);
        frames += count;
        while (count > 0) {
          count = other.poll(batch);
          frames += count;
        }
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertEquals(640_000, frames);
      assertTrue(allocated < 64_000, allocated + " bytes for 640,000 frames");
    }
  }
}
