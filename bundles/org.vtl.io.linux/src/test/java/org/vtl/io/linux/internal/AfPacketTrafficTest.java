package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.packet.Bytes;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;

/** Real kernels talk through two AF_PACKET ports: client - veth - ports - veth - server. */
@Timeout(120)
class AfPacketTrafficTest {
  // linux/ethtool.h
  private static final int ETHTOOL_STXCSUM = 0x17;
  private static final int ETHTOOL_STSO = 0x1f;
  private static final int ETHTOOL_SGSO = 0x24;
  private static final int ETHTOOL_SGRO = 0x2c;

  // linux/udp.h
  private static final int SOL_UDP = 17;
  private static final int UDP_SEGMENT = 103;

  private Namespace client;
  private Namespace middle;
  private Namespace server;
  private PacketPort left;
  private PacketPort right;
  private Bridge bridge;
  private final List<Bridge> edges = new ArrayList<>();
  private final List<PacketPort> edgePorts = new ArrayList<>();

  @BeforeEach
  void join() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    client = new Namespace("client");
    middle = new Namespace("middle");
    server = new Namespace("server");
    middle.join("left", client, "eth0");
    middle.join("right", server, "eth0");
    number(client, "eth0", 1);
    number(server, "eth0", 2);
    left = open(middle, "packet:left");
    right = open(middle, "packet:right");
    bridge = new Bridge(left, right);
  }

  @AfterEach
  void part() throws Exception {
    for (Bridge edge : edges) {
      edge.stop();
      assertNull(edge.failure());
    }
    edgePorts.forEach(PacketPort::close);
    if (bridge != null) {
      bridge.stop();
      assertNull(bridge.failure());
      left.close();
      right.close();
      client.close();
      middle.close();
      server.close();
    }
  }

  private static PacketPort open(Namespace namespace, String address) throws Exception {
    return namespace.run(() -> new LinuxPorts().open(PortAddress.parse(address), null));
  }

  private static void number(Namespace namespace, String device, int host) throws Exception {
    int net = device.contains(".") ? Integer.parseInt(device.split("[.]")[1]) : 0;
    namespace.ip("addr add 10.0." + net + "." + host + "/24 dev " + device);
    namespace.ip("addr add fd00:" + net + "::" + host + "/64 nodad dev " + device);
  }

  private void transfer(String address, int mebibytes) throws Exception {
    assertTrue(Transfer.tcp(client, server, address, mebibytes), "the bytes arrived unchanged");
    for (Namespace end : List.of(client, server)) {
      assertEquals(0, end.snmp("Tcp", "InCsumErrors"));
      assertEquals(0, end.snmp("Tcp", "InErrs"));
    }
    assertEquals(0, bridge.dropped);
    assertEquals(0, left.statistics().refusedFrames() + right.statistics().refusedFrames());
  }

  @Test
  void echoRequestsAreAnswered() throws Exception {
    assertTrue(client.run(() -> InetAddress.getByName("10.0.0.2").isReachable(5_000)));
    assertTrue(client.run(() -> InetAddress.getByName("fd00:0::2").isReachable(5_000)));
  }

  @Test
  void largeTcpSegmentsCrossWhole() throws Exception {
    transfer("10.0.0.2", 100);
    assertTrue(bridge.longestFrame > 20_000, "longest frame " + bridge.longestFrame);
    assertTrue(bridge.partial > 0, "partial checksums crossed");
    assertTrue(left.statistics().receivedBytes() > 100 << 20);
    assertEquals(left.statistics().receivedFrames(), right.statistics().transmittedFrames());
  }

  @Test
  void largeTcpSegmentsCrossWholeOverIpv6() throws Exception {
    transfer("fd00:0::2", 50);
    assertTrue(bridge.longestFrame > 20_000, "longest frame " + bridge.longestFrame);
  }

  @Test
  void completeFramesCrossWithoutOffloads() throws Exception {
    bridge.stop();
    left.close();
    right.close();
    left = open(middle, "packet:left?gro=off");
    right = open(middle, "packet:right?gro=off");
    bridge = new Bridge(left, right);
    sendWithoutOffloads();
    transfer("10.0.0.2", 20);
    assertEquals(1514, bridge.longestFrame);
  }

  @Test
  void completeFramesAreMergedOnTheWay() throws Exception {
    sendWithoutOffloads();
    bridge.longestFrame = 0;
    while (bridge.longestFrame <= 3_000) { // it begins when enough came in a second
      transfer("10.0.0.2", 20);
    }
    transfer("fd00:0::2", 20);
  }

  private void sendWithoutOffloads() throws Exception {
    for (Namespace end : List.of(client, server)) {
      end.ethtool("eth0", ETHTOOL_STSO, false);
      end.ethtool("eth0", ETHTOOL_SGSO, false);
      end.ethtool("eth0", ETHTOOL_STXCSUM, false);
    }
  }

  @Test
  void vlanTagsStayInTheFrames() throws Exception {
    tagged(7, 1500, 0x8100_a007);
    transfer("10.0.7.2", 50);
    transfer("fd00:7::2", 20);
    assertTrue(bridge.tagged.get(1) > 100);
    assertEquals(0x8100_a007, bridge.lastTag);
    assertTrue(bridge.longestFrame > 20_000, "longest frame " + bridge.longestFrame);
  }

  @Test
  void serviceTagsStayInTheFrames() throws Exception {
    // The kernel lets a socket send an 802.1ad frame only within the interface's MTU.
    tagged(8, 1496, 0x88a8_0008);
    transfer("10.0.8.2", 20);
    assertEquals(0x88a8_0008, bridge.lastTag);
  }

  @Test
  void twoTagsStayInTheFrames() throws Exception {
    tagged(9, 1492, 0x8100_0009, 0x88a8_6008);
    transfer("10.0.9.2", 20);
    assertEquals(0x88a8_6008, bridge.lastTag);
    assertTrue(bridge.tagged.get(2) > 100);
  }

  /** Gives each end a TAP interface whose frames cross eth0 with these tags. */
  private void tagged(int net, int mtu, int... tags) throws Exception {
    List<Namespace> ends = List.of(client, server);
    for (int i = 0; i < 2; i++) {
      Namespace end = ends.get(i);
      PacketPort tap = open(end, "tap:vlan." + net);
      PacketPort trunk = open(end, "packet:eth0");
      end.ip("link set vlan." + net + " mtu " + mtu);
      number(end, "vlan." + net, i + 1);
      edges.add(new Bridge(tap, trunk, tags));
      edgePorts.add(tap);
      edgePorts.add(trunk);
    }
  }

  @Test
  void segmentsInsideATunnelAreMissedAndTheConnectionLives() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ethtool")), "ethtool is not installed.");
    tunnel(client, 1);
    tunnel(server, 2);
    assertTrue(client.run(() -> InetAddress.getByName("10.0.5.2").isReachable(5_000)));
    CompletableFuture<Boolean> transfer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                transfer.complete(Transfer.tcp(client, server, "10.0.5.2", 1));
              } catch (Exception e) {
                transfer.completeExceptionally(e);
              }
            });
    long end = System.nanoTime() + 10_000_000_000L;
    while (left.statistics().missedFrames() == 0 && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    assertTrue(left.statistics().missedFrames() > 0);
    assertEquals(0, server.snmp("Udp", "InCsumErrors"));
    assertEquals(0, server.snmp("Tcp", "InCsumErrors"));
    // The remedy of the guide.
    client.execute("ethtool -K eth0 tx-udp_tnl-segmentation off tx-udp_tnl-csum-segmentation off");
    assertTrue(transfer.get(60, TimeUnit.SECONDS), "the bytes arrived unchanged");
  }

  private static void tunnel(Namespace end, int host) throws Exception {
    end.ip(
        "link add tunnel.5 type vxlan id 5 dstport 4789 dev eth0 local 10.0.0."
            + host
            + " remote 10.0.0."
            + (3 - host));
    end.ip("link set tunnel.5 up");
    number(end, "tunnel.5", host);
  }

  @Test
  void largeUdpDatagramsCrossWhole() throws Exception {
    try (DatagramSocket receiver =
        server.run(() -> new DatagramSocket(new InetSocketAddress("10.0.0.2", 5_000)))) {
      receiver.setSoTimeout(10_000);
      byte[] sent = new byte[20_000];
      new Random(1).nextBytes(sent);
      client.run(() -> sendSegmented(sent, 1_000));
      byte[] arrived = new byte[sent.length];
      for (int at = 0; at < sent.length; at += 1_000) {
        DatagramPacket datagram = new DatagramPacket(new byte[2_000], 2_000);
        receiver.receive(datagram);
        assertEquals(1_000, datagram.getLength());
        System.arraycopy(datagram.getData(), 0, arrived, at, 1_000);
      }
      assertArrayEquals(sent, arrived);
      assertEquals(0, server.snmp("Udp", "InCsumErrors"));
      assertEquals(20_042, bridge.longestUdp);
    }
  }

  /** Sends {@code bytes} to 10.0.0.2:5000 in one call as datagrams of {@code size} bytes. */
  private static Void sendSegmented(byte[] bytes, int size) {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      int socket = libc.socket(Uapi.AF_INET, Uapi.SOCK_DGRAM, 0);
      MemorySegment address = arena.allocate(16, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) Uapi.AF_INET);
      Bytes.setU16(address, 2, 5_000);
      Bytes.setU32(address, 4, 0x0a00_0002);
      assertEquals(0, Namespace.call("connect", socket, address.address(), 16));
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_INT, size);
      assertEquals(0, libc.setsockopt(socket, SOL_UDP, UDP_SEGMENT, segment));
      MemorySegment payload = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      assertEquals(bytes.length, libc.write(socket, payload.address(), bytes.length));
      libc.close(socket);
    }
    return null;
  }
}
