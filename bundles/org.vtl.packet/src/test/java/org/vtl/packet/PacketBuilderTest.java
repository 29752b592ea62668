package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is built equals the frames of headers.txt, which another program made, byte for byte. */
class PacketBuilderTest {
  private static final long TO = 0x5254_0012_3456L;
  private static final long FROM = 0x0200_5e00_5301L;
  private static final int A = Address.parseIpv4("192.0.2.1");
  private static final int B = Address.parseIpv4("198.51.100.7");
  private static final Address A6 = Address.parse("2001:db8::1");
  private static final Address B6 = Address.parse("2001:db8:0:1::7");

  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();
  private final PacketBuilder builder = new PacketBuilder();

  @AfterEach
  void close() {
    pool.close();
  }

  static Stream<Arguments> frames() {
    return Stream.of(
        row(
            "tcp4-syn",
            b -> {
              ip4(b, true).trafficClass(0xb9);
              b.tcp(40000, 443, 0xffff_fff0, 0, 0xc2, 64240).maximumSegmentSize(1460);
              b.sackPermitted().timestamps(123456, 0).noOperation().windowScale(10);
            }),
        row(
            "tcp6-ack-vlan",
            b -> {
              b.vlan(0xa064);
              ip6(b, 64).tcp(443, 40000, 1, 0x8000_0000, 0x19, 501);
              b.noOperation().tcpOptions(hex("01"), 0, 1).sackBlock(1000, 2460);
              b.noOperation().noOperation().timestamps(0xdead_beef, 77);
              b.payload(MemorySegment.ofArray("odd".getBytes()), 0, 3);
            }),
        row(
            "udp4-options",
            b -> {
              ip4(b, false).ipv4Options(hex("940400"), 0, 3).udp(53, 5353);
              b.payload(MemorySegment.ofArray("hello!!".getBytes()), 0, 7);
            }),
        row(
            "udp6-extensions",
            b -> {
              ip6(b, 64).trafficClass(0x12).flowLabel(0xabcde);
              b.extension(Protocol.HOP_BY_HOP, hex("0000050200000100"), 0, 8);
              b.extension(Protocol.DESTINATION_OPTIONS, hex("0000010400000000"), 0, 8);
              MemorySegment payload = MemorySegment.ofArray("..xxxxxxxxx".getBytes());
              b.udp(1, 2).payload(payload, 2, 4).payload(payload, 6, 5);
            }),
        row("icmp6-echo", b -> ip6(b, 64).icmp(128, 0, 0x70008).payload(hex("616263"), 0, 3)),
        row(
            "arp-request",
            b -> b.arp(1, FROM, A, 0, B).payload(MemorySegment.ofArray(new byte[18]), 0, 18)),
        row(
            "fragment4-later",
            b -> {
              b.ipv4(A, B, 64).fragment(32, false, 0x1c46).protocol(17);
              b.payload(MemorySegment.ofArray("zzzzzzzzzzzzzzzz".getBytes()), 0, 16);
            }),
        row(
            "fragment6-later",
            b -> {
              ip6(b, 64).fragment(1448, false, 99).protocol(17);
              b.payload(MemorySegment.ofArray("wwwww".getBytes()), 0, 5);
            }),
        row(
            "udp6-segment-routing",
            b -> {
              Address hop = Address.parse("2001:db8:5::5");
              b.ipv6(A6.high(), A6.low(), hop.high(), hop.low(), 64);
              MemorySegment routing =
                  hex(
                      "000404010100000020010db800000001000000000000000720010db800050000"
                          + "0000000000000005");
              b.extension(Protocol.ROUTING, routing, 0, 40).udp(10, 11);
              b.payload(MemorySegment.ofArray("routed".getBytes()), 0, 6);
            }));
  }

  private static Arguments row(String name, Consumer<PacketBuilder> steps) {
    return Arguments.of(name, steps);
  }

  private static PacketBuilder ip4(PacketBuilder b, boolean dontFragment) {
    return b.ipv4(A, B, 64, 0x1c46, dontFragment);
  }

  private static PacketBuilder ip6(PacketBuilder b, int hops) {
    return b.ipv6(A6.high(), A6.low(), B6.high(), B6.low(), hops);
  }

  private static MemorySegment hex(String text) {
    return MemorySegment.ofArray(HexFormat.of().parseHex(text));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void buildsTheFrame(String name, Consumer<PacketBuilder> steps) {
    packet.memory().fill((byte) 0xa5); // what an earlier packet left must not show
    steps.accept(builder.into(packet).ethernet(TO, FROM));
    builder.finish();
    assertEquals(ChecksumState.ABSENT, packet.checksumState());
    packet.seal(false);
    HexFormat hex = HexFormat.of();
    assertEquals(
        hex.formatHex(TestFrames.frame(name)), hex.formatHex(TestFrames.bytes(packet)), name);
  }

  @Test
  void aPartialSumCompletesToTheSame() {
    builder.into(packet).ethernet(TO, FROM).ipv4(A, B, 9).udp(1, 2);
    builder.payload(hex("010203"), 0, 3).finish().seal(false);
    byte[] complete = TestFrames.bytes(packet);
    builder.into(packet).ethernet(TO, FROM).ipv4(A, B, 9).udp(1, 2);
    builder.payload(hex("010203"), 0, 3).finish().seal(true);
    assertEquals(ChecksumState.PARTIAL, packet.checksumState());
    assertEquals(34, packet.checksumStart());
    assertEquals(6, packet.checksumOffset());
    packet.seal(false);
    assertArrayEquals(complete, TestFrames.bytes(packet));
  }

  @Test
  void refusesCallsOutOfOrder() {
    refused(b -> b.into(packet).ipv4(A, B, 64));
    refused(b -> b.into(packet).ethernet(TO, FROM).tcp(1, 2, 3, 4, 5, 6));
    refused(b -> b.into(packet).ethernet(TO, FROM).ipv4(A, B, 64).finish());
    refused(b -> b.into(packet).ethernet(TO, FROM).ipv4(A, B, 64).udp(1, 2).windowScale(7));
    refused(b -> ip6(b.into(packet).ethernet(TO, FROM), 64).ipv4Options(hex("00"), 0, 1));
    refused(b -> b.into(packet).ethernet(TO, FROM).ipv4(A, B, 64).udp(1, 2).udp(1, 2));
    refused(
        b -> {
          b.into(packet).ethernet(TO, FROM).ipv4(A, B, 64).tcp(1, 2, 3, 4, 5, 6);
          for (int i = 0; i < 5; i++) {
            b.timestamps(1, 2);
          }
          b.finish();
        });
    builder.into(packet).ethernet(TO, FROM).etherType(0x88b5).payload(hex("00"), 0, 1).finish();
    refused(PacketBuilder::finish);
  }

  private void refused(Consumer<PacketBuilder> steps) {
    assertThrows(IllegalStateException.class, () -> steps.accept(builder));
  }

  @Test
  void roomIsPayloadThatTheCallerWrites() {
    builder.into(packet).ethernet(TO, FROM).ipv4(A, B, 64).tcp(1, 2, 3, 4, 5, 6);
    int at = builder.timestamps(7, 8).room(3);
    Bytes.setU16(packet.memory(), at, 0xabcd);
    Bytes.setU8(packet.memory(), at + 2L, 0xef);
    builder.finish();
    assertEquals(3, packet.payloadLength());
    assertEquals(at, packet.start() + packet.payloadOffset());
    assertEquals(7, packet.tcp().timestampValue());
    builder.into(packet).ethernet(TO, FROM).ipv4(A, B, 64);
    refused(b -> b.room(3));
  }

  @Test
  void aPacketTooLongForItsSlotIsRefused() {
    MemorySegment large = MemorySegment.ofArray(new byte[66_000]);
    builder.into(packet).ethernet(TO, FROM).ipv4(A, B, 64).udp(1, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> builder.payload(large, 0, 66_000));
  }
}
