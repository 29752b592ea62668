package org.vtl.ipfix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** Real sockets, and what others' collectors make of the messages. */
@Timeout(60)
class CollectorTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int PCAP_IPV4 = 228;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7:4739, udp, 192.0.2.7:4739/udp",
    "[2001:db8::7]:4739, tcp, [2001:db8::7]:4739/tcp",
    "collector.example:1, UDP, collector.example:1/udp"
  })
  void isReadFromItsAddress(String address, String transport, String text) {
    assertEquals(text, Collector.parse(address, transport).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "x:", ":1", "x:0", "x:65536", "x:a", "2001:db8::7:4739"})
  void isRefusedInASentence(String address) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> Collector.parse(address, "udp"))
            .getMessage();
    assertTrue(said.contains("\"" + address + "\""), said);
    assertThrows(IllegalArgumentException.class, () -> Collector.parse("x:1", "sctp"));
  }

  private static Exporter exporter(IpfixRig rig, int port, String transport) {
    return new Exporter(
        rig.observer,
        Collector.parse(LOOPBACK.getHostAddress() + ":" + port, transport),
        new MessageWriter(IpfixRig.MESSAGE_BYTES, 7, 32_473),
        300,
        1_800);
  }

  /** Three connections of which one is dropped. */
  private static void traffic(IpfixRig rig) {
    rig.add(
        "refuser",
        200,
        (packet, connection) ->
            connection.network().port() == 23 ? Verdict.DROP : Verdict.CONTINUE);
    rig.fromVm(Frames.udp().payload("ab"));
    rig.fromVm(Frames.udp().from("[fd00::1]:5555").to("[fd00::2]:53").payload("x"));
    rig.fromVm(Frames.udp().to("10.0.0.2:23").payload("x"));
    rig.idle();
  }

  @Test
  void getsTemplatesAndRecordsByUdp() throws IOException {
    try (IpfixRig rig = new IpfixRig(64);
        DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      traffic(rig);
      IpfixReader reader = new IpfixReader();
      Exporter exporter = exporter(rig, socket.getLocalPort(), "udp");
      try {
        while (reader.records().size() < 3) {
          reader.read(receive(socket));
        }
      } finally {
        exporter.close();
      }
      assertEquals(2, reader.templates());
    }
  }

  private static byte[] receive(DatagramSocket socket) throws IOException {
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(30));
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  @Test
  void getsThemAllByTcpAlsoAfterItWasAway() throws Exception {
    try (IpfixRig rig = new IpfixRig(64);
        ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      Exporter exporter = exporter(rig, server.getLocalPort(), "tcp");
      try {
        try (Socket first = server.accept()) {
          IpfixReader reader = new IpfixReader();
          reader.read(message(first));
          assertEquals(2, reader.templates());
        }
        traffic(rig);
        // What is sent before the end of the first is noticed is lost, as is said.
        try (Socket second = acceptWhile(server, rig)) {
          IpfixReader reader = new IpfixReader();
          reader.read(message(second));
          assertEquals(2, reader.templates(), "whoever is new is told again");
        }
      } finally {
        exporter.close();
      }
    }
  }

  /** New connections end until the exporter has noticed that nobody reads. */
  private static Socket acceptWhile(ServerSocket server, IpfixRig rig) throws IOException {
    server.setSoTimeout(200);
    for (int i = 0; ; i++) {
      rig.fromVm(Frames.udp().from("10.0.0.1:" + (20_000 + i)).payload("x"));
      rig.idle();
      try {
        return server.accept();
      } catch (java.net.SocketTimeoutException e) {
        if (i > 100) {
          throw e;
        }
      }
    }
  }

  private static byte[] message(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] header = in.readNBytes(4);
    int length = (header[2] & 0xff) << 8 | header[3] & 0xff;
    byte[] message = Arrays.copyOf(header, length);
    in.readFully(message, 4, length - 4);
    return message;
  }

  @Test
  void tsharkReadsEveryElement() throws Exception {
    Path program = Path.of("/usr/bin/tshark");
    assumeTrue(Files.isExecutable(program), "tshark is not installed");
    Path file = folder.resolve("flows.pcap");
    try (IpfixRig rig = new IpfixRig(64)) {
      traffic(rig);
      Files.write(file, pcap(rig.messages()));
    }
    String text = run(program, "-n", "-r", file, "-d", "udp.port==4739,cflow", "-V", "-O", "cflow");
    for (String expected :
        List.of(
            "FlowSet Length: ",
            "SrcAddr: 10.0.0.1",
            "DstAddr: 10.0.0.2",
            "SrcAddr: fd00::1",
            "Post NAT Source IPv4 Address: 10.0.0.1",
            "Post NAPT Destination Transport Port: 80",
            "IfName: lab",
            "Biflow Direction: Initiator (1)",
            "ForwardingStatus: Drop (2)",
            "Value (hex bytes): 63 6f 72 65 2f 75 6e 73 70 65 63 69 66 69 65 64")) {
      assertTrue(text.contains(expected), expected + " is not in\n" + text);
    }
    assertTrue(!text.contains("Malformed") && !text.contains("No template"), text);
  }

  /** The messages as datagrams over IPv4, without Ethernet. */
  private static byte[] pcap(List<byte[]> messages) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0xa1b2c3d4);
    out.writeInt(0x00020004);
    out.writeLong(0);
    out.writeInt(65_535);
    out.writeInt(PCAP_IPV4);
    for (byte[] message : messages) {
      int length = message.length + 28;
      out.writeLong(0);
      out.writeInt(length);
      out.writeInt(length);
      out.writeInt(0x45000000 | length);
      out.writeInt(0);
      out.writeInt(0x40110000);
      out.writeInt(0x7f000001);
      out.writeInt(0x7f000001);
      out.writeInt(4739 << 16 | 4739);
      out.writeInt(message.length + 8 << 16);
      out.write(message);
    }
    return bytes.toByteArray();
  }

  @Test
  void nfdumpKeepsTheFlows() throws Exception {
    Path program = Path.of("/usr/bin/nfcapd");
    assumeTrue(Files.isExecutable(program), "nfdump is not installed");
    int port;
    try (DatagramSocket any = new DatagramSocket(0, LOOPBACK)) {
      port = any.getLocalPort();
    }
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Process collector =
        new ProcessBuilder(
                program.toString(),
                "-b",
                "127.0.0.1",
                "-p",
                port + "",
                "-w",
                kept.toString(),
                "-T",
                "all")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    try (IpfixRig rig = new IpfixRig(64)) {
      awaitBound(port);
      traffic(rig);
      Exporter exporter = exporter(rig, port, "udp");
      while (!isSent(rig)) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      exporter.close();
    } finally {
      collector.toHandle().destroy();
    }
    collector.waitFor();
    String said = Files.readString(folder.resolve("said"));
    try (Stream<Path> files = Files.list(kept)) {
      Path file =
          files
              .filter(one -> one.getFileName().toString().startsWith("nfcapd."))
              .findFirst()
              .orElseThrow(() -> new AssertionError(said));
      String flows = run(Path.of("/usr/bin/nfdump"), "-r", file, "-o", "csv");
      assertTrue(flows.contains("10.0.0.1,10.0.0.2,5555,80,UDP"), flows + said);
      assertTrue(flows.contains("fd00::1,fd00::2,5555,53,UDP"), flows + said);
    }
  }

  private static boolean isSent(IpfixRig rig) {
    return rig.engine.runtime().counters().stream()
        .anyMatch(one -> one.name().equals("ipfix/flows-exported") && one.value() == 3);
  }

  private static void awaitBound(int port) throws InterruptedException {
    while (true) {
      try {
        new DatagramSocket(port, LOOPBACK).close();
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (java.net.SocketException e) {
        return;
      }
    }
  }

  private static String run(Object... command) throws Exception {
    Process process =
        new ProcessBuilder(Arrays.stream(command).map(Object::toString).toList())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out;
  }
}
