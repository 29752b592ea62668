package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmenterTest {
  private final PacketPool pool = new PacketPool(2);
  private final Packet large = pool.acquire();
  private final Packet small = pool.acquire();
  private final PacketBuilder builder = new PacketBuilder();
  private final Segmenter segmenter = new Segmenter();

  @AfterEach
  void close() {
    pool.close();
  }

  private static MemorySegment bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  @Test
  void splitsAsLinuxDoes() {
    builder.into(large).ethernet(1, 2).ipv4(3, 4, 64, 0xffff, true).trafficClass(2);
    int flags = TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN | TcpHeader.CWR | TcpHeader.ECE;
    builder.tcp(5, 6, 0xffff_ff00, 8, flags, 9).noOperation().noOperation().timestamps(10, 11);
    builder.payload(bytes(3001), 0, 3001).finish().setSegmentSize(1000);
    large.setDirection(Direction.INBOUND);
    large.setArrivalNanos(1234);
    assertTrue(segmenter.begin(large, 1000));
    assertEquals(4, segmenter.segments());
    String[] expected = {
      "0.0.0.3:5 > 0.0.0.4:6 tcp EW. 4294967040:744(1000) ack 8 win 9 <nop,nop,TS val 10 ecr 11>",
      "0.0.0.3:5 > 0.0.0.4:6 tcp E. 744:1744(1000) ack 8 win 9 <nop,nop,TS val 10 ecr 11>",
      "0.0.0.3:5 > 0.0.0.4:6 tcp E. 1744:2744(1000) ack 8 win 9 <nop,nop,TS val 10 ecr 11>",
      "0.0.0.3:5 > 0.0.0.4:6 tcp FPE. 2744:2745(1) ack 8 win 9 <nop,nop,TS val 10 ecr 11>",
    };
    for (int i = 0; i < 4; i++) {
      assertTrue(segmenter.next(small));
      assertEquals(expected[i], PacketText.of(small));
      assertEquals(0xffff + i & 0xffff, small.ipv4().identification());
      assertTrue(small.ipv4().dontFragment());
      assertEquals(2, small.ipv4().ecn());
      assertTrue(TestFrames.sumsRight(small));
      assertEquals(ChecksumState.VALID, small.checksumState());
      assertEquals(Direction.INBOUND, small.direction());
      assertEquals(1234, small.arrivalNanos());
      assertEquals(0, small.segmentSize());
    }
    assertFalse(segmenter.next(small));
  }

  @Test
  void splitsUdpIntoDatagrams() {
    builder.into(large).ethernet(1, 2).vlan(7).ipv6(1, 2, 3, 4, 64).udp(53, 54);
    builder.payload(bytes(2500), 0, 2500).finish().setSegmentSize(1200);
    assertTrue(segmenter.begin(large, 1200));
    for (int length : new int[] {1200, 1200, 100}) {
      assertTrue(segmenter.next(small));
      assertEquals(length, small.payloadLength());
      assertEquals(length + 8, small.udp().lengthBytes());
      assertEquals(length + 8, small.ipv6().payloadLength());
      assertEquals(7, small.vlanId());
      assertTrue(TestFrames.sumsRight(small));
    }
    assertFalse(segmenter.next(small));
  }

  @Test
  void aDatagramWithoutASumKeepsNone() {
    builder.into(large).ethernet(1, 2).ipv4(3, 4, 64).udp(53, 54);
    builder.payload(bytes(50), 0, 50).finish();
    large.setChecksumState(ChecksumState.UNVERIFIED);
    large.setSegmentSize(20);
    assertTrue(segmenter.begin(large, 20));
    while (segmenter.next(small)) {
      assertEquals(0, small.udp().checksum());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theSegmentsTogetherAreThePacket(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      boolean tcp = random.nextBoolean();
      builder.into(large).ethernet(1, 2);
      if (random.nextBoolean()) {
        builder.ipv4(random.nextInt(), random.nextInt(), 64, random.nextInt(), false);
      } else {
        builder.ipv6(random.nextLong(), 1, random.nextLong(), 2, 64);
      }
      if (tcp) {
        builder.tcp(1, 2, random.nextInt(), 3, random.nextInt(), 4);
        if (random.nextBoolean()) {
          builder.sackBlock(random.nextInt(), random.nextInt());
        }
      } else {
        builder.udp(3, 4);
      }
      int length = 2 + random.nextInt(65_000);
      builder.payload(bytes(length), 0, length).finish();
      if (random.nextBoolean()) {
        large.seal(random.nextBoolean()); // as a guest delivers it: partial, or complete
      }
      int size = 1 + random.nextInt(Math.min(length - 1, 9000));
      size = Math.max(size, length / 200);
      large.setSegmentSize(size);
      assertTrue(segmenter.begin(large, size));
      byte[] payload = TestFrames.payload(large);
      int segments = segmenter.segments();
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      int next = tcp ? large.tcp().sequenceNumber() : 0;
      int made = 0;
      while (segmenter.next(small)) {
        made++;
        assertTrue(TestFrames.sumsRight(small));
        assertTrue(small.payloadLength() == size || made == segments);
        if (tcp) {
          boolean syn = large.tcp().isSyn();
          assertEquals(next, small.tcp().sequenceNumber());
          assertEquals(syn && made == 1, small.tcp().isSyn());
          assertEquals(large.tcp().isFin() && made == segments, small.tcp().isFin());
          next = small.tcp().endSequence();
        }
        joined.writeBytes(TestFrames.payload(small));
      }
      assertEquals(segments, made);
      assertArrayEquals(payload, joined.toByteArray());
    }
  }

  @Test
  void leavesAloneWhatIsNotToBeSplit() {
    builder.into(large).ethernet(1, 2).ipv4(3, 4, 64).tcp(5, 6, 7, 8, TcpHeader.ACK, 9);
    builder.payload(bytes(3000), 0, 3000).finish();
    assertFalse(segmenter.begin(large, 1000), "longer than an MTU, but nobody asked");
    large.setSegmentSize(3000);
    assertFalse(segmenter.begin(large, 3000), "fits one segment");
    assertFalse(segmenter.next(small));
    builder.into(large).ethernet(1, 2).ipv4(3, 4, 64).fragment(0, true, 1);
    builder.udp(5, 6).payload(bytes(3000), 0, 3000).finish().setSegmentSize(1000);
    assertFalse(segmenter.begin(large, 1000), "a fragment");
    builder.into(large).ethernet(1, 2).ipv4(3, 4, 64).icmp(8, 0, 0);
    builder.payload(bytes(3000), 0, 3000).finish().setSegmentSize(1000);
    assertFalse(segmenter.begin(large, 1000), "neither TCP nor UDP");
    assertEquals(0, segmenter.segments());
  }
}
