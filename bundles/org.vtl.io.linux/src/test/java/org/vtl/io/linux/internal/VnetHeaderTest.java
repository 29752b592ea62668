package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;

class VnetHeaderTest {
  private static final int MTU = 1500;

  private final PacketPool pool = new PacketPool(5);

  @AfterEach
  void close() {
    pool.close();
  }

  /** The header before the frame: flags, type, then its four numbers in decimal. */
  private static String header(Packet packet) {
    MemorySegment memory = packet.memory();
    int at = packet.start() - VnetHeader.LENGTH;
    StringBuilder text = new StringBuilder();
    text.append(HexFormat.of().toHexDigits(memory.get(ValueLayout.JAVA_BYTE, at)));
    text.append(HexFormat.of().toHexDigits(memory.get(ValueLayout.JAVA_BYTE, at + 1)));
    for (int field = 2; field < VnetHeader.LENGTH; field += 2) {
      text.append(' ').append(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + field) & 0xffff);
    }
    return text.toString();
  }

  private static void setHeader(Packet packet, int flags, int type, int... numbers) {
    MemorySegment memory = packet.memory();
    int at = packet.start() - VnetHeader.LENGTH;
    memory.set(ValueLayout.JAVA_BYTE, at, (byte) flags);
    memory.set(ValueLayout.JAVA_BYTE, at + 1, (byte) type);
    for (int i = 0; i < numbers.length; i++) {
      memory.set(
          ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.nativeOrder()),
          at + 2 + 2 * i,
          (short) numbers[i]);
    }
  }

  @Test
  void anOrdinaryFrameNeedsNothing() {
    Packet packet = Frames.tcp4(pool, 100, TcpHeader.ACK);
    assertTrue(VnetHeader.write(packet, MTU));
    assertEquals("0000 0 0 0 0", header(packet));
  }

  @Test
  void aPartialChecksumIsNamed() {
    Packet packet = Frames.tcp4(pool, 100, TcpHeader.ACK);
    packet.setPartialChecksum(34, 16);
    assertTrue(VnetHeader.write(packet, MTU));
    assertEquals("0100 0 0 34 16", header(packet));
  }

  @Test
  void segmentsAreToBeCutAsTheHeadersSay() {
    Packet four = Frames.tcp4(pool, 4_000, TcpHeader.ACK | TcpHeader.CWR);
    four.setPartialChecksum(34, 16);
    four.setSegmentSize(1_448);
    assertTrue(VnetHeader.write(four, MTU));
    assertEquals("0181 54 1448 34 16", header(four));

    Packet six = Frames.tcp6(pool, 4_000, TcpHeader.ACK);
    six.setPartialChecksum(54, 16);
    six.setSegmentSize(1_428);
    assertTrue(VnetHeader.write(six, MTU));
    assertEquals("0104 74 1428 54 16", header(six));

    Packet udp = Frames.udp4(pool, 4_000);
    udp.setPartialChecksum(34, 6);
    udp.setSegmentSize(1_000);
    assertTrue(VnetHeader.write(udp, MTU));
    assertEquals("0105 42 1000 34 6", header(udp));
  }

  @Test
  void aPayloadThatFitsOneSegmentIsNotCut() {
    Packet packet = Frames.tcp4(pool, 1_448, TcpHeader.ACK);
    packet.setPartialChecksum(34, 16);
    packet.setSegmentSize(1_448);
    assertTrue(VnetHeader.write(packet, MTU));
    assertEquals("0100 0 0 34 16", header(packet));
  }

  @Test
  void aWholeChecksumBecomesPartialWhereSegmentsAreCut() {
    Packet packet = Frames.tcp4(pool, 4_000, TcpHeader.ACK);
    packet.setSegmentSize(1_448);
    assertTrue(VnetHeader.write(packet, MTU));
    assertEquals("0101 54 1448 34 16", header(packet));
    assertEquals(ChecksumState.PARTIAL, packet.checksumState());
  }

  @Test
  void whatCannotLeaveIsRefused() {
    Packet whole = Frames.tcp4(pool, 1_461, TcpHeader.ACK);
    assertFalse(VnetHeader.write(whole, MTU), "longer than the MTU");
    assertTrue(VnetHeader.write(whole, MTU + 1));

    Packet segments = Frames.tcp4(pool, 4_000, TcpHeader.ACK);
    segments.setPartialChecksum(34, 16);
    segments.setSegmentSize(1_461);
    assertFalse(VnetHeader.write(segments, MTU), "its segments are longer than the MTU");

    Packet outside = Frames.tcp4(pool, 10, TcpHeader.ACK);
    outside.setPartialChecksum(outside.length() - 17, 16);
    assertFalse(VnetHeader.write(outside, MTU), "a checksum outside the frame");

    Packet tunnelled = Frames.udp4(pool, 4_000);
    tunnelled.setPartialChecksum(84, 16);
    tunnelled.setSegmentSize(1_398);
    assertFalse(VnetHeader.write(tunnelled, MTU), "segments inside a tunnel");
    assertTrue(VnetHeader.isTunnelled(tunnelled));
    pool.release(tunnelled);

    Packet unknown = Frames.experimental(pool, 4_000, 1);
    unknown.setSegmentSize(1_000);
    assertFalse(VnetHeader.write(unknown, MTU), "segments of no known protocol");
  }

  @Test
  void aHeaderTellsThePacket() {
    Packet packet = Frames.tcp4(pool, 4_000, TcpHeader.ACK);
    setHeader(packet, 1, Uapi.VIRTIO_NET_HDR_GSO_TCPV4, 54, 1_448, 34, 16);
    VnetHeader.read(packet, packet.start() - VnetHeader.LENGTH, 4);
    assertEquals(ChecksumState.PARTIAL, packet.checksumState());
    assertEquals(38, packet.checksumStart());
    assertEquals(16, packet.checksumOffset());
    assertEquals(1_448, packet.segmentSize());
  }

  @Test
  void aVerifiedChecksumIsValid() {
    Packet packet = Frames.tcp4(pool, 100, TcpHeader.ACK);
    setHeader(packet, 2, 0, 0, 0, 0, 0);
    VnetHeader.read(packet, packet.start() - VnetHeader.LENGTH, 0);
    assertEquals(ChecksumState.VALID, packet.checksumState());
    assertEquals(0, packet.segmentSize());
  }

  @Test
  void segmentsMergedByListNeedASum() {
    Packet packet = Frames.udp4(pool, 4_000);
    setHeader(packet, 2, Uapi.VIRTIO_NET_HDR_GSO_UDP_L4, 42, 1_000, 0, 0);
    VnetHeader.read(packet, packet.start() - VnetHeader.LENGTH, 0);
    assertEquals(ChecksumState.ABSENT, packet.checksumState());
    packet.seal(true);
    assertTrue(VnetHeader.write(packet, MTU));
    assertEquals("0105 42 1000 34 6", header(packet));
  }
}
