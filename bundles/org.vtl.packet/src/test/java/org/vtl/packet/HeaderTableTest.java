package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of headers.txt: read, write, read back; every frame cut at every length. */
class HeaderTableTest {
  /** How a field is read, and written where it can be. */
  private record Field(
      String name, Function<Packet, String> read, BiConsumer<Packet, String> write) {}

  private static final Map<String, Field> FIELDS = fields();

  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();

  @AfterEach
  void close() {
    pool.close();
  }

  static Stream<Arguments> rows() {
    List<Arguments> rows = new ArrayList<>();
    TestFrames.table()
        .forEach(
            (frame, fields) -> {
              String[] words = frame.split(" ");
              for (String field : fields) {
                rows.add(Arguments.of(words[0], field, words[1]));
              }
            });
    return rows.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("rows")
  void readsAndWrites(String name, String row, String hex) {
    byte[] original = HexFormat.of().parseHex(hex);
    String[] words = row.split(" ");
    Field field = FIELDS.get(words[0]);
    TestFrames.load(packet, original);
    assertNull(packet.malformation());
    assertTrue(TestFrames.sumsRight(packet), "the table's own checksums");
    assertEquals(words[1], field.read.apply(packet));
    packet.seal(false);
    assertArrayEquals(original, TestFrames.bytes(packet), "sealed without a change");
    if (words.length < 4) {
      return;
    }
    field.write.accept(packet, words[3]);
    packet.seal(false);
    byte[] changed = TestFrames.bytes(packet);
    TestFrames.load(packet, changed);
    assertNull(packet.malformation());
    assertEquals(words[3], field.read.apply(packet));
    assertTrue(TestFrames.sumsRight(packet), "checksums after the change");
    field.write.accept(packet, words[1]);
    packet.seal(false);
    assertArrayEquals(original, TestFrames.bytes(packet), "changed back");
  }

  @Test
  void everyTruncationIsNamedOrUnderstood() {
    TestFrames.frames()
        .forEach(
            (name, bytes) -> {
              TestFrames.load(packet, bytes);
              int datagramEnd = packet.datagramEnd();
              for (int length = 0; length < datagramEnd; length++) {
                boolean whole = Parser.parse(TestFrames.load(packet, bytes, length));
                assertEquals(whole, packet.malformation() == null);
                assertTrue(!whole, name + " cut to " + length + " bytes passed as whole");
                for (Field field : FIELDS.values()) {
                  if (!field.name.equals("vlan.id") || packet.vlanTags() > 0) {
                    field.read.apply(packet);
                  }
                }
                packet.seal(false);
              }
            });
  }

  private static Map<String, Field> fields() {
    List<Field> all = new ArrayList<>();
    mac(
        all,
        "ethernet.destination",
        p -> p.ethernet().destination(),
        (p, v) -> p.ethernet().setDestination(v));
    mac(all, "ethernet.source", p -> p.ethernet().source(), (p, v) -> p.ethernet().setSource(v));
    number(all, "vlan.id", Packet::vlanId, null);
    number(all, "ip.protocol", Packet::protocol, null);
    number(all, "fragment.more", p -> p.moreFragments() ? 1 : 0, null);
    number(all, "fragment.offset", Packet::fragmentOffset, null);
    number(all, "payload.length", Packet::payloadLength, null);
    number(all, "ipv4.headerLength", p -> p.ipv4().headerLength(), null);
    number(all, "ipv4.totalLength", p -> p.ipv4().totalLength(), null);
    number(all, "ipv4.dscp", p -> p.ipv4().dscp(), (p, v) -> p.ipv4().setDscp(v));
    number(all, "ipv4.ecn", p -> p.ipv4().ecn(), (p, v) -> p.ipv4().setEcn(v));
    number(
        all,
        "ipv4.identification",
        p -> p.ipv4().identification(),
        (p, v) -> p.ipv4().setIdentification(v));
    number(
        all,
        "ipv4.dontFragment",
        p -> p.ipv4().dontFragment() ? 1 : 0,
        (p, v) -> p.ipv4().setDontFragment(v == 1));
    number(all, "ipv4.timeToLive", p -> p.ipv4().timeToLive(), (p, v) -> p.ipv4().setTimeToLive(v));
    number(all, "ipv4.protocol", p -> p.ipv4().protocol(), null);
    address4(all, "ipv4.source", p -> p.ipv4().source(), (p, v) -> p.ipv4().setSource(v));
    address4(
        all, "ipv4.destination", p -> p.ipv4().destination(), (p, v) -> p.ipv4().setDestination(v));
    number(
        all,
        "ipv6.trafficClass",
        p -> p.ipv6().trafficClass(),
        (p, v) -> p.ipv6().setTrafficClass(v));
    number(all, "ipv6.flowLabel", p -> p.ipv6().flowLabel(), (p, v) -> p.ipv6().setFlowLabel(v));
    number(all, "ipv6.payloadLength", p -> p.ipv6().payloadLength(), null);
    number(all, "ipv6.nextHeader", p -> p.ipv6().nextHeader(), null);
    number(all, "ipv6.hopLimit", p -> p.ipv6().hopLimit(), (p, v) -> p.ipv6().setHopLimit(v));
    all.add(
        new Field(
            "ipv6.source",
            p -> Address.formatIpv6(p.ipv6().sourceHigh(), p.ipv6().sourceLow()),
            (p, v) -> p.ipv6().setSource(Address.parse(v).high(), Address.parse(v).low())));
    all.add(
        new Field(
            "ipv6.destination",
            p -> Address.formatIpv6(p.ipv6().destinationHigh(), p.ipv6().destinationLow()),
            (p, v) -> p.ipv6().setDestination(Address.parse(v).high(), Address.parse(v).low())));
    number(all, "tcp.sourcePort", p -> p.tcp().sourcePort(), (p, v) -> p.tcp().setSourcePort(v));
    number(
        all,
        "tcp.destinationPort",
        p -> p.tcp().destinationPort(),
        (p, v) -> p.tcp().setDestinationPort(v));
    sequence(
        all,
        "tcp.sequenceNumber",
        p -> p.tcp().sequenceNumber(),
        (p, v) -> p.tcp().setSequenceNumber(v));
    sequence(
        all,
        "tcp.acknowledgmentNumber",
        p -> p.tcp().acknowledgmentNumber(),
        (p, v) -> p.tcp().setAcknowledgmentNumber(v));
    number(all, "tcp.headerLength", p -> p.tcp().headerLength(), null);
    number(all, "tcp.flags", p -> p.tcp().flags(), (p, v) -> p.tcp().setFlags(v));
    number(all, "tcp.window", p -> p.tcp().window(), (p, v) -> p.tcp().setWindow(v));
    number(
        all,
        "tcp.urgentPointer",
        p -> p.tcp().urgentPointer(),
        (p, v) -> p.tcp().setUrgentPointer(v));
    number(all, "tcp.segmentLength", p -> p.tcp().segmentLength(), null);
    sequence(all, "tcp.endSequence", p -> p.tcp().endSequence(), null);
    number(
        all,
        "tcp.maximumSegmentSize",
        p -> p.tcp().maximumSegmentSize(),
        (p, v) -> p.tcp().setMaximumSegmentSize(v));
    number(all, "tcp.windowScale", p -> p.tcp().windowScale(), null);
    number(all, "tcp.sackPermitted", p -> p.tcp().sackPermitted() ? 1 : 0, null);
    sequence(
        all,
        "tcp.timestampValue",
        p -> p.tcp().timestampValue(),
        (p, v) -> p.tcp().setTimestamps(v, p.tcp().timestampEcho()));
    sequence(
        all,
        "tcp.timestampEcho",
        p -> p.tcp().timestampEcho(),
        (p, v) -> p.tcp().setTimestamps(p.tcp().timestampValue(), v));
    number(all, "tcp.sackBlocks", p -> p.tcp().sackBlocks(), null);
    sequence(
        all,
        "tcp.sackLeft",
        p -> p.tcp().sackBlocks() == 0 ? 0 : p.tcp().sackLeft(0),
        (p, v) -> p.tcp().setSackBlock(0, v, p.tcp().sackRight(0)));
    sequence(
        all,
        "tcp.sackRight",
        p -> p.tcp().sackBlocks() == 0 ? 0 : p.tcp().sackRight(0),
        (p, v) -> p.tcp().setSackBlock(0, p.tcp().sackLeft(0), v));
    number(all, "udp.sourcePort", p -> p.udp().sourcePort(), (p, v) -> p.udp().setSourcePort(v));
    number(
        all,
        "udp.destinationPort",
        p -> p.udp().destinationPort(),
        (p, v) -> p.udp().setDestinationPort(v));
    number(all, "udp.lengthBytes", p -> p.udp().lengthBytes(), null);
    number(all, "udp.checksum", p -> p.udp().checksum(), null);
    number(all, "icmp.type", p -> p.icmp().type(), (p, v) -> p.icmp().setType(v));
    number(all, "icmp.code", p -> p.icmp().code(), (p, v) -> p.icmp().setCode(v));
    number(all, "icmp.identifier", p -> p.icmp().identifier(), (p, v) -> p.icmp().setIdentifier(v));
    number(
        all,
        "icmp.sequenceNumber",
        p -> p.icmp().sequenceNumber(),
        (p, v) -> p.icmp().setSequenceNumber(v));
    number(all, "icmp.mtu", p -> p.icmp().mtu(), null);
    number(all, "ndp.valid", p -> p.ndp().isValid() ? 1 : 0, null);
    all.add(
        new Field(
            "ndp.target",
            p -> Address.formatIpv6(p.ndp().targetHigh(), p.ndp().targetLow()),
            null));
    mac(all, "ndp.sourceLink", p -> p.ndp().linkAddress(1), (p, v) -> p.ndp().setLinkAddress(1, v));
    number(all, "arp.operation", p -> p.arp().operation(), (p, v) -> p.arp().setOperation(v));
    mac(all, "arp.senderMac", p -> p.arp().senderMac(), (p, v) -> p.arp().setSenderMac(v));
    address4(
        all,
        "arp.senderAddress",
        p -> p.arp().senderAddress(),
        (p, v) -> p.arp().setSenderAddress(v));
    mac(all, "arp.targetMac", p -> p.arp().targetMac(), (p, v) -> p.arp().setTargetMac(v));
    address4(
        all,
        "arp.targetAddress",
        p -> p.arp().targetAddress(),
        (p, v) -> p.arp().setTargetAddress(v));
    Map<String, Field> map = new LinkedHashMap<>();
    all.forEach(f -> map.put(f.name, f));
    return map;
  }

  private static void number(
      List<Field> all,
      String name,
      Function<Packet, Integer> read,
      BiConsumer<Packet, Integer> write) {
    all.add(
        new Field(
            name, p -> read.apply(p).toString(), (p, v) -> write.accept(p, Integer.valueOf(v))));
  }

  private static void sequence(
      List<Field> all,
      String name,
      Function<Packet, Integer> read,
      BiConsumer<Packet, Integer> write) {
    all.add(
        new Field(
            name,
            p -> Integer.toUnsignedString(read.apply(p)),
            (p, v) -> write.accept(p, Integer.parseUnsignedInt(v))));
  }

  private static void address4(
      List<Field> all,
      String name,
      Function<Packet, Integer> read,
      BiConsumer<Packet, Integer> write) {
    all.add(
        new Field(
            name,
            p -> Address.formatIpv4(read.apply(p)),
            (p, v) -> write.accept(p, Address.parseIpv4(v))));
  }

  private static void mac(
      List<Field> all, String name, Function<Packet, Long> read, BiConsumer<Packet, Long> write) {
    all.add(
        new Field(
            name,
            p -> Address.formatMac(read.apply(p)),
            (p, v) -> write.accept(p, Address.parseMac(v))));
  }
}
