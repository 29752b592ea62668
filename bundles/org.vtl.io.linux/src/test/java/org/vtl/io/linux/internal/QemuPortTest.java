package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Packet;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/** The connections of a QEMU port, and its file. */
@Timeout(60)
class QemuPortTest extends WithQemuPort {
  // ---- connections -----------------------------------------------------------------------------

  @Test
  void aVmMayGoAndComeAgain() throws Exception {
    port = open("");
    assertEquals(Offloads.NONE, port.offloads());
    assertTrue(port.obstacle().contains("waits for QEMU"), port.obstacle());
    assertEquals(0, port.poll(batch));
    assertEquals(0, port.transmit(Frames.batch(packet(frame(60, 1)))));
    for (int i = 0; i < 3; i++) {
      try (SocketChannel vm = connect()) {
        assertEquals("", port.obstacle());
        byte[] stream = stream(frame(60, i), frame(60, i + 1));
        write(vm, stream, 0, stream.length - 1); // the last frame never comes whole
      }
      List<byte[]> got = new ArrayList<>();
      while (port.obstacle().isEmpty()) {
        poll(got);
      }
      assertFrames(new byte[][] {frame(60, i)}, got);
    }
  }

  @Test
  void aVmThatGoesIsNoticedWhenSendingToIt() throws Exception {
    connected().close();
    Packet packet = packet(frame(60, 1));
    assertEquals(0, port.transmit(Frames.batch(packet)));
    assertTrue(port.obstacle().contains("waits for QEMU"));
  }

  @Test
  void aSecondOneIsRefusedAndTheFirstStays() throws Exception {
    try (SocketChannel vm = connected();
        SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      other.configureBlocking(false);
      ByteBuffer one = ByteBuffer.allocate(1);
      long end = System.nanoTime() + 5_000_000_000L;
      while (other.read(one) == 0 && System.nanoTime() - end < 0) {
        port.poll(batch);
      }
      assertEquals(-1, other.read(one));
      byte[] stream = stream(frame(60, 1));
      write(vm, stream, 0, stream.length);
      assertEquals(1, port.poll(batch));
    }
  }

  @Test
  void theNextOneMayComeBeforeTheLastHasGone() throws Exception {
    SocketChannel first = connected();
    try (SocketChannel next = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      byte[] stream = stream(frame(60, 1));
      write(next, stream, 0, stream.length);
      assertEquals(0, port.poll(batch));
      first.close();
      assertEquals(0, port.poll(batch));
      assertEquals(1, port.poll(batch));
    }
  }

  @Test
  void aPortMayConnect() throws Exception {
    assertTrue(
        assertThrows(PortException.class, () -> open("?mode=connect"))
            .getMessage()
            .contains("nobody there takes the connection"));
    try (ServerSocketChannel passt = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      passt.bind(UnixDomainSocketAddress.of(path));
      port = open("?mode=connect");
      byte[] there = frame(60, 1);
      try (SocketChannel end = passt.accept()) {
        assertEquals(1, port.transmit(Frames.batch(packet(there))));
        assertArrayEquals(stream(there), read(end, 64));
        byte[] back = stream(frame(70, 2));
        write(end, back, 0, back.length);
      }
      assertEquals(1, port.poll(batch), "what came before the end is taken first");
      String why = assertThrows(PortException.class, () -> port.poll(batch)).getMessage();
      assertTrue(why.contains("is lost: the other end closed the connection"), why);
    }
  }

  @Test
  void twoPortsAreJoined() throws Exception {
    port = open("");
    try (PacketPort other = open("?mode=connect")) {
      port.poll(batch);
      byte[] frame = frame(1_514, 1);
      assertEquals(1, port.transmit(Frames.batch(packet(frame))));
      assertEquals(1, other.poll(batch));
      assertArrayEquals(frame, bytes(batch.get(0)));
    }
  }

  // ---- the file --------------------------------------------------------------------------------

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void theFileIsTheOwnersAloneUnlessOthersAreLetIn() throws Exception {
    open("").close();
    assertFalse(Files.exists(path), "it goes with its port");
    port = open("");
    assertEquals("rw-------", permissions());
    port.close();
    port = open("?permissions=0666");
    assertEquals("rw-rw-rw-", permissions());
    port.close();
    port = open("?permissions=640");
    assertEquals("rw-r-----", permissions());
  }

  @Test
  void whatACrashLeftIsReplaced() throws Exception {
    ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    crashed.bind(UnixDomainSocketAddress.of(path));
    crashed.close(); // Java leaves the file
    assertTrue(Files.exists(path));
    connected().close();
  }

  @Test
  void aLiveSocketIsLeftAlone() throws Exception {
    port = open("");
    String why = assertThrows(PortException.class, () -> open("")).getMessage();
    assertTrue(why.contains("another process or link listens there"), why);
    assertTrue(Files.exists(path));
    assertEquals(0, port.poll(batch), "the look whether somebody listens");
    port.poll(batch);
    try (SocketChannel vm = connect()) {
      byte[] stream = stream(frame(60, 1));
      write(vm, stream, 0, stream.length);
      assertEquals(1, port.poll(batch));
    }
  }

  @Test
  void anotherFileIsLeftAlone() throws Exception {
    Files.writeString(path, "precious");
    String why = assertThrows(PortException.class, () -> open("")).getMessage();
    assertTrue(why.contains("that is no socket"), why);
    assertEquals("precious", Files.readString(path));
    Files.delete(path);
    Files.createSymbolicLink(path, folder.resolve("elsewhere"));
    assertThrows(PortException.class, () -> open(""));
    assertTrue(Files.isSymbolicLink(path));
  }

  @Test
  void aFileThatAnotherHasTakenStays() throws Exception {
    port = open("");
    Files.delete(path);
    try (PacketPort successor = open("")) {
      port.close();
      assertTrue(Files.exists(path));
      assertEquals(0, successor.poll(batch));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?mode=both",
        "?mtu=67",
        "?mtu=65536",
        "?mtu=many",
        "?permissions=0999",
        "?permissions=1777",
        "?mode=connect&permissions=0600",
        "?reconnect=1",
        "-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-"
            + "0123456789-0123456789"
      })
  void whatCannotBeIsRefusedForEver(String options) {
    assertThrows(IllegalArgumentException.class, () -> open(options));
  }

  @Test
  void severalWorkersCannotShareIt() {
    PortAddress address = PortAddress.parse("qemu:" + path);
    String why =
        assertThrows(
                IllegalArgumentException.class,
                () -> new LinuxPorts().open(address, new Workers(2)))
            .getMessage();
    assertTrue(why.contains("set workers to 1"), why);
    assertFalse(Files.exists(path));
  }

  @Test
  void aMissingFolderIsNamed() {
    path = folder.resolve("none/vm.sock");
    String why = assertThrows(PortException.class, () -> open("")).getMessage();
    assertTrue(why.contains("make the folder " + folder.resolve("none")), why);
  }
}
