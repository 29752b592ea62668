package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/** One AF_PACKET port on one end of a veth, and what becomes of it. */
@Timeout(60)
class AfPacketPortTest extends TwoNamespaces {
  @BeforeEach
  void join() throws Exception {
    here.join("eth1", there, "eth1");
  }

  @Test
  void whatLeavesTheInterfaceDoesNotReturn() throws Exception {
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort beside = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      assertCarries(near, far, 100, 7);
      assertEquals(0, near.poll(batch));
      assertEquals(0, beside.poll(batch));
      assertEquals(1, near.statistics().transmittedFrames());
      assertEquals(100, near.statistics().transmittedBytes());
      assertEquals(0, near.statistics().receivedFrames());
      assertEquals(1, far.statistics().receivedFrames());
      assertEquals(100, far.statistics().receivedBytes());
    }
  }

  @Test
  void oneFrameRefusedHoldsNoOtherUp() throws Exception {
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      Packet[] packets = new Packet[100];
      for (int i = 0; i < packets.length; i++) {
        packets[i] = Frames.experimental(pool, i % 10 == 3 ? 1_515 : 1_514, i);
      }
      assertEquals(100, near.transmit(Frames.batch(packets)));
      assertEquals(10, near.statistics().refusedFrames());
      assertEquals(90, near.statistics().transmittedFrames());
      for (int i = 0; i < packets.length; i++) {
        if (i % 10 != 3) {
          assertEquals(i, Frames.awaitNumber(far, one));
        }
      }
    }
  }

  @Test
  void aRunningPortFollowsTheMtu() throws Exception {
    try (PacketPort near = open(here, "packet:eth1")) {
      assertEquals(1500, near.mtu());
      here.ip("link set eth1 mtu 1400");
      long end = System.nanoTime() + 5_000_000_000L;
      while (near.mtu() != 1400 && System.nanoTime() - end < 0) {
        near.poll(batch);
      }
      assertEquals(1400, near.mtu());
    }
  }

  @Test
  void aSlowInterfacePushesBackAndLosesNothing() throws Exception {
    // A short socket buffer fills first (EAGAIN), or else a short device queue (ENOBUFS).
    for (String queue : new String[] {"100000", "8000"}) {
      here.execute("tc qdisc replace dev eth1 root tbf rate 20mbit burst 3000 limit " + queue);
      String buffer = queue.equals("100000") ? "?transmitBuffer=10000" : "";
      try (PacketPort near = open(here, "packet:eth1" + buffer);
          PacketPort far = open(there, "packet:eth1")) {
        PacketBatch frames = new PacketBatch(64);
        Packet[] packets = new Packet[64];
        for (int i = 0; i < packets.length; i++) {
          packets[i] = Frames.experimental(pool, 1_514, i);
          frames.add(packets[i]);
        }
        int calls = 0;
        while (frames.size() > 0) {
          long begin = System.nanoTime();
          frames.removeFirst(near.transmit(frames));
          assertTrue(System.nanoTime() - begin < 500_000_000, "no long wait");
          calls++;
        }
        assertTrue(calls > 1, "the port pushed back");
        for (int i = 0; i < 64; i++) {
          assertEquals(i, Frames.awaitNumber(far, one), "queue " + queue);
        }
        assertEquals(0, near.statistics().refusedFrames());
        for (Packet packet : packets) {
          pool.release(packet);
        }
      }
    }
  }

  @Test
  void framesTheKernelHadNoRoomForAreCounted() throws Exception {
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1?receiveBuffer=5000")) {
      Packet packet = Frames.experimental(pool, 1_514, 1);
      PacketBatch frames = Frames.batch(packet);
      for (int i = 0; i < 100; i++) {
        near.transmit(frames);
      }
      long end = System.nanoTime() + 5_000_000_000L;
      while (far.statistics().missedFrames() == 0 && System.nanoTime() - end < 0) {
        far.poll(batch);
      }
      assertEquals(100, far.statistics().missedFrames() + far.statistics().receivedFrames());
    }
  }

  @Test
  void anInterfaceThatGoesDownIsLostAndComesBack() throws Exception {
    try (PacketPort far = open(there, "packet:eth1")) {
      PacketPort near = open(here, "packet:eth1");
      here.ip("link set eth1 down");
      assertEquals(
          "Port packet:eth1 is lost: interface eth1 went down; bring it up with \"ip link set eth1"
              + " up\".",
          Frames.awaitLoss(near, batch));
      near.close();
      assertEquals(
          "Port packet:eth1 cannot be opened: interface eth1 is down; bring it up with \"ip link"
              + " set eth1 up\".",
          refusal("packet:eth1"));
      here.ip("link set eth1 up");
      try (PacketPort again = open(here, "packet:eth1")) {
        assertCarries(again, far, 100, 1);
        assertCarries(far, again, 100, 2);
      }
    }
  }

  @Test
  void anInterfaceThatGoesDownIsFoundWhileSending() throws Exception {
    try (PacketPort near = open(here, "packet:eth1")) {
      here.ip("link set eth1 down");
      Packet packet = Frames.experimental(pool, 100, 1);
      assertThrows(
          PortException.class,
          () -> {
            near.transmit(Frames.batch(packet));
            near.transmit(Frames.batch(packet));
          });
    }
  }

  @Test
  void anInterfaceThatIsDeletedIsLostAndComesBack() throws Exception {
    PacketPort near = open(here, "packet:eth1");
    here.ip("link del eth1");
    assertTrue(Frames.awaitLoss(near, batch).contains("eth1 was deleted or renamed"));
    near.close();
    assertEquals(
        "Port packet:eth1 cannot be opened: there is no interface eth1; create it or correct the"
            + " address.",
        refusal("packet:eth1"));
    here.join("eth1", there, "eth1");
    try (PacketPort again = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      assertCarries(again, far, 100, 1);
    }
  }

  @Test
  void anInterfaceThatIsRenamedIsLost() throws Exception {
    try (PacketPort near = open(here, "packet:eth1")) {
      here.ip("link set eth1 name eth2");
      assertTrue(Frames.awaitLoss(near, batch).contains("eth1 was deleted or renamed"));
    }
    open(here, "packet:eth2").close();
  }

  @Test
  void anInterfaceThatIsReplacedIsLost() throws Exception {
    PacketPort near = open(here, "packet:eth1");
    here.ip("link set eth1 name eth2");
    here.join("eth1", there, "eth3");
    assertTrue(Frames.awaitLoss(near, batch).contains("replaced by another"));
    near.close();
    open(here, "packet:eth1").close();
  }

  @Test
  void whatCanNeverBeOpenedIsInvalid() {
    assertEquals(
        "Port \"packet:eth1?promisc=1\" has the option \"promisc\", which scheme packet does not"
            + " know; its options are gro, promiscuous, receiveBuffer, transmitBuffer.",
        invalid("packet:eth1?promisc=1"));
    assertTrue(invalid("packet:eth1?promiscuous=yes").contains("is not true or false"));
    assertTrue(invalid("packet:eth1?gro=yes").contains("is not auto, on, off or keep"));
    assertTrue(invalid("packet:eth1?receiveBuffer=1k").contains("is not a number of bytes"));
    assertTrue(invalid("packet:an-interface-name").contains("1 to 15 bytes"));
    assertTrue(invalid("packet:a/b").contains("1 to 15 bytes"));
    assertTrue(invalid("veth:eth1").contains("none of packet:INTERFACE, tap:"));
  }

  @Test
  void noDescriptorLeaks() throws Exception {
    open(here, "packet:eth1").close();
    int before = new File("/proc/self/fd").list().length;
    for (int i = 0; i < 50; i++) {
      open(here, "packet:eth1").close();
      refusal("packet:eth9");
      invalid("packet:eth1?promisc=1");
    }
    here.ip("link set eth1 down");
    for (int i = 0; i < 50; i++) {
      refusal("packet:eth1");
    }
    // The JVM itself opens and closes some around the processes that the test starts.
    assertTrue(new File("/proc/self/fd").list().length - before < 10);
  }

  @Test
  void framesAllocateNothing() throws Exception {
    try (PacketPort near = open(here, "packet:eth1");
        PacketPort far = open(there, "packet:eth1")) {
      PacketBatch frames = new PacketBatch(32);
      while (!frames.isFull()) {
        frames.add(Frames.experimental(pool, 100, 1));
      }
      assertAllocatesNothing(near, far, frames);
    }
  }
}
