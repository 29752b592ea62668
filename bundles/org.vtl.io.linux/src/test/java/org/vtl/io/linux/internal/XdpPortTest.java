package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

/** One AF_XDP port on one end of a veth, and what becomes of it. */
@Timeout(60)
class XdpPortTest {
  private final PacketPool pool = new PacketPool(400);
  private final PacketBatch batch = Frames.free(pool, 64);
  private final PacketBatch one = Frames.free(pool, 1);
  private Namespace here;
  private Namespace there;

  @BeforeEach
  void join() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    String why = KernelBpf.whyNoXdp();
    assumeTrue(why == null, why);
    here = new Namespace("here");
    there = new Namespace("there");
    // IPv6 would announce itself between our frames.
    for (Namespace namespace : new Namespace[] {here, there}) {
      namespace.execute("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
    }
    here.join("eth1", there, "eth1");
  }

  @AfterEach
  void part() {
    if (here != null) {
      here.close();
      there.close();
    }
    pool.close();
  }

  private static PacketPort open(Namespace namespace, String address) throws Exception {
    return namespace.run(() -> new LinuxPorts().open(PortAddress.parse(address), null));
  }

  private String refusal(String address) {
    return assertThrows(PortException.class, () -> open(here, address)).getMessage();
  }

  private String invalid(String address) {
    return assertThrows(IllegalArgumentException.class, () -> open(here, address)).getMessage();
  }

  private void assertCarries(PacketPort from, PacketPort to, int length, int number)
      throws Exception {
    Packet packet = Frames.experimental(pool, length, number);
    assertEquals(1, from.transmit(Frames.batch(packet)));
    pool.release(packet);
    assertEquals(number, Frames.awaitNumber(to, one));
    assertEquals(length, one.get(0).length());
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
  void theHostSeesNothingOfWhatArrives() throws Exception {
    here.ip("address add 10.0.0.1/24 dev eth1");
    there.ip("address add 10.0.0.2/24 dev eth1");
    assertTrue(pings());
    try (PacketPort near = open(here, "xdp:eth1")) {
      assertFalse(pings());
      assertTrue(near.poll(batch) > 0);
    }
    assertTrue(pings(), "the program is gone with the port");
    assertFalse(here.execute("ip link show eth1").contains("xdp"));
  }

  private boolean pings() {
    try {
      there.execute("ping -c 1 -W 1 10.0.0.1");
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void allQueuesOfTheInterfaceAreOurs() throws Exception {
    twoQueues(2);
    there.ip("address add 10.0.0.2/24 dev eth1");
    there.ip("neighbour add 10.0.0.1 dev eth1 lladdr 02:00:00:00:00:01 nud permanent");
    try (PacketPort near = open(here, "xdp:eth1")) {
      int udp = 0;
      for (int i = 0; i < 40; i++) {
        int source = 5_000 + i;
        there.run(
            () -> {
              try (DatagramSocket socket = new DatagramSocket(source)) {
                socket.send(
                    new DatagramPacket(
                        new byte[20], 20, InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 9));
              }
              return null;
            });
      }
      long end = System.nanoTime() + 5_000_000_000L;
      while (udp < 40 && System.nanoTime() - end < 0) {
        int count = near.poll(batch);
        for (int i = 0; i < count; i++) {
          Parser.parse(batch.get(i));
          udp += batch.get(i).isUdp() ? 1 : 0;
        }
      }
      assertEquals(40, udp);
      String statistics = here.execute("ethtool -S eth1");
      for (int queue = 0; queue < 2; queue++) {
        assertFalse(
            statistics.contains("rx_queue_" + queue + "_xdp_redirect: 0\n"),
            "both queues had frames: " + statistics);
      }
    }
  }

  @Test
  void anotherNumberOfQueuesIsNoticed() throws Exception {
    twoQueues(1);
    try (PacketPort near = open(here, "xdp:eth1")) {
      here.execute("ethtool -L eth1 rx 2 tx 2");
      assertEquals(
          "Port xdp:eth1 is lost: interface eth1 has another number of queues; it is opened again.",
          Frames.awaitLoss(near, batch));
    }
  }

  private void twoQueues(int used) throws Exception {
    here.ip("link del eth1");
    here.ip(
        "link add eth1 numrxqueues 2 numtxqueues 2 type veth peer name eth1 numrxqueues 2"
            + " numtxqueues 2 netns "
            + there.path());
    for (Namespace namespace : new Namespace[] {here, there}) {
      try {
        namespace.execute("ethtool -L eth1 rx " + used + " tx " + used);
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("unmodified"), e.getMessage());
      }
      namespace.ip("link set eth1 up");
    }
  }

  @Test
  void anInterfaceThatGoesDownIsLostAndComesBack() throws Exception {
    try (PacketPort far = open(there, "packet:eth1")) {
      PacketPort near = open(here, "xdp:eth1");
      here.ip("link set eth1 down");
      assertEquals(
          "Port xdp:eth1 is lost: interface eth1 went down; bring it up with \"ip link set eth1"
              + " up\".",
          Frames.awaitLoss(near, batch));
      near.close();
      assertTrue(refusal("xdp:eth1").contains("interface eth1 is down; bring it up"));
      here.ip("link set eth1 up");
      try (PacketPort again = open(here, "xdp:eth1")) {
        assertCarries(again, far, 64, 1);
        assertCarries(far, again, 64, 2);
      }
    }
  }

  @Test
  void anInterfaceThatIsDeletedIsLostAndComesBack() throws Exception {
    PacketPort near = open(here, "xdp:eth1");
    here.ip("link del eth1");
    assertTrue(Frames.awaitLoss(near, batch).contains("eth1 was deleted or renamed"));
    near.close();
    assertEquals(
        "Port xdp:eth1 cannot be opened: there is no interface eth1; create it or correct the"
            + " address.",
        refusal("xdp:eth1"));
    here.join("eth1", there, "eth1");
    try (PacketPort again = open(here, "xdp:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      assertCarries(again, far, 64, 1);
    }
  }

  @Test
  void aRunningPortFollowsTheMtuUntilItsChunksAreTooShort() throws Exception {
    try (PacketPort near = open(here, "xdp:eth1")) {
      assertEquals(1500, near.mtu());
      here.ip("link set eth1 mtu 1400");
      long end = System.nanoTime() + 5_000_000_000L;
      while (near.mtu() != 1400 && System.nanoTime() - end < 0) {
        near.poll(batch);
      }
      assertEquals(1400, near.mtu());
      here.ip("link set eth1 mtu 3000");
      assertEquals(
          "Port xdp:eth1 is lost: the MTU of interface eth1 has grown; it is opened again.",
          Frames.awaitLoss(near, batch));
    }
    there.ip("link set eth1 mtu 3000");
    try (PacketPort near = open(here, "xdp:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      assertCarries(near, far, 3_014, 1);
      assertCarries(far, near, 3_014, 2);
    }
    here.ip("link set eth1 mtu 9000");
    assertEquals(
        "Port xdp:eth1 cannot be opened: interface eth1 has an MTU of 9000 bytes, which no chunk"
            + " of AF_XDP holds; set it to 3818 or less, or use packet:eth1.",
        refusal("xdp:eth1"));
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
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (PacketPort near = open(here, "xdp:eth1");
        PacketPort far = open(there, "xdp:eth1")) {
      PacketBatch frames = new PacketBatch(32);
      while (!frames.isFull()) {
        frames.add(Frames.udp4(pool, 100));
      }
      exchange(near, far, frames, 20_000);
      long allocated = Long.MAX_VALUE;
      // The compilers may still be at it in the first rounds.
      for (int round = 0; round < 5 && allocated != 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(near, far, frames, 5_000);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertEquals(0, allocated);
      assertNotEquals(0, far.statistics().receivedFrames());
    }
  }

  private void exchange(PacketPort near, PacketPort far, PacketBatch frames, int rounds)
      throws PortException {
    for (int i = 0; i < rounds; i++) {
      near.transmit(frames);
      far.poll(batch);
    }
  }
}
