package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

/** The port of a Unix stream socket, with a peer of our own that speaks QEMU's framing. */
abstract class WithQemuPort {
  @TempDir Path folder;

  final PacketPool pool = new PacketPool(200);
  final PacketBatch batch = Frames.free(pool, 64);
  Path path;
  PacketPort port;

  @BeforeEach
  final void begin() {
    path = folder.resolve("vm.sock");
  }

  @AfterEach
  final void end() {
    if (port != null) {
      port.close();
    }
    pool.close();
  }

  PacketPort open(String options) throws PortException {
    return new LinuxPorts().open(PortAddress.parse("qemu:" + path + options), new Workers(1));
  }

  /** A listening port and a VM that is connected to it. */
  SocketChannel connected() throws Exception {
    port = open("");
    return connect();
  }

  SocketChannel connect() throws Exception {
    SocketChannel vm = SocketChannel.open(UnixDomainSocketAddress.of(path));
    port.poll(batch);
    return vm;
  }

  static byte[] frame(int length, int seed) {
    byte[] frame = new byte[length];
    new Random(seed).nextBytes(frame);
    if (length > 13) {
      frame[12] = (byte) 0x88;
      frame[13] = (byte) 0xb5;
    }
    return frame;
  }

  static byte[] stream(byte[]... frames) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (byte[] frame : frames) {
      out.writeInt(frame.length);
      out.write(frame);
    }
    return bytes.toByteArray();
  }

  static void write(SocketChannel to, byte[] bytes, int from, int until) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, until - from);
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
  }

  static byte[] bytes(Packet packet) {
    return packet.memory().asSlice(packet.start(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Polls once; what came is added to {@code into}. */
  int poll(List<byte[]> into) throws PortException {
    int count = port.poll(batch);
    for (int i = 0; i < count; i++) {
      into.add(bytes(batch.get(i)));
    }
    return count;
  }

  static void assertFrames(byte[][] expected, List<byte[]> actual) {
    assertEquals(expected.length, actual.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual.get(i));
    }
  }

  Packet packet(byte[] frame) {
    Packet packet = pool.acquire();
    MemorySegment.copy(
        frame, 0, packet.memory(), ValueLayout.JAVA_BYTE, Packet.HEADROOM, frame.length);
    packet.frame(Packet.HEADROOM, frame.length);
    Parser.parse(packet);
    return packet;
  }

  static byte[] read(SocketChannel from, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && from.read(buffer) >= 0) {
      // until all is here
    }
    return buffer.array();
  }

  record Workers(int workers) implements PortContext {
    @Override
    public String link() {
      return "lab";
    }

    @Override
    public void wake() {
      // nobody sleeps here
    }
  }
}
