package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that lie, and what a hostile sender could gain by them. */
class ParserTest {
  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();
  private final PacketBuilder builder = new PacketBuilder();

  @AfterEach
  void close() {
    pool.close();
  }

  /** One byte of a good frame changed, at an offset from the network header. */
  @ParameterizedTest(name = "{0} byte {1} = {2}: {3}")
  @CsvSource({
    "tcp4-syn, 0, 55, IP_VERSION",
    "tcp4-syn, 0, 44, IPV4_HEADER_LENGTH",
    "tcp4-syn, 0, 4f, TCP_HEADER",
    "tcp4-syn, 3, 13, IP_LENGTH",
    "tcp4-syn, 2, 01, IP_LENGTH",
    "tcp4-syn, 6, 20, ",
    "tcp4-syn, 7, 01, FRAGMENT",
    "tcp4-syn, 7, 02, FRAGMENT",
    "tcp4-syn, 7, 03, ",
    "tcp4-syn, 32, 40, TCP_HEADER",
    "tcp4-syn, 32, b0, TCP_HEADER",
    "tcp4-syn, 9, 11, UDP_HEADER",
    "tcp4-syn, 9, 63, ",
    "tcp6-ack-vlan, 0, 40, IP_VERSION",
    "tcp6-ack-vlan, 4, 01, IP_LENGTH",
    "udp6-extensions, 41, ff, IPV6_EXTENSION",
    "udp6-extensions, 48, 2b, IPV6_EXTENSION",
    "fragment6-later, 42, ff, ",
    "fragment4-later, 6, 1f, ",
    "fragment4-later, 7, ff, ",
    "udp4-options, 28, ff, UDP_HEADER",
    "udp4-options, 29, 07, UDP_HEADER",
    "icmp4-echo-qinq, 3, 1b, ICMP_HEADER",
    "arp-request, 4, 08, ARP_TRUNCATED",
  })
  void namesWhatIsWrong(String name, int offset, String value, Malformation expected) {
    byte[] frame = TestFrames.frame(name);
    TestFrames.load(packet, frame);
    frame[packet.networkOffset() + offset] = HexFormat.of().parseHex(value)[0];
    boolean whole = Parser.parse(TestFrames.load(packet, frame));
    assertEquals(expected, packet.malformation());
    assertEquals(expected == null, whole);
    assertTrue(expected == null || !packet.transportPresent);
  }

  @Test
  void aFragmentOfPing() {
    byte[] frame = TestFrames.frame("fragment4-later");
    frame[20] = 0x1f;
    frame[21] = (byte) 0xff;
    TestFrames.load(packet, frame); // 65,528 + 16 bytes
    assertEquals(Malformation.FRAGMENT, packet.malformation());
  }

  @Test
  void aSecondFragmentHeaderHidesNothing() {
    byte[] first = HexFormat.of().parseHex("2c00000100000063");
    builder.into(packet).ethernet(1, 2).ipv6(0, 1, 0, 2, 64);
    builder.extension(Protocol.FRAGMENT, MemorySegment.ofArray(first), 0, 8);
    builder.fragment(0, false, 99).tcp(1, 2, 3, 4, TcpHeader.SYN, 5).finish();
    assertEquals(Malformation.FRAGMENT, packet.malformation());
    assertFalse(packet.isTcp());
  }

  @Test
  void nineExtensionsAreTooMany() {
    for (int count : new int[] {8, 9}) {
      builder.into(packet).ethernet(1, 2).ipv6(0, 1, 0, 2, 64);
      for (int i = 0; i < count; i++) {
        byte[] option = {0, 0, 1, 4, 0, 0, 0, 0};
        builder.extension(Protocol.DESTINATION_OPTIONS, MemorySegment.ofArray(option), 0, 8);
      }
      builder.udp(1, 2).finish();
      assertEquals(count == 8 ? null : Malformation.IPV6_EXTENSION, packet.malformation());
    }
  }

  @Test
  void whatUdpDoesNotCoverIsPadding() {
    byte[] frame = TestFrames.frame("udp4-no-checksum");
    byte[] longer = Arrays.copyOf(frame, frame.length + 5);
    longer[17] += 5;
    TestFrames.load(packet, longer);
    assertEquals(5, packet.payloadLength());
    packet.setChecksumState(ChecksumState.ABSENT);
    packet.seal(false);
    assertTrue(packet.isTransportChecksumRight());
    packet.replacePayload(5, 0, MemorySegment.ofArray(new byte[] {1, 2}), 0, 2);
    assertEquals(frame.length + 2, packet.length());
    assertEquals(packet.length() - 14, packet.ipv4().totalLength());
    assertEquals(15, packet.udp().lengthBytes());
  }

  @Test
  void optionsEndAtALengthThatCannotBe() {
    for (String options : new String[] {"0800", "0801", "050b", "02040578081f", "0204057808"}) {
      byte[] bytes = HexFormat.of().parseHex(options);
      builder.into(packet).ethernet(1, 2).ipv4(1, 2, 64).tcp(1, 2, 3, 4, TcpHeader.ACK, 5);
      builder.tcpOptions(MemorySegment.ofArray(bytes), 0, bytes.length).finish();
      assertNull(packet.malformation());
      assertEquals(options.startsWith("02") ? 1400 : -1, packet.tcp().maximumSegmentSize());
      assertFalse(packet.tcp().hasTimestamps());
      assertEquals(0, packet.tcp().sackBlocks());
      packet.tcp().eraseOption(TcpOption.TIMESTAMPS);
      packet.tcp().setTimestamps(1, 2);
    }
  }

  /** A guest that asks for a sum over the address would change it behind the firewall's back. */
  @ParameterizedTest
  @CsvSource({"14, 16", "34, 2", "34, 17", "30, 20", "54, 4", "0, 0", "65535, 65535", "33, 17"})
  void aPartialSumWritesNowhereElse(int start, int offset) {
    byte[] frame = TestFrames.frame("tcp4-syn");
    for (boolean partialAllowed : new boolean[] {false, true}) {
      TestFrames.load(packet, frame);
      packet.setPartialChecksum(start, offset);
      packet.seal(partialAllowed);
      assertEquals(ChecksumState.UNVERIFIED, packet.checksumState());
      assertArrayEquals(frame, TestFrames.bytes(packet));
    }
  }

  /** Nor over the host name in a request that a filter has read. */
  @Test
  void aPartialSumWritesNotIntoTcpPayload() {
    byte[] frame = TestFrames.frame("tcp6-ack-vlan");
    TestFrames.load(packet, frame);
    packet.setPartialChecksum(packet.payloadOffset(), 1);
    packet.seal(true);
    assertEquals(ChecksumState.UNVERIFIED, packet.checksumState());
    packet.setPartialChecksum(packet.payloadOffset(), 1);
    packet.seal(false);
    assertArrayEquals(frame, TestFrames.bytes(packet));
  }

  @Test
  void aTunnelsInnerPartialSumSurvivesAndIsCompleted() {
    Packet inner = pool.acquire();
    builder.into(inner).ethernet(3, 4).ipv4(5, 6, 64).tcp(7, 8, 9, 10, TcpHeader.ACK, 11);
    builder.payload(MemorySegment.ofArray(new byte[] {1, 2, 3}), 0, 3).finish().seal(true);
    assertEquals(ChecksumState.PARTIAL, inner.checksumState());
    inner.tcp().setSourcePort(77); // still owed when the outer headers come
    inner.ipv4().setSource(55);
    int innerStart = inner.checksumStart();
    inner.moveStart(50);
    byte[] outer = new byte[200];
    builder.into(packet).ethernet(1, 2).ipv4(1, 2, 64).udp(4789, 4789);
    builder.payload(MemorySegment.ofArray(outer), 0, inner.length() - 42).finish();
    MemorySegment.copy(packet.memory(), packet.start(), inner.memory(), inner.start(), 42);
    Parser.parse(inner);
    assertEquals(innerStart + 50, inner.checksumStart());
    inner.udp().setSourcePort(50_000); // the outer header has no sum, the inner one keeps its place
    inner.seal(true);
    assertEquals(ChecksumState.PARTIAL, inner.checksumState());
    inner.seal(false);
    assertEquals(ChecksumState.VALID, inner.checksumState());
    inner.moveStart(-50);
    assertTrue(Parser.parse(inner));
    assertEquals(77, inner.tcp().sourcePort());
    assertTrue(TestFrames.sumsRight(inner));
  }

  @Test
  void payloadEditsOutsideThePayloadChangeNothing() {
    byte[] frame = TestFrames.frame("udp4-options");
    TestFrames.load(packet, frame);
    MemorySegment source = MemorySegment.ofArray(new byte[70_000]);
    int[][] edits = {
      {-1, 0, 0},
      {0, -1, 0},
      {0, 0, -1},
      {8, 0, 0},
      {0, 8, 0},
      {7, 1, 0},
      {0, 0, 65_530},
      {1, Integer.MAX_VALUE, 0},
      {Integer.MAX_VALUE, 1, 0},
      {0, 0, 70_001},
      {0, 7, 70_000},
    };
    for (int[] edit : edits) {
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> packet.replacePayload(edit[0], edit[1], source, 0, edit[2]));
    }
    assertThrows(
        IndexOutOfBoundsException.class, () -> packet.replacePayload(0, 0, source, 69_999, 2));
    packet.seal(false);
    assertArrayEquals(frame, TestFrames.bytes(packet));
  }

  @Test
  void framesStayInTheirSlots() {
    assertThrows(IndexOutOfBoundsException.class, () -> packet.frame(-1, 5));
    assertThrows(IndexOutOfBoundsException.class, () -> packet.frame(0, -5));
    assertThrows(
        IndexOutOfBoundsException.class, () -> packet.frame(Packet.HEADROOM, Packet.MAX_FRAME + 1));
    assertThrows(
        IndexOutOfBoundsException.class, () -> packet.frame(Integer.MAX_VALUE, Integer.MAX_VALUE));
    packet.frame(Packet.HEADROOM, Packet.MAX_FRAME);
    packet.frame(10, 20);
    assertThrows(IndexOutOfBoundsException.class, () -> packet.moveStart(11));
    assertThrows(IndexOutOfBoundsException.class, () -> packet.moveStart(-21));
    assertThrows(IndexOutOfBoundsException.class, () -> packet.moveStart(Integer.MIN_VALUE));
    packet.moveStart(10);
    assertEquals(30, packet.length());
  }

  @Test
  void aRepairedFrameIsNoLongerMalformed() {
    byte[] frame = TestFrames.frame("udp4-options");
    frame[14] = 0x36;
    TestFrames.load(packet, frame);
    assertEquals(Malformation.IP_VERSION, packet.malformation());
    Bytes.setU8(packet.memory(), packet.start() + 14L, 0x46);
    assertTrue(Parser.parse(packet));
    assertNull(packet.malformation());
  }

  @Test
  void vlanKeysDiffer() {
    TestFrames.load(packet, TestFrames.frame("icmp4-echo-qinq"));
    assertEquals(2, packet.vlanTags());
    assertEquals(0x1001 << 13 | 0x1002, packet.vlanKey());
    assertEquals(0x6002, packet.ethernet().vlanTag(1));
    assertThrows(IndexOutOfBoundsException.class, () -> packet.ethernet().vlanTag(2));
    TestFrames.load(packet, TestFrames.frame("tcp6-ack-vlan"));
    assertEquals(0x1064, packet.vlanKey());
    TestFrames.load(packet, TestFrames.frame("tcp4-syn"));
    assertEquals(0, packet.vlanKey());
    assertEquals(-1, packet.vlanId());
  }
}
