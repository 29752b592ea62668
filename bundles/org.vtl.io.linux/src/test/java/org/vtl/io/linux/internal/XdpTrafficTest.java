package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;

/** Two kernels talk through a bridge between an AF_XDP port and another. */
@Timeout(60)
class XdpTrafficTest {
  private Namespace client;
  private Namespace middle;
  private Namespace server;
  private PacketPort left;
  private PacketPort right;
  private Bridge bridge;

  @BeforeEach
  void join() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    String why = KernelBpf.whyNoXdp();
    assumeTrue(why == null, why);
    client = new Namespace("client");
    middle = new Namespace("middle");
    server = new Namespace("server");
    middle.join("left", client, "eth0");
    middle.join("right", server, "eth0");
    number(client, 1);
    number(server, 2);
  }

  private static void number(Namespace end, int host) throws Exception {
    end.ip("address add 10.0.0." + host + "/24 dev eth0");
    end.ip("address add fd00::" + host + "/64 dev eth0 nodad");
  }

  private void bridge(String leftPort, String rightPort) throws Exception {
    left = middle.run(() -> new LinuxPorts().open(PortAddress.parse(leftPort), null));
    right = middle.run(() -> new LinuxPorts().open(PortAddress.parse(rightPort), null));
    bridge = new Bridge(left, right);
  }

  @AfterEach
  void part() throws Exception {
    if (bridge != null) {
      bridge.stop();
      left.close();
      right.close();
    }
    if (client != null) {
      client.close();
      middle.close();
      server.close();
    }
  }

  @Test
  void partialSumsOfAVirtualPeerAreFoundAndCompleted() throws Exception {
    bridge("xdp:left", "xdp:right");
    assertTrue(Transfer.tcp(client, server, "10.0.0.2", 8), "the bytes arrived unchanged");
    assertTrue(Transfer.tcp(server, client, "fd00::1", 8), "the bytes arrived unchanged");
    assertNull(bridge.failure());
    assertTrue(bridge.partial > 1_000, "the sender's offload was on");
    assertEquals(0, client.snmp("Tcp", "InCsumErrors"));
    assertEquals(0, server.snmp("Tcp", "InCsumErrors"));
  }

  @Test
  void aPortWithOffloadsAndOneWithoutMeet() throws Exception {
    bridge("packet:left", "xdp:right");
    assertTrue(Transfer.tcp(server, client, "10.0.0.1", 8), "the bytes arrived unchanged");
    assertNull(bridge.failure());
    assertEquals(0, client.snmp("Tcp", "InCsumErrors"));
  }

  /** What a crash leaves: nothing, since the program lives by its link's descriptor. */
  @Test
  void aKilledProcessLeavesNothingAttached() throws Exception {
    Process process =
        middle.run(
            () ->
                new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        XdpTrafficTest.class.getName(),
                        "xdp:left")
                    .redirectErrorStream(true)
                    .start());
    try (BufferedReader printed = process.inputReader()) {
      String line = printed.readLine();
      while (line != null && !line.equals("open")) {
        line = printed.readLine();
      }
      assertEquals("open", line);
      assertTrue(middle.execute("ip link show left").contains("xdp"));
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertFalse(middle.execute("ip link show left").contains("xdp"));
    assertFalse(middle.execute("ip -d link show left").contains("promiscuity 1"));
    middle.run(() -> new LinuxPorts().open(PortAddress.parse("xdp:left"), null)).close();
  }

  /** Opens a port and waits to be killed. */
  public static void main(String[] arguments) throws Exception {
    PacketPort port = new LinuxPorts().open(PortAddress.parse(arguments[0]), null);
    System.out.println("open");
    Thread.sleep(60_000);
    port.close();
  }

  @Test
  void datagramsOfEveryLengthArrive() throws Exception {
    bridge("xdp:left", "xdp:right");
    try (DatagramSocket receiver =
            server.run(() -> new DatagramSocket(new InetSocketAddress("10.0.0.2", 5_000)));
        DatagramSocket sender =
            client.run(() -> new DatagramSocket(new InetSocketAddress("10.0.0.1", 0)))) {
      receiver.setSoTimeout(5_000);
      sender.connect(new InetSocketAddress("10.0.0.2", 5_000));
      for (int length = 1; length <= 1_472; length += 23) {
        sender.send(new DatagramPacket(new byte[length], length));
        DatagramPacket arrived = new DatagramPacket(new byte[2_000], 2_000);
        receiver.receive(arrived);
        assertEquals(length, arrived.getLength());
      }
      assertEquals(0, server.snmp("Udp", "InCsumErrors"));
    }
  }
}
