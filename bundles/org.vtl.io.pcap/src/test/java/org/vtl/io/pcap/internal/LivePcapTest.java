package org.vtl.io.pcap.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/** Live capture on the two ends of a veth. */
@Timeout(60)
class LivePcapTest {
  private final String near = "vtlp" + ProcessHandle.current().pid() % 100_000 + "a";
  private final String far = near.replace('a', 'b');
  private final PacketPool pool = new PacketPool(100);
  private final PacketBatch one = new PacketBatch(1);
  private boolean joined;

  @BeforeEach
  void join() throws Exception {
    one.add(pool.acquire());
    try {
      ip("link add " + near + " type veth peer name " + far);
    } catch (IOException e) {
      assumeTrue(false, "Making interfaces needs root: " + e.getMessage());
    }
    joined = true;
    ip("link set " + near + " up addrgenmode none");
    ip("link set " + far + " up addrgenmode none");
    for (String device : new String[] {near, far}) {
      while (!ip("-o link show " + device).contains("qdisc noqueue state UP")) {
        Thread.onSpinWait();
      }
    }
  }

  @AfterEach
  void part() throws Exception {
    if (joined && ip("-o link").contains(near)) {
      ip("link del " + near);
    }
    pool.close();
  }

  private static String ip(String arguments) throws Exception {
    Process process =
        new ProcessBuilder(("ip " + arguments).split(" ")).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(printed);
    }
    return printed;
  }

  private PacketPort open(String address) throws PortException {
    return new PcapPorts().open(PortAddress.parse(address), null);
  }

  private String refusal(String address) {
    return assertThrows(PortException.class, () -> open(address)).getMessage();
  }

  private void send(PacketPort port, int number, int length) throws PortException {
    Packet packet = pool.acquire();
    packet.memory().asSlice(Packet.HEADROOM, length).fill((byte) 0);
    Bytes.setU48(packet.memory(), Packet.HEADROOM + 6L, 0x02_0000_000001L);
    Bytes.setU16(packet.memory(), Packet.HEADROOM + 12L, 0x88b5);
    Bytes.setU32(packet.memory(), Packet.HEADROOM + 14L, number);
    packet.frame(Packet.HEADROOM, length);
    PacketBatch batch = new PacketBatch(1);
    batch.add(packet);
    assertEquals(1, port.transmit(batch));
    pool.release(packet);
  }

  /** Polls until a frame of ours comes, for at most 5 seconds; its number, or -1. */
  private int awaitNumber(PacketPort port) throws PortException {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() - end < 0) {
      if (port.poll(one) == 1) {
        Packet packet = one.get(0);
        Parser.parse(packet);
        if (packet.etherType() == 0x88b5) {
          return Bytes.u32(packet.memory(), packet.start() + 14L);
        }
      }
    }
    return -1;
  }

  private String awaitLoss(PacketPort port) {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() - end < 0) {
      try {
        port.poll(one);
      } catch (PortException e) {
        return e.getMessage();
      }
    }
    return "not lost";
  }

  @Test
  void framesCrossBothWaysAndDoNotReturn() throws Exception {
    try (PacketPort left = open("pcap:" + near);
        PacketPort right = open("pcap:" + far)) {
      assertEquals(Offloads.NONE, left.offloads());
      assertEquals(1500, left.mtu());
      for (int i = 0; i < 100; i++) {
        send(left, i, 60 + i);
        assertEquals(i, awaitNumber(right));
        assertEquals(60 + i, one.get(0).length());
        send(right, 1_000 + i, 1_514);
        assertEquals(1_000 + i, awaitNumber(left));
      }
      assertEquals(0, left.poll(one));
      assertEquals(0, right.poll(one));
      assertEquals(100, left.statistics().transmittedFrames());
      send(left, 7, 1_600);
      assertEquals(1, left.statistics().refusedFrames());
    }
  }

  @Test
  void anInterfaceThatIsGoneIsLost() throws Exception {
    try (PacketPort left = open("pcap:" + near)) {
      ip("link set " + near + " down");
      assertTrue(awaitLoss(left).contains("Port pcap:" + near + " is lost: interface " + near));
    }
    assertTrue(refusal("pcap:" + near).contains("is down"));
    ip("link set " + near + " up");
    try (PacketPort left = open("pcap:" + near)) {
      ip("link del " + near);
      assertTrue(awaitLoss(left).contains("is lost"));
    }
    assertTrue(refusal("pcap:" + near).contains("No such device"), refusal("pcap:" + near));
  }

  @Test
  void nothingLeaks() throws Exception {
    open("pcap:" + near).close();
    int before = new File("/proc/self/fd").list().length;
    for (int i = 0; i < 15; i++) {
      open("pcap:" + near).close();
      refusal("pcap:nosuch0");
    }
    assertTrue(new File("/proc/self/fd").list().length - before < 10);
    assertThrows(IllegalArgumentException.class, () -> open("pcap:" + near + "?x=1"));
  }
}
