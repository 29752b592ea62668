package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.testkit.Frames;

/** Real kernels talk through the ports of several workers. */
@Timeout(120)
class WorkersTrafficTest {
  private static final int CLIENTS = 12;

  private final LinuxPorts ports = new LinuxPorts();
  private final List<Crossing> workers = new ArrayList<>();
  private Namespace client;
  private Namespace middle;
  private Namespace server;

  @BeforeEach
  void join() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    client = new Namespace("workers-client");
    middle = new Namespace("workers-middle");
    server = new Namespace("workers-server");
    middle.join("right", server, "eth0");
  }

  @AfterEach
  void part() throws Exception {
    for (Crossing worker : workers) {
      assertNull(worker.stop());
    }
    if (client != null) {
      client.close();
      middle.close();
      server.close();
    }
  }

  private void begin(String scheme, int count) throws Exception {
    if (scheme.equals("packet")) {
      middle.join("left", client, "eth0");
    }
    Crossing.Side left =
        scheme.equals("packet")
            ? context -> Crossing.in(middle, () -> open("packet:left", context))
            : context -> Crossing.in(client, () -> open("tap:eth0", context));
    Crossing.Side right = context -> Crossing.in(middle, () -> open("packet:right", context));
    for (int worker = 0; worker < count; worker++) {
      Crossing crossing = new Crossing(worker, count, left, right);
      workers.add(crossing);
      crossing.start();
    }
    awaitOpen();
    addresses(client, 1);
    addresses(server, 2);
  }

  private PacketPort open(String address, PortContext context) throws Exception {
    return ports.open(PortAddress.parse(address), context);
  }

  /** Until all ports are open, and what came to the first before the last was there is through. */
  private void awaitOpen() throws InterruptedException {
    while (!workers.stream().allMatch(Crossing::isOpen)) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    for (Crossing worker : workers) {
      long before = worker.idle.get();
      while (worker.idle.get() < before + 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      worker.others.set(0);
    }
  }

  private static void addresses(Namespace namespace, int side) throws Exception {
    namespace.ip("link set eth0 up");
    for (int i = 0; i < CLIENTS; i++) {
      namespace.ip("addr add 10.0." + side + "." + (10 + i) + "/16 dev eth0");
      namespace.ip("addr add fd00::" + side + ":" + (10 + i) + "/64 dev eth0 nodad");
    }
  }

  private void allPairs() throws Exception {
    for (int i = 0; i < CLIENTS; i++) {
      for (String form : new String[] {"10.0.%d.%d", "fd00::%d:%d"}) {
        udp(form.formatted(1, 10 + i), form.formatted(2, 10 + i % 3));
      }
      tcp("10.0.1." + (10 + i), "10.0.2." + (10 + i % 5));
      tcp("fd00::1:" + (10 + i), "fd00::2:" + (10 + i % 5));
    }
    tagged();
  }

  /** Datagrams there and back, whole and in fragments, and one that nobody takes. */
  private void udp(String from, String to) throws Exception {
    try (DatagramSocket near =
            client.run(() -> new DatagramSocket(new InetSocketAddress(from, 0)));
        DatagramSocket far = server.run(() -> new DatagramSocket(new InetSocketAddress(to, 0)))) {
      near.setSoTimeout(10_000);
      far.setSoTimeout(10_000);
      for (int length : new int[] {1, 1_000, 5_000, 20_000}) {
        byte[] sent = bytes(length);
        near.send(new DatagramPacket(sent, length, far.getLocalSocketAddress()));
        DatagramPacket got = new DatagramPacket(new byte[30_000], 30_000);
        far.receive(got);
        assertEquals(length, got.getLength());
        far.send(new DatagramPacket(got.getData(), length, near.getLocalSocketAddress()));
        got = new DatagramPacket(new byte[30_000], 30_000);
        near.receive(got);
        assertArrayEquals(sent, java.util.Arrays.copyOf(got.getData(), got.getLength()));
      }
      near.connect(new InetSocketAddress(InetAddress.getByName(to), 9));
      assertThrows(
          PortUnreachableException.class,
          () -> {
            near.send(new DatagramPacket(new byte[9], 9));
            near.receive(new DatagramPacket(new byte[9], 9));
          },
          "the server's ICMP error comes back");
    }
  }

  private void tcp(String from, String to) throws Exception {
    byte[] sent = bytes(300_000);
    try (ServerSocket listening =
            server.run(() -> new ServerSocket(0, 5, InetAddress.getByName(to)));
        Socket near = client.run(() -> bound(from))) {
      near.connect(new InetSocketAddress(to, listening.getLocalPort()), 10_000);
      near.setSoTimeout(20_000);
      Thread echo =
          new Thread(
              () -> {
                try (Socket far = listening.accept()) {
                  far.getInputStream().transferTo(far.getOutputStream());
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      echo.start();
      Thread sender =
          new Thread(
              () -> {
                try {
                  near.getOutputStream().write(sent);
                  near.shutdownOutput();
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      sender.start();
      assertArrayEquals(sent, near.getInputStream().readAllBytes());
      echo.join();
      sender.join();
    }
  }

  /** Frames with a VLAN tag, which the kernel takes off where they arrive by a veth. */
  private void tagged() throws Exception {
    try (PacketPool pool = new PacketPool(1);
        PacketPort port =
            client.run(() -> new LinuxPorts().open(PortAddress.parse("packet:eth0"), null))) {
      PacketBatch batch = new PacketBatch(1);
      Packet packet = pool.acquire();
      for (int i = 0; i < 100; i++) {
        Frames.udp().vlan(7).from("10.7.0." + i).to("10.7.1." + i % 9).payload(50).build(packet);
        packet.seal(true);
        batch.add(packet);
        port.transmit(batch);
        batch.clear();
      }
    }
    while (workers.stream().mapToLong(worker -> worker.tagged.get()).sum() < 100) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    workers.forEach(worker -> worker.tagged.set(0));
  }

  /** A socket gets its descriptor, and so its namespace, when it is bound. */
  private static Socket bound(String from) throws Exception {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    return socket;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private void requireOwnOnly() {
    for (Crossing worker : workers) {
      assertEquals(0, worker.others.get(), "frames of other workers at worker " + worker.worker());
      assertTrue(worker.own.get() > 100, "worker " + worker.worker() + " had its part");
      assertTrue(
          Collections.disjoint(worker.leftMacs, worker.rightMacs),
          "what a port sent does not come back by it");
      worker.own.set(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"packet, 2", "packet, 3", "tap, 2", "tap, 3"})
  void everyFrameComesToItsWorker(String scheme, int count) throws Exception {
    begin(scheme, count);
    allPairs();
    requireOwnOnly();
  }

  @Test
  void aPortLostAndOpenedAgainKeepsThePairs() throws Exception {
    begin("packet", 3);
    allPairs();
    requireOwnOnly();
    for (int round = 0; round < 3; round++) {
      List<Long> before = workers.stream().map(worker -> worker.openings.get()).toList();
      middle.ip("link set right down");
      for (int i = 0; i < workers.size(); i++) {
        while (workers.get(i).isOpen()) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
      }
      middle.ip("link set right up");
      awaitOpen();
      for (int i = 0; i < workers.size(); i++) {
        assertEquals(before.get(i) + 1, workers.get(i).openings.get());
      }
      allPairs();
      requireOwnOnly();
    }
  }

  @Test
  void anInterfaceThatIsDownForAMomentKeepsThePairs() throws Exception {
    begin("packet", 3);
    for (int round = 0; round < 3; round++) {
      middle.execute("ip link set right down");
      middle.execute("ip link set right up");
      awaitOpen();
    }
    TimeUnit.MILLISECONDS.sleep(1_200); // what the ports find out once a second they know by now
    awaitOpen();
    allPairs();
    requireOwnOnly();
  }
}
