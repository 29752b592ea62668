package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.packet.Bytes;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.Parser;
import org.vtl.packet.TcpHeader;
import org.vtl.port.PacketPort;

/** Short frames come through the ring and long ones beside it, as if there were but one way. */
@Timeout(60)
class ReceiveRingTest extends TwoNamespaces {
  private static final int JUMBO = 9_000;
  private static final long SECONDS = 1_000_000_000L;

  @BeforeEach
  void join() throws Exception {
    here.join("eth1", there, "eth1");
    here.ip("link set eth1 mtu " + JUMBO);
    there.ip("link set eth1 mtu " + JUMBO);
  }

  /** A large TCP segment, to be cut and summed by whoever is last. */
  private Packet segment(int payload, int number) {
    Packet packet = Frames.tcp4(pool, payload, TcpHeader.ACK);
    packet.tcp().setSequenceNumber(number);
    packet.seal(true);
    packet.setPartialChecksum(34, 16);
    packet.setSegmentSize(1_448);
    return packet;
  }

  private static void tag(Packet packet, int tag) {
    long destination = packet.ethernet().destination();
    long source = packet.ethernet().source();
    packet.moveStart(4);
    Bytes.setU48(packet.memory(), packet.start(), destination);
    Bytes.setU48(packet.memory(), packet.start() + 6L, source);
    Bytes.setU32(packet.memory(), packet.start() + 12L, tag);
    Parser.parse(packet);
  }

  private static void assertSame(Packet sent, Packet arrived, String where) {
    Parser.parse(arrived);
    long mismatch =
        MemorySegment.mismatch(
            sent.memory(),
            sent.start(),
            sent.start() + sent.length(),
            arrived.memory(),
            arrived.start(),
            arrived.start() + arrived.length());
    assertEquals(-1, mismatch, where);
    assertEquals(sent.segmentSize(), arrived.segmentSize(), where);
    if (sent.checksumState() == ChecksumState.PARTIAL) {
      assertEquals(ChecksumState.PARTIAL, arrived.checksumState(), where);
      assertEquals(sent.checksumStart(), arrived.checksumStart(), where);
      assertEquals(sent.checksumOffset(), arrived.checksumOffset(), where);
    }
  }

  /** Sends the packets, polls as many, and compares each; then they are free again. */
  private void assertCross(PacketPort near, PacketPort far, PacketBatch sent) throws Exception {
    assertEquals(sent.size(), near.transmit(sent));
    int compared = 0;
    long end = System.nanoTime() + 5 * SECONDS;
    while (compared < sent.size() && System.nanoTime() - end < 0) {
      int count = far.poll(batch);
      for (int i = 0; i < count; i++) {
        assertSame(sent.get(compared), batch.get(i), "packet " + compared);
        compared++;
      }
    }
    assertEquals(sent.size(), compared);
    while (sent.size() > 0) {
      pool.release(sent.removeLast());
    }
  }

  @Test
  void framesOfEverySizeKeepTheirOrderAroundTheRing() throws Exception {
    Random random = new Random(1);
    PacketBatch sent = new PacketBatch(60);
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      int number = 0;
      while (number < 2 * ReceiveRing.FRAMES + 1_000) {
        while (!sent.isFull()) {
          Packet packet =
              switch (random.nextInt(6)) {
                case 0 -> segment(2_000 + random.nextInt(63_000), number);
                case 1 -> Frames.experimental(pool, 1_900 + random.nextInt(150), number);
                case 2 -> Frames.experimental(pool, JUMBO + 14, number);
                default -> Frames.experimental(pool, 60 + random.nextInt(1_455), number);
              };
          if (random.nextInt(4) == 0 && packet.length() <= JUMBO) {
            tag(packet, random.nextBoolean() ? 0x8100_a007 : 0x88a8_0123);
          }
          sent.add(packet);
          number++;
        }
        assertCross(near, far, sent);
      }
      assertEquals(0, far.statistics().missedFrames());
      assertEquals(near.statistics().transmittedBytes(), far.statistics().receivedBytes());
      assertEquals(number, far.statistics().receivedFrames());
    }
  }

  @Test
  void segmentsKeepTheirTagAndTheirOffload() throws Exception {
    PacketBatch sent = new PacketBatch(3);
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      for (int tag : new int[] {0x8100_a007, 0x88a8_0123}) {
        sent.add(segment(60_000, 1));
        sent.add(segment(60_000, 2));
        tag(sent.get(1), tag);
        sent.add(segment(1_500, 3)); // short enough for the ring
        tag(sent.get(2), tag);
        assertCross(near, far, sent);
      }
    }
  }

  @Test
  void theStateOfAChecksumIsTheKernels() throws Exception {
    assertEquals(ChecksumState.PARTIAL, arrival("gro=off", ChecksumState.PARTIAL));
    assertEquals(ChecksumState.PARTIAL, arrival("gro=on", ChecksumState.PARTIAL));
    // Complete: verified by nobody, until the kernel looks whether it may merge.
    assertEquals(ChecksumState.UNVERIFIED, arrival("gro=off", ChecksumState.ABSENT));
    assertEquals(ChecksumState.VALID, arrival("gro=on", ChecksumState.ABSENT));
    // Wrong, as Frames leaves it: what is corrupt stays so.
    assertEquals(ChecksumState.UNVERIFIED, arrival("gro=off", ChecksumState.UNVERIFIED));
    assertEquals(ChecksumState.UNVERIFIED, arrival("gro=on", ChecksumState.UNVERIFIED));
  }

  /** How a short and a long TCP packet arrive that are sent with a checksum of this state. */
  private ChecksumState arrival(String option, ChecksumState state) throws Exception {
    ChecksumState arrived = null;
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1?" + option)) {
      for (int payload : new int[] {100, 8_000}) {
        Packet packet = Frames.tcp4(pool, payload, TcpHeader.ACK);
        if (state == ChecksumState.PARTIAL) {
          packet.setPartialChecksum(34, 16);
        } else {
          packet.setChecksumState(state);
          packet.seal(false);
        }
        sumHeader(packet); // GRO looks at no other
        near.transmit(Frames.batch(packet));
        pool.release(packet);
        long end = System.nanoTime() + 5 * SECONDS;
        int count = 0;
        while (count == 0 && System.nanoTime() - end < 0) {
          count = far.poll(batch);
        }
        assertEquals(1, count);
        assertEquals(payload + 54, batch.get(0).length());
        ChecksumState one = batch.get(0).checksumState();
        assertTrue(arrived == null || arrived == one, "alike in the ring and beside it");
        arrived = one;
      }
    }
    return arrived;
  }

  private static void sumHeader(Packet packet) {
    long at = packet.start() + 14L;
    Bytes.setU16(packet.memory(), at + 10, 0);
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += Bytes.u16(packet.memory(), at + i);
    }
    Bytes.setU16(packet.memory(), at + 10, ~((sum & 0xffff) + (sum >>> 16)));
  }

  @Test
  void whatFindsNoRoomBesideTheRingIsMissedAndHoldsNothingUp() throws Exception {
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1?receiveBuffer=300000")) {
      for (int i = 0; i < 200; i++) {
        Packet packet = i % 2 == 0 ? segment(60_000, i) : Frames.experimental(pool, 100, i);
        near.transmit(Frames.batch(packet));
        pool.release(packet);
      }
      int expected = 0;
      int large = 0;
      for (int count = far.poll(batch); count > 0; count = far.poll(batch)) {
        for (int i = 0; i < count; i++) {
          Packet packet = batch.get(i);
          Parser.parse(packet);
          int number = packet.isTcp() ? packet.tcp().sequenceNumber() : Frames.number(packet);
          assertTrue(number >= expected, "in order");
          large += packet.isTcp() ? 1 : 0;
          expected = number + 1;
        }
      }
      assertEquals(200, expected);
      assertTrue(large > 0 && large < 100, large + " large ones");
      assertEquals(100 - large, far.statistics().missedFrames());
      assertEquals(100 + large, far.statistics().receivedFrames());
    }
  }

  @Test
  void whatFindsTheRingFullIsMissed() throws Exception {
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      int count = ReceiveRing.FRAMES + 100;
      for (int i = 0; i < count; i++) {
        Packet packet = Frames.experimental(pool, 60, i);
        near.transmit(Frames.batch(packet));
        pool.release(packet);
      }
      int arrived = 0;
      long end = System.nanoTime() + 5 * SECONDS;
      while (arrived + far.statistics().missedFrames() < count && System.nanoTime() - end < 0) {
        int polled = far.poll(batch);
        for (int i = 0; i < polled; i++) {
          Parser.parse(batch.get(i));
          assertEquals(arrived++, Frames.number(batch.get(i)));
        }
      }
      assertEquals(ReceiveRing.FRAMES, arrived);
      assertEquals(100, far.statistics().missedFrames());
      near.transmit(Frames.batch(Frames.experimental(pool, 60, count)));
      assertEquals(count, Frames.awaitNumber(far, Frames.free(pool, 1)));
    }
  }

  @Test
  void ofAFloodThatCrowdsTheRingForAWhileMuchIsLetGoAndNothingElse() throws Exception {
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      int others = 0;
      for (int i = 0; i < ReceiveRing.FRAMES; i++) {
        boolean other = i % 100 == 99;
        Packet packet =
            other ? Frames.experimental(pool, 60, others++) : Frames.tcp4(pool, 0, TcpHeader.SYN);
        near.transmit(Frames.batch(packet));
        pool.release(packet);
      }
      int arrived = 0;
      int expected = 0;
      long start = System.nanoTime();
      for (int count = far.poll(batch); count > 0; count = far.poll(batch)) {
        for (int i = 0; i < count; i++) {
          Parser.parse(batch.get(i));
          if (!batch.get(i).isTcp()) {
            assertEquals(expected++, Frames.number(batch.get(i)), "in order");
          }
        }
        arrived += count;
        if (arrived == 5 * batch.size()) {
          long missed = far.statistics().missedFrames();
          boolean brief = System.nanoTime() - start < Shedding.PATIENCE_NANOS;
          assertTrue(missed == 0 || !brief, "the ring was not crowded for long");
          while (System.nanoTime() - start <= 2 * Shedding.PATIENCE_NANOS) {
            Thread.onSpinWait();
          }
        }
      }
      assertEquals(others, expected);
      assertEquals(ReceiveRing.FRAMES, arrived + far.statistics().missedFrames());
      assertTrue(arrived < ReceiveRing.FRAMES / 2, arrived + " have come");
    }
  }

  @Test
  void theKernelRefusesMostOfAFloodAsLongAsItGoesOn() throws Exception {
    assumeTrue(KernelBpf.whyNoSocketFilter() == null, KernelBpf.whyNoSocketFilter());
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      PacketBatch syn = Frames.batch(Frames.tcp4(pool, 0, TcpHeader.SYN));
      long end = System.nanoTime() + 10 * SECONDS;
      int sent = flood(near, syn, far);
      long arrived = far.statistics().receivedFrames();
      int more = 2 * ReceiveRing.FRAMES;
      int others = 0;
      for (int i = 0; i < more; i++) {
        near.transmit(syn);
        if (i % 100 == 99) {
          Packet other = Frames.experimental(pool, 60, others++);
          near.transmit(Frames.batch(other));
          pool.release(other);
        }
      }
      int expected = 0;
      int came = 0;
      while (far.descriptor() == PacketPort.NO_DESCRIPTOR && System.nanoTime() - end < 0) {
        int count = far.poll(batch);
        for (int i = 0; i < count; i++) {
          Parser.parse(batch.get(i));
          if (!batch.get(i).isTcp()) {
            assertEquals(expected++, Frames.number(batch.get(i)), "what is no flood comes");
          }
        }
        came += count;
      }
      assertEquals(others, expected);
      assertTrue(came < more / 2, came + " have come");
      assertEquals(sent + more + others, arrived + came + far.statistics().missedFrames());
      assertTrue(far.descriptor() >= 0, "the flood is over");
      for (int i = 0; i < 100; i++) {
        near.transmit(syn);
      }
      int again = 0;
      while (again < 100 && System.nanoTime() - end < 0) {
        again += far.poll(batch);
      }
      assertEquals(100, again);
    }
  }

  /** Sends until the port lets some of it go; returns how many were sent. */
  private int flood(PacketPort near, PacketBatch syn, PacketPort far) throws Exception {
    long end = System.nanoTime() + 10 * SECONDS;
    int sent = 0;
    while (far.descriptor() != PacketPort.NO_DESCRIPTOR && System.nanoTime() - end < 0) {
      for (int i = 0; i < ReceiveRing.FRAMES / 8; i++, sent++) {
        near.transmit(syn);
      }
      far.poll(batch);
    }
    return sent;
  }

  @Test
  void aFloodAllocatesNothing() throws Exception {
    assumeTrue(KernelBpf.whyNoSocketFilter() == null, KernelBpf.whyNoSocketFilter());
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      PacketBatch syn = Frames.batch(Frames.tcp4(pool, 0, TcpHeader.SYN));
      flood(near, syn, far);
      assertAllocatesNothing(near, far, syn);
      assertTrue(far.statistics().missedFrames() > 10_000);
    }
  }

  @Test
  void aFrameThatTheKernelCannotDescribeStopsTheRingForAMomentOnly() throws Exception {
    here.execute("ip tuntap add vm1 mode tap vnet_hdr");
    try (Arena arena = Arena.ofShared()) {
      Libc libc = new Libc(arena);
      int queue = here.run(() -> libc.open("/dev/net/tun", Uapi.O_RDWR));
      MemorySegment request = arena.allocate(40, 8);
      NetDevice.writeName(request, "vm1");
      int flags = Uapi.IFF_TAP | Uapi.IFF_NO_PI | Uapi.IFF_VNET_HDR;
      request.set(ValueLayout.JAVA_SHORT, Uapi.IFNAMSIZ, (short) flags);
      assertEquals(0, libc.ioctl(queue, Uapi.TUNSETIFF, request.address()));
      here.ip("link set vm1 up");
      try (PacketPort port = open(here, "packet:vm1")) {
        write(libc, queue, Frames.experimental(pool, 60, 1));
        assertEquals(1, Frames.awaitNumber(port, one));
        // UDP fragmentation offload, as guests asked for once: AF_PACKET has no word for it.
        write(libc, queue, Frames.udp4(pool, 4_000), 0x0301, 42, 1_480, 34, 6);
        long stalled = System.nanoTime();
        Packet packet = Frames.experimental(pool, 60, 2);
        long end = System.nanoTime() + 10 * SECONDS;
        int number = 0;
        while (number == 0 && System.nanoTime() - end < 0) {
          write(libc, queue, packet);
          long pause = System.nanoTime() + SECONDS / 200;
          while (number == 0 && System.nanoTime() - pause < 0) {
            if (port.poll(one) == 1) {
              Parser.parse(one.get(0));
              number = Frames.number(one.get(0));
            }
          }
        }
        assertEquals(2, number);
        long nanos = System.nanoTime() - stalled;
        System.out.printf("The ring went on after %d ms.%n", nanos / 1_000_000);
        assertTrue(nanos < SECONDS / 2, nanos + " ns");
        assertTrue(port.statistics().missedFrames() > 0);
      } finally {
        libc.close(queue);
      }
    }
  }

  /** Writes a frame behind a virtio-net header of these 16-bit words and zeros. */
  private static void write(Libc libc, int queue, Packet packet, int... words) {
    int header = packet.start() - VnetHeader.LENGTH;
    packet.memory().asSlice(header, VnetHeader.LENGTH).fill((byte) 0);
    for (int i = 0; i < words.length; i++) {
      packet.memory().set(ValueLayout.JAVA_SHORT_UNALIGNED, header + 2L * i, (short) words[i]);
    }
    int length = VnetHeader.LENGTH + packet.length();
    assertEquals(length, libc.write(queue, packet.memory().address() + header, length));
  }

  @Test
  void longAndShortFramesAllocateNothing() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      PacketBatch frames = new PacketBatch(6);
      for (int i = 0; i < 3; i++) {
        frames.add(segment(20_000, i));
        frames.add(Frames.experimental(pool, 100, i));
      }
      long allocated = Long.MAX_VALUE;
      // The compilers may still be at it in the first rounds.
      for (int round = 0; round < 10 && allocated != 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 5_000; i++) {
          near.transmit(frames);
          far.poll(batch);
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertEquals(0, allocated);
      assertEquals(near.statistics().transmittedFrames(), far.statistics().receivedFrames());
    }
  }
}
