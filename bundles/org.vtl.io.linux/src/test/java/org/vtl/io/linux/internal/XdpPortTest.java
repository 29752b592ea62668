package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.Parser;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;

/** What an AF_XDP port on one end of a veth carries, and what it refuses. */
@Timeout(60)
class XdpPortTest extends TwoNamespaces {
  @BeforeEach
  void join() throws Exception {
    String why = KernelBpf.whyNoXdp();
    assumeTrue(why == null, why);
    here.join("eth1", there, "eth1");
  }

  @Test
  void framesOfEveryLengthCrossInEitherMode() throws Exception {
    for (String mode : new String[] {"native", "generic"}) {
      try (PacketPort near = open(here, "xdp:eth1?mode=" + mode);
          PacketPort far = open(there, "packet:eth1")) {
        for (int length = 18; length <= 1_514; length += 68) {
          assertCarries(near, far, length, length);
          assertCarries(far, near, length, length);
        }
        assertCarries(near, far, 1_514, 1);
        assertCarries(far, near, 1_514, 2);
        assertEquals(0, near.poll(batch));
      }
    }
  }

  @Test
  void bothEndsMayBeXdp() throws Exception {
    try (PacketPort near = open(here, "xdp:eth1?zerocopy=off");
        PacketPort far = open(there, "xdp:eth1")) {
      assertCarries(near, far, 64, 1);
      assertCarries(far, near, 1_514, 2);
      assertEquals(1, near.statistics().transmittedFrames());
      assertEquals(64, near.statistics().transmittedBytes());
      assertEquals(1, near.statistics().receivedFrames());
      assertEquals(1_514, near.statistics().receivedBytes());
    }
  }

  @Test
  void framesKeepTheirOrderAndTheirBytes() throws Exception {
    try (PacketPort near = open(here, "xdp:eth1?receiveRing=256&transmitRing=128");
        PacketPort far = open(there, "packet:eth1")) {
      int received = 0;
      for (int sent = 0; sent < 20_000; sent += 64) {
        PacketBatch frames = new PacketBatch(64);
        while (!frames.isFull()) {
          frames.add(Frames.experimental(pool, 60 + sent % 1_400, sent + frames.size()));
        }
        PacketPort from = sent % 128 == 0 ? near : far;
        PacketPort to = sent % 128 == 0 ? far : near;
        assertEquals(64, from.transmit(frames));
        for (int i = 0; i < 64; i++) {
          pool.release(frames.get(i));
        }
        for (int i = 0; i < 64; i++) {
          assertEquals(received++, Frames.awaitNumber(to, one));
        }
        assertEquals(0x5a, one.get(0).memory().get(ValueLayout.JAVA_BYTE, 300));
      }
      assertEquals(0, near.statistics().missedFrames());
    }
  }

  @Test
  void vlanTagsStayInTheFrames() throws Exception {
    try (PacketPort near = open(here, "xdp:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      for (PacketPort from : new PacketPort[] {near, far}) {
        Packet packet = Frames.experimental(pool, 1_514, 7);
        packet.moveStart(4);
        MemorySegment memory = packet.memory();
        MemorySegment.copy(memory, packet.start() + 4, memory, packet.start(), 12);
        Bytes.setU32(memory, packet.start() + 12, 0x8100_2005);
        Parser.parse(packet);
        assertEquals(1, from.transmit(Frames.batch(packet)));
        pool.release(packet);
        long end = System.nanoTime() + 5_000_000_000L;
        PacketPort to = from == near ? far : near;
        while (to.poll(one) == 0 && System.nanoTime() - end < 0) {
          Thread.onSpinWait();
        }
        Parser.parse(one.get(0));
        assertEquals(5, one.get(0).vlanId());
        assertEquals(1_518, one.get(0).length());
      }
    }
  }

  @Test
  void framesThatCannotLeaveAreRefusedAndHoldNoOtherUp() throws Exception {
    try (PacketPort near = open(here, "xdp:eth1?transmitRing=64");
        PacketPort far = open(there, "packet:eth1")) {
      Packet[] packets = new Packet[200];
      for (int i = 0; i < packets.length; i++) {
        packets[i] = Frames.experimental(pool, i % 10 == 3 ? 1_515 : 1_514, i);
      }
      assertEquals(200, near.transmit(Frames.batch(packets)));
      assertEquals(20, near.statistics().refusedFrames());
      assertEquals(180, near.statistics().transmittedFrames());
      for (int i = 0; i < packets.length; i++) {
        if (i % 10 != 3) {
          assertEquals(i, Frames.awaitNumber(far, one));
        }
      }
    }
  }

  @Test
  void framesTheRingHadNoRoomForAreCounted() throws Exception {
    try (PacketPort near = open(here, "xdp:eth1?receiveRing=64");
        PacketPort far = open(there, "packet:eth1")) {
      Packet packet = Frames.experimental(pool, 100, 1);
      PacketBatch frames = Frames.batch(packet);
      for (int i = 0; i < 100; i++) {
        far.transmit(frames);
      }
      long end = System.nanoTime() + 5_000_000_000L;
      while (near.statistics().missedFrames() == 0 && System.nanoTime() - end < 0) {
        near.poll(batch);
      }
      assertEquals(36, near.statistics().missedFrames());
      assertEquals(64, near.statistics().receivedFrames());
      assertCarries(far, near, 100, 7);
    }
  }

  @Test
  void whatCannotBeOpenedIsSaidInOneSentence() throws Exception {
    assertTrue(invalid("xdp:eth1?mode=fast").contains("is not auto or native or generic"));
    assertTrue(invalid("xdp:eth1?zerocopy=on").contains("is not auto or off"));
    assertTrue(invalid("xdp:eth1?queue=x").contains("all or numbers"));
    assertTrue(invalid("xdp:eth1?queue=300").contains("below 256"));
    assertTrue(invalid("xdp:eth1?receiveRing=1000").contains("a power of 2 from 64"));
    assertTrue(invalid("xdp:eth1?speed=1").contains("its options are mode, zerocopy, queue"));
    assertEquals(
        "Port xdp:eth1?queue=7 cannot be opened: queue 7 is refused (Invalid argument); name"
            + " queues that the interface has (\"ethtool -l eth1\"), or use packet:eth1.",
        refusal("xdp:eth1?queue=7"));
    PortContext several =
        new PortContext() {
          @Override
          public String link() {
            return "vm1";
          }

          @Override
          public int workers() {
            return 2;
          }

          @Override
          public void wake() {}
        };
    assertEquals(
        "Port \"xdp:eth1\" cannot be divided between 2 workers; set workers of link vm1 to 1, or"
            + " use packet: for it.",
        assertThrows(
                IllegalArgumentException.class,
                () -> new LinuxPorts().open(PortAddress.parse("xdp:eth1"), several))
            .getMessage());
    assertTrue(refusal("xdp:lo").contains("does not carry Ethernet frames"));
    try (PacketPort near = open(here, "xdp:eth1")) {
      assertEquals(Offloads.NONE, near.offloads());
      assertTrue(refusal("xdp:eth1").contains("another program is attached to the interface"));
    }
  }

  @Test
  void noDescriptorLeaks() throws Exception {
    open(here, "xdp:eth1").close();
    int before = new File("/proc/self/fd").list().length;
    for (int i = 0; i < 20; i++) {
      open(here, "xdp:eth1").close();
      refusal("xdp:eth9");
      refusal("xdp:eth1?queue=0,7");
    }
    // The JVM itself opens and closes some around the processes that the test starts.
    assertTrue(new File("/proc/self/fd").list().length - before < 10);
  }

  @Test
  void framesAllocateNothing() throws Exception {
    try (PacketPort near = open(here, "xdp:eth1");
        PacketPort far = open(there, "xdp:eth1")) {
      PacketBatch frames = new PacketBatch(32);
      while (!frames.isFull()) {
        frames.add(Frames.udp4(pool, 100));
      }
      assertAllocatesNothing(near, far, frames);
    }
  }
}
