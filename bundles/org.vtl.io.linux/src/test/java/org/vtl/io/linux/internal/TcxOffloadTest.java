package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.connection.Connection;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.packet.Direction;
import org.vtl.packet.Protocol;
import org.vtl.port.FlowOffload;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;

/** Real kernels talk past two AF_PACKET ports: client - veth - kernel - veth - server. */
@Timeout(120)
class TcxOffloadTest {
  private static final String CLIENT = "10.0.0.1";
  private static final String SERVER = "10.0.0.2";

  private Namespace client;
  private Namespace middle;
  private Namespace server;
  private PacketPort vm;
  private PacketPort network;
  private FlowOffload offload;
  private Bridge bridge;

  @BeforeEach
  void join() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    assumeTrue(KernelBpf.whyNoTcx() == null, KernelBpf.whyNoTcx());
    client = new Namespace("client");
    middle = new Namespace("middle");
    server = new Namespace("server");
    middle.join("left", client, "eth0");
    middle.join("right", server, "eth0");
    number(client, 1);
    number(server, 2);
    vm = open("packet:left");
    network = open("packet:right");
    offload = middle.run(() -> vm.offloadTo(network, 16));
    bridge = new Bridge(vm, network);
  }

  private PacketPort open(String address) throws Exception {
    return middle.run(() -> new LinuxPorts().open(PortAddress.parse(address), null));
  }

  private static void number(Namespace namespace, int host) throws Exception {
    namespace.ip("addr add 10.0.0." + host + "/24 dev eth0");
    namespace.ip("addr add fd00::" + host + "/64 nodad dev eth0");
  }

  @AfterEach
  void part() throws Exception {
    if (bridge != null) {
      bridge.stop();
      assertNull(bridge.failure());
      offload.close();
      vm.close();
      network.close();
      client.close();
      middle.close();
      server.close();
    }
  }

  private int seen() {
    return bridge.tagged.get(0) + bridge.tagged.get(1) + bridge.tagged.get(2);
  }

  private static Connection udp(String from, NumberedDatagrams numbers, String to)
      throws Exception {
    return new FakeConnection(
            Protocol.UDP,
            0,
            FakeConnection.End.of(from, numbers.sourcePort()),
            FakeConnection.End.of(to, numbers.targetPort()))
        .connection();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 500 && !condition.call(); i++) {
      LockSupport.parkNanos(10_000_000);
    }
    assertTrue(condition.call());
  }

  @Test
  void carriesTheDatagramsOfAKnownConnection() throws Exception {
    datagrams(CLIENT, SERVER);
  }

  @Test
  void carriesThoseOfIpv6() throws Exception {
    datagrams("fd00::1", "fd00::2");
  }

  private void datagrams(String from, String to) throws Exception {
    try (NumberedDatagrams numbers = new NumberedDatagrams(client, from, server, to)) {
      Connection connection = udp(from, numbers, to);
      numbers.send(100, 100, 10_000);
      int flow = offload.open(connection);
      numbers.send(100, 100, 10_000);
      assertEquals(0, numbers.missing());
      assertEquals(0, offload.packets(flow, Direction.OUTBOUND), "it is known, and not carried");
      offload.carry(flow, connection, offload.generation());
      await(
          () -> {
            numbers.send(1, 100, 1_000_000);
            return offload.packets(flow, Direction.OUTBOUND) > 0;
          });
      int before = seen();
      long carried = offload.packets(flow, Direction.OUTBOUND);
      numbers.send(1_000, 100, 10_000);
      assertEquals(0, numbers.missing());
      assertEquals(1_000, offload.packets(flow, Direction.OUTBOUND) - carried);
      int header = from.contains(":") ? 48 : 28;
      assertEquals(
          offload.packets(flow, Direction.OUTBOUND) * (100 + header),
          offload.bytes(flow, Direction.OUTBOUND));
      assertTrue(seen() - before < 20, "VTL saw " + (seen() - before));
      assertTrue(offload.idleNanos(flow) < 10_000_000_000L);
      offload.halt(flow);
      numbers.send(1_000, 100, 10_000);
      assertEquals(0, numbers.missing());
      assertTrue(seen() - before >= 1_000);
      assertEquals(0, numbers.twice);
    }
  }

  @Test
  void carriesToAPairWhoseOtherEndIsInTheSameNamespace() throws Exception {
    middle.ip("link add far type veth peer name near");
    middle.join("out", server, "eth1");
    middle.ip("link add br0 type bridge");
    middle.ip("link set near master br0");
    middle.ip("link set out master br0");
    for (String device : new String[] {"far", "near", "br0"}) {
      middle.ip("link set " + device + " up");
    }
    server.ip("addr del " + SERVER + "/24 dev eth0");
    server.ip("addr add " + SERVER + "/24 dev eth1");
    bridge.stop();
    offload.close();
    network.close();
    network = open("packet:far");
    offload = middle.run(() -> vm.offloadTo(network, 16));
    bridge = new Bridge(vm, network);
    datagrams(CLIENT, SERVER);
  }

  @Test
  void takesBackAndGivesWithoutLossUnderLoad() throws Exception {
    try (NumberedDatagrams numbers = new NumberedDatagrams(client, CLIENT, server, SERVER)) {
      Connection connection = udp(CLIENT, numbers, SERVER);
      int flow = offload.open(connection);
      Thread load = Thread.ofPlatform().start(() -> send(numbers, 60_000, 50_000));
      int changes = 0;
      while (load.isAlive()) {
        offload.carry(flow, connection, offload.generation());
        LockSupport.parkNanos(5_000_000);
        if ((changes++ & 1) == 0) {
          offload.invalidate();
        } else {
          offload.halt(flow);
        }
        LockSupport.parkNanos(1_000_000);
      }
      int missing = numbers.missing();
      System.out.printf(
          "%d changes, %d datagrams, %d carried, %d missing, %d twice, %d overtaken%n",
          changes,
          numbers.sent(),
          offload.packets(flow, Direction.OUTBOUND),
          missing,
          numbers.twice,
          numbers.overtaken);
      assertEquals(0, missing);
      assertEquals(0, numbers.twice);
      assertTrue(offload.packets(flow, Direction.OUTBOUND) > 1_000);
      assertTrue(seen() > 1_000);
    }
  }

  @Test
  void endsAndBeginsAnewWithoutLossUnderLoad() throws Exception {
    try (NumberedDatagrams numbers = new NumberedDatagrams(client, CLIENT, server, SERVER)) {
      Connection connection = udp(CLIENT, numbers, SERVER);
      Thread load = Thread.ofPlatform().start(() -> send(numbers, 12_000, 250_000));
      int ends = 0;
      long carried = 0;
      while (load.isAlive()) {
        int flow = offload.open(connection);
        offload.carry(flow, connection, offload.generation());
        LockSupport.parkNanos(40_000_000);
        carried += offload.packets(flow, Direction.OUTBOUND);
        bridge.between(
            () -> {
              offload.close();
              // The kernel looks for interfaces in the namespace of the thread.
              offload = middle.run(() -> vm.offloadTo(network, 16));
              return null;
            });
        ends++;
      }
      int missing = numbers.missing();
      System.out.printf(
          "%d ends, %d datagrams, %d carried, %d missing, %d twice%n",
          ends, numbers.sent(), carried, missing, numbers.twice);
      assertEquals(0, missing);
      assertEquals(0, numbers.twice);
      assertTrue(carried > 100, carried + " carried");
    }
  }

  private static void send(NumberedDatagrams numbers, int count, long nanos) {
    try {
      numbers.send(count, 64, nanos);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
