package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/** TAP ports, alone and joining the kernels of two namespaces. */
@Timeout(60)
class TapPortTest extends TwoNamespaces {
  private static boolean exists(Namespace namespace, String device) throws Exception {
    return namespace.execute("ip -o link").contains(" " + device + ":");
  }

  @Test
  void twoKernelsTalkThroughTwoTaps() throws Exception {
    PacketPort left = open(here, "tap:vm1");
    PacketPort right = open(there, "tap:vm2");
    here.ip("addr add 10.0.0.1/24 dev vm1");
    there.ip("addr add 10.0.0.2/24 dev vm2");
    Bridge bridge = new Bridge(left, right);
    assertTrue(here.run(() -> InetAddress.getByName("10.0.0.2").isReachable(5_000)));
    assertTrue(Transfer.tcp(here, there, "10.0.0.2", 50), "the bytes arrived unchanged");
    assertTrue(Transfer.tcp(there, here, "10.0.0.1", 50), "the bytes arrived unchanged");
    bridge.stop();
    assertNull(bridge.failure());
    assertEquals(Offloads.ALL, left.offloads());
    assertTrue(bridge.longestFrame > 20_000, "longest frame " + bridge.longestFrame);
    for (Namespace end : List.of(here, there)) {
      assertEquals(0, end.snmp("Tcp", "InErrs"));
      assertEquals(0, end.snmp("Tcp", "InCsumErrors"));
    }
    assertEquals(0, left.statistics().refusedFrames() + right.statistics().refusedFrames());
    left.close();
    right.close();
  }

  @Test
  void anInterfaceMadeByThePortGoesWithIt() throws Exception {
    PacketPort port = open(here, "tap:vm1");
    assertTrue(exists(here, "vm1"));
    port.close();
    assertEquals(false, exists(here, "vm1"));
  }

  @Test
  void anExistingInterfaceStays() throws Exception {
    here.ip("tuntap add dev vm1 mode tap");
    open(here, "tap:vm1").close();
    assertTrue(exists(here, "vm1"));
  }

  @Test
  void aPortMovesWithItsInterface() throws Exception {
    try (PacketPort tap = open(here, "tap:vm1")) {
      here.ip("link set vm1 netns " + there.path());
      there.ip("link set vm1 up");
      try (PacketPort host = open(there, "packet:vm1")) {
        Packet packet = Frames.experimental(pool, 100, 3);
        assertEquals(1, host.transmit(Frames.batch(packet)));
        assertEquals(3, Frames.awaitNumber(tap, one));
        // Longer than the time between two looks at the interface.
        long end = System.nanoTime() + 1_200_000_000;
        while (System.nanoTime() - end < 0) {
          tap.poll(batch);
        }
        assertEquals(1, tap.transmit(Frames.batch(packet)));
        assertEquals(3, Frames.awaitNumber(host, one));
      }
    }
  }

  @Test
  void anInterfaceThatIsDownRefusesFrames() throws Exception {
    try (PacketPort tap = open(here, "tap:vm1")) {
      here.ip("link set vm1 down");
      Packet packet = Frames.experimental(pool, 100, 4);
      assertEquals(1, tap.transmit(Frames.batch(packet)));
      assertEquals(1, tap.statistics().refusedFrames());
      here.ip("link set vm1 up");
      try (PacketPort host = open(here, "packet:vm1")) {
        assertEquals(1, tap.transmit(Frames.batch(packet)));
        assertEquals(4, Frames.awaitNumber(host, one));
      }
    }
  }

  @Test
  void anInterfaceThatIsDeletedOrRenamedIsLost() throws Exception {
    try (PacketPort port = open(here, "tap:vm1")) {
      here.ip("link del vm1");
      assertEquals(
          "Port tap:vm1 is lost: TAP interface vm1 was deleted; it is attached to or created"
              + " again.",
          Frames.awaitLoss(port, batch));
    }
    try (PacketPort port = open(here, "tap:vm1")) {
      here.ip("link set vm1 down");
      here.ip("link set vm1 name vm3");
      assertEquals(
          "Port tap:vm1 is lost: TAP interface vm1 is now named vm3; it is attached to or created"
              + " again.",
          Frames.awaitLoss(port, batch));
    }
  }

  @Test
  void refusalsNameTheRemedy() throws Exception {
    try (PacketPort port = open(here, "tap:vm1")) {
      String busy = assertThrows(PortException.class, () -> open(here, "tap:vm1")).getMessage();
      assertTrue(busy.contains("stop the process that holds it"), busy);
      assertEquals(1500, port.mtu());
    }
    here.join("eth1", there, "eth1");
    String other = assertThrows(PortException.class, () -> open(here, "tap:eth1")).getMessage();
    assertTrue(other.contains("is no TAP interface"), other);
    assertThrows(IllegalArgumentException.class, () -> open(here, "tap:vm1?x=1"));
  }

  @Test
  void noDescriptorLeaks() throws Exception {
    open(here, "tap:vm1").close();
    here.join("eth1", there, "eth1");
    int before = new File("/proc/self/fd").list().length;
    for (int i = 0; i < 20; i++) {
      open(here, "tap:vm1").close();
      assertThrows(PortException.class, () -> open(here, "tap:eth1"));
    }
    // The JVM itself opens and closes some around the processes that the test starts.
    assertTrue(new File("/proc/self/fd").list().length - before < 10);
  }

  @Test
  void framesAllocateNothing() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (PacketPort tap = open(here, "tap:vm1");
        PacketPort host = open(here, "packet:vm1")) {
      PacketBatch frames = new PacketBatch(32);
      while (!frames.isFull()) {
        frames.add(Frames.experimental(pool, 100, 1));
      }
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < 10 && allocated != 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 5_000; i++) {
          tap.transmit(frames);
          host.poll(batch);
          host.transmit(frames);
          tap.poll(batch);
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertEquals(0, allocated);
      assertTrue(tap.statistics().receivedFrames() > 0);
    }
  }
}
