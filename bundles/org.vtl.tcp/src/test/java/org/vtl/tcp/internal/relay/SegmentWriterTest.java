package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.packet.Bytes;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;
import org.vtl.packet.Parser;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.Frames;

class SegmentWriterTest {
  private final PacketPool pool = new PacketPool(2);
  private final Packet example = pool.acquire();
  private final Packet made = pool.acquire();
  private final EndHeaders headers = new EndHeaders();
  private final SegmentWriter writer = new SegmentWriter();
  private final OutgoingSegment segment = new OutgoingSegment();

  @AfterEach
  void close() {
    pool.close();
  }

  private String written() {
    writer.write(made, headers, segment);
    return PacketText.of(made);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // sack, timestamps, scale | as Linux lays them out
        "true  | true  | 7  | <mss 1460,sackOK,TS val 5 ecr 6,nop,wscale 7>",
        "false | true  | 7  | <mss 1460,nop,nop,TS val 5 ecr 6,nop,wscale 7>",
        "true  | false | -1 | <mss 1460,nop,nop,sackOK>",
        "false | false | 0  | <mss 1460,nop,wscale 0>",
      })
  void optionsOfASyn(boolean sack, boolean timestamps, int scale, String options) {
    headers.learn(Frames.tcp().build(example));
    segment.clear();
    segment.flags = TcpHeader.SYN;
    segment.maximumSegmentSize = 1460;
    segment.sackPermitted = sack;
    segment.timestamps = timestamps;
    segment.timestampValue = 5;
    segment.timestampEcho = 6;
    segment.windowScale = scale;
    String text = written();
    assertTrue(text.endsWith(options), text);
    assertEquals(0, made.tcp().segmentLength() - 1);
  }

  @Test
  void optionsOfAnAcknowledgment() {
    headers.learn(Frames.tcp().build(example));
    segment.clear();
    segment.flags = TcpHeader.ACK;
    segment.timestamps = true;
    segment.sackBlocks = 3;
    for (int i = 0; i < 3; i++) {
      segment.sackLeft[i] = 100 * i;
      segment.sackRight[i] = 100 * i + 50;
    }
    String text = written();
    assertTrue(text.endsWith("<nop,nop,TS val 0 ecr 0,nop,nop,sack 0:50 100:150 200:250>"), text);
  }

  @Test
  void aFrameHasTheTagsAndTheIpv6HeaderOfItsEnd() {
    PacketBuilder builder = new PacketBuilder();
    builder.into(example).ethernet(2, 1).vlan(0x6123).vlan(0xa045);
    builder.ipv6(1, 2, 3, 4, 61).trafficClass(0xb9).flowLabel(0x54321);
    builder.tcp(5, 6, 7, 8, TcpHeader.ACK, 9).finish();
    Bytes.setU16(example.memory(), example.start() + 12L, 0x88a8);
    Parser.parse(example);
    headers.learn(example);
    segment.clear();
    segment.flags = TcpHeader.ACK;
    segment.ecn = 2;
    writer.write(made, headers, segment);
    assertEquals(
        example.length(), made.length(), () -> PacketText.of(example) + "\n" + PacketText.of(made));
    // All up to the ports but the two bits of ECN, which are the segment's own.
    assertEquals(0xba, made.ipv6().trafficClass());
    made.ipv6().setTrafficClass(0xb9);
    long count = made.networkOffset() + 40 + 4;
    assertEquals(
        -1,
        MemorySegment.mismatch(
            example.memory(),
            example.start(),
            example.start() + count,
            made.memory(),
            made.start(),
            made.start() + count));
  }

  @Test
  void anEndThatNeverSpokeLooksTheOtherWayRound() {
    EndHeaders vm = new EndHeaders();
    vm.learn(Frames.tcp().vlan(5).trafficClass(0x20).build(example));
    headers.mirror(vm);
    segment.clear();
    segment.flags = TcpHeader.ACK;
    String text = written();
    assertTrue(text.startsWith("vlan 5 10.0.0.2:80 > 10.0.0.1:5555 "), text);
    assertEquals(example.ethernet().source(), made.ethernet().destination());
    assertEquals(example.vlanKey(), made.vlanKey());
    assertEquals(8, made.ipv4().dscp());
  }

  @Test
  void aLongSegmentIsForAnOffloadToDivide() {
    try (ChunkPool chunks = new ChunkPool(1 << 20)) {
      ByteStream stream = new ByteStream();
      stream.begin(chunks.share(), 100_000, 100_000);
      byte[] bytes = new byte[70_000];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 251);
      }
      stream.write(0, MemorySegment.ofArray(bytes), 0, bytes.length);
      stream.advance(bytes.length);
      headers.learn(Frames.tcp().id(100).build(example));
      headers.speak();
      int size = 1_448;
      segment.clear();
      segment.flags = TcpHeader.ACK | TcpHeader.PSH;
      segment.timestamps = true;
      segment.payload = stream;
      segment.payloadOffset = 1_000;
      segment.payloadLength = SegmentWriter.largestPayload(size);
      segment.segmentSize = size;
      writer.write(made, headers, segment);
      assertEquals(45 * size, made.payloadLength());
      assertEquals(size, made.segmentSize());
      assertEquals(ChecksumState.ABSENT, made.checksumState());
      assertEquals(101, made.ipv4().identification());
      long payload = (long) made.start() + made.payloadOffset();
      for (int i = 0; i < made.payloadLength(); i += 997) {
        assertEquals((i + 1_000) % 251, Bytes.u8(made.memory(), payload + i));
      }
      segment.payloadLength = 10;
      writer.write(made, headers, segment);
      assertEquals(0, made.segmentSize());
      assertEquals(101 + 45, made.ipv4().identification());
      stream.clear();
    }
  }

  @ParameterizedTest
  @CsvSource({"1448, 65160", "8948, 62636", "65483, 65483", "40, 40000", "60000, 60000"})
  void onePacketHoldsWholeSegments(int size, int payload) {
    assertEquals(payload, SegmentWriter.largestPayload(size));
  }
}
