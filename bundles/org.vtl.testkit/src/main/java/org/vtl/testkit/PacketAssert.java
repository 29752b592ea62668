package org.vtl.testkit;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketText;
import org.vtl.packet.Seq;

/**
 * Assertions on one packet, read from the outside in:
 *
 * <pre>{@code
 * PacketAssert.that(packet).ipv4().source("10.0.0.1").ttl(64)
 *     .tcp().flags(TcpHeader.ACK).ack(1001).payload("hello").checksumsRight();
 * }</pre>
 *
 * <p>The first that fails throws an {@link AssertionError} that names field, value and the whole
 * packet. Needs no test framework.
 */
public final class PacketAssert {
  private final Packet packet;

  private PacketAssert(Packet packet) {
    this.packet = packet;
  }

  /** Begins; {@code packet} must not be null, and is parsed. */
  public static PacketAssert that(Packet packet) {
    if (packet == null) {
      throw new AssertionError("There is no packet.");
    }
    return new PacketAssert(packet);
  }

  public PacketAssert direction(Direction expected) {
    return equal("direction", expected, packet.direction());
  }

  public PacketAssert length(int expected) {
    return equal("frame length", expected, packet.length());
  }

  public PacketAssert wellFormed() {
    return equal("malformation", null, packet.malformation());
  }

  public PacketAssert sourceMac(String expected) {
    return equal("source MAC", expected, Address.formatMac(packet.ethernet().source()));
  }

  public PacketAssert destinationMac(String expected) {
    return equal("destination MAC", expected, Address.formatMac(packet.ethernet().destination()));
  }

  /** The outer VLAN identifier, -1 for none. */
  public PacketAssert vlan(int expected) {
    return equal("VLAN", expected, packet.vlanId());
  }

  public PacketAssert ipv4() {
    return isTrue("an IPv4 packet", packet.isIpv4());
  }

  public PacketAssert ipv6() {
    return isTrue("an IPv6 packet", packet.isIpv6());
  }

  public PacketAssert arp() {
    return isTrue("an ARP packet", packet.isArp());
  }

  /** The IP source, of either version. */
  public PacketAssert source(String expected) {
    Address actual = new Address(packet.sourceHigh(), packet.sourceLow());
    return equal("source", Address.parse(expected), actual);
  }

  public PacketAssert destination(String expected) {
    Address actual = new Address(packet.destinationHigh(), packet.destinationLow());
    return equal("destination", Address.parse(expected), actual);
  }

  /** Time to live, or hop limit. */
  public PacketAssert ttl(int expected) {
    return equal(
        "TTL", expected, packet.isIpv4() ? packet.ipv4().timeToLive() : packet.ipv6().hopLimit());
  }

  /** The IPv4 identification. */
  public PacketAssert id(int expected) {
    return equal("identification", expected, packet.ipv4().identification());
  }

  public PacketAssert dscp(int expected) {
    return equal("DSCP", expected, packet.isIpv4() ? packet.ipv4().dscp() : packet.ipv6().dscp());
  }

  public PacketAssert ecn(int expected) {
    return equal("ECN", expected, packet.isIpv4() ? packet.ipv4().ecn() : packet.ipv6().ecn());
  }

  public PacketAssert dontFragment(boolean expected) {
    return equal("DF", expected, packet.ipv4().dontFragment());
  }

  public PacketAssert fragment(int offset, boolean more) {
    equal("fragment offset", offset, packet.fragmentOffset());
    return equal("more fragments", more, packet.moreFragments());
  }

  public PacketAssert tcp() {
    return isTrue("a TCP packet", packet.isTcp());
  }

  public PacketAssert udp() {
    return isTrue("a UDP packet", packet.isUdp());
  }

  /** Either version. */
  public PacketAssert icmp() {
    return isTrue("an ICMP packet", packet.isIcmp() || packet.isIcmpv6());
  }

  public PacketAssert icmp(int type, int code) {
    icmp();
    return equal(
        "ICMP type and code", type + "/" + code, packet.icmp().type() + "/" + packet.icmp().code());
  }

  public PacketAssert sourcePort(int expected) {
    int actual = packet.isTcp() ? packet.tcp().sourcePort() : packet.udp().sourcePort();
    return equal("source port", expected, actual);
  }

  public PacketAssert destinationPort(int expected) {
    int actual = packet.isTcp() ? packet.tcp().destinationPort() : packet.udp().destinationPort();
    return equal("destination port", expected, actual);
  }

  /** Exactly these flags. */
  public PacketAssert flags(int expected) {
    return equal("flags", PacketText.flags(expected), PacketText.flags(packet.tcp().flags()));
  }

  public PacketAssert seq(long expected) {
    return equal(
        "sequence number", expected & 0xffff_ffffL, Seq.unsigned(packet.tcp().sequenceNumber()));
  }

  public PacketAssert ack(long expected) {
    return equal(
        "acknowledgment number",
        expected & 0xffff_ffffL,
        Seq.unsigned(packet.tcp().acknowledgmentNumber()));
  }

  public PacketAssert window(int expected) {
    return equal("window", expected, packet.tcp().window());
  }

  /** The whole option list, as {@code <mss 1460,nop,wscale 7>}; empty for none. */
  public PacketAssert options(String expected) {
    return equal("TCP options", expected, PacketText.options(packet));
  }

  public PacketAssert mss(int expected) {
    return equal("maximum segment size", expected, packet.tcp().maximumSegmentSize());
  }

  public PacketAssert timestamps(long value, long echo) {
    isTrue("a timestamps option", packet.tcp().hasTimestamps());
    equal("TSval", value & 0xffff_ffffL, Seq.unsigned(packet.tcp().timestampValue()));
    return equal("TSecr", echo & 0xffff_ffffL, Seq.unsigned(packet.tcp().timestampEcho()));
  }

  public PacketAssert payloadLength(int expected) {
    return equal("payload length", expected, packet.payloadLength());
  }

  public PacketAssert payload(String expected) {
    return equal("payload", expected, new String(payloadBytes(), StandardCharsets.UTF_8));
  }

  public PacketAssert payload(byte[] expected) {
    HexFormat hex = HexFormat.of();
    return equal("payload", hex.formatHex(expected), hex.formatHex(payloadBytes()));
  }

  public PacketAssert segmentSize(int expected) {
    return equal("segment size", expected, packet.segmentSize());
  }

  /** All checksums are right, as the frame stands; a partial one passes. */
  public PacketAssert checksumsRight() {
    if (packet.isIpv4()) {
      isTrue("a right IPv4 header checksum", packet.ipv4().isChecksumRight());
    }
    return isTrue("a right transport checksum", packet.isTransportChecksumRight());
  }

  private byte[] payloadBytes() {
    return packet
        .memory()
        .asSlice((long) packet.start() + packet.payloadOffset(), packet.payloadLength())
        .toArray(ValueLayout.JAVA_BYTE);
  }

  private PacketAssert equal(String field, Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError(
          field + " is " + actual + ", not " + expected + ", in " + PacketText.of(packet));
    }
    return this;
  }

  private PacketAssert isTrue(String what, boolean condition) {
    if (!condition) {
      throw new AssertionError("not " + what + ": " + PacketText.of(packet));
    }
    return this;
  }
}
