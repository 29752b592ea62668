package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.packet.Parser;
import org.vtl.port.PacketPort;

/** An AF_XDP port and its interface: the host beside it, its queues, and what becomes of it. */
@Timeout(60)
class XdpInterfaceTest extends TwoNamespaces {
  @BeforeEach
  void join() throws Exception {
    String why = KernelBpf.whyNoXdp();
    assumeTrue(why == null, why);
    here.join("eth1", there, "eth1");
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
}
