package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.PacketPort;

/** The stream of a QEMU port: where frames begin and end, whatever its pieces are. */
@Timeout(60)
class QemuStreamTest extends WithQemuPort {
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
