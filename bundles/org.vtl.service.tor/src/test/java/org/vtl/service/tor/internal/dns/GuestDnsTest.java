package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.Parser;
import org.vtl.packet.Protocol;
import org.vtl.service.tor.internal.guest.GuestRig;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** Datagrams to port 53 of any server are answered in its name. */
class GuestDnsTest {
  private final GuestRig rig = new GuestRig();

  @AfterEach
  void close() {
    assertFalse(rig.leaked());
    rig.close();
  }

  private static Frames question(String name, int type) {
    byte[] bytes = DnsMessages.question(name, type).bytes();
    return Frames.udp().from("10.0.0.1:40000").to("9.9.9.9:53").payload(bytes);
  }

  private static DnsMessages.Message message(Packet packet) {
    assertNotNull(packet, "an answer");
    byte[] bytes = new byte[packet.payloadLength()];
    long from = (long) packet.start() + packet.payloadOffset();
    MemorySegment.copy(packet.memory(), ValueLayout.JAVA_BYTE, from, bytes, 0, bytes.length);
    return DnsMessages.read(bytes, bytes.length);
  }

  @Test
  void anyServersAnswerIsOurs() {
    Packet answer = rig.send(question("www.example.org", Dns.A).vlan(7)).answer();
    assertEquals(rig.names.map("www.example.org", false).toString(), message(answer).only());
    PacketAssert.that(answer)
        .wellFormed()
        .vlan(7)
        .sourceMac("02:00:00:00:00:02")
        .destinationMac(GuestRig.VM)
        .ipv4()
        .source("9.9.9.9")
        .destination("10.0.0.1")
        .ttl(64)
        .sourcePort(53)
        .destinationPort(40_000)
        .checksumsRight();
    assertNull(rig.answer(), "one answer");
    assertEquals(1, rig.count("dns-answered"));
  }

  @Test
  void overIpv6() {
    byte[] bytes = DnsMessages.question("www.example.org", Dns.AAAA).bytes();
    Frames frames = Frames.udp().from("[2001:db8::1]:40000").to("[2620:fe::fe]:53").payload(bytes);
    Packet answer = rig.send(frames).answer();
    assertEquals(Dns.AAAA, message(answer).answers().getFirst().type());
    PacketAssert.that(answer)
        .ipv6()
        .source("2620:fe::fe")
        .destination("2001:db8::1")
        .sourcePort(53)
        .destinationPort(40_000)
        .checksumsRight();
  }

  @Test
  void aChecksumLeftToThePortIsNoDamage() {
    assertNotNull(rig.send(question("www.example.org", Dns.A).partialChecksum()).answer());
  }

  @Test
  void torsAnswerComesLaterToWhoAsked() {
    Frames tagged = question("8.8.8.8.in-addr.arpa", Dns.PTR).vlan(9);
    Packet twice = tagged.build(rig.frame);
    Bytes.setU16(twice.memory(), twice.start() + 12L, Protocol.ETHER_QINQ);
    Parser.parse(twice);
    assertNull(rig.send(twice).answer());
    byte[] bytes = DnsMessages.question("9.9.9.9.in-addr.arpa", Dns.PTR).bytes();
    Frames six = Frames.udp().from("[2001:db8::1]:50000").to("[2620:fe::fe]:53").payload(bytes);
    assertNull(rig.send(six).answer());
    assertEquals(2, rig.lookups.size());
    rig.lookups.get(1).accept("dns9.quad9.net");
    rig.lookups.get(0).accept("dns.google");
    rig.turn();
    Packet second = rig.answer();
    assertEquals("dns9.quad9.net", message(second).only());
    PacketAssert.that(second)
        .ipv6()
        .source("2620:fe::fe")
        .destination("2001:db8::1")
        .destinationPort(50_000)
        .checksumsRight();
    Packet first = rig.answer();
    assertEquals("dns.google", message(first).only());
    assertEquals(Protocol.ETHER_QINQ, Bytes.u16(first.memory(), first.start() + 12L));
    PacketAssert.that(first)
        .vlan(9)
        .source("9.9.9.9")
        .destination("10.0.0.1")
        .sourcePort(53)
        .destinationPort(40_000)
        .sourceMac("02:00:00:00:00:02")
        .destinationMac(GuestRig.VM)
        .checksumsRight();
    assertNull(rig.answer());
  }

  @Test
  void damagedOnesAndThoseThatAskNothingAreNotAnswered() {
    Packet damaged = question("www.example.org", Dns.A).build(rig.frame);
    long at = damaged.start() + (long) damaged.payloadOffset() + 13;
    Bytes.setU8(damaged.memory(), at, 'x');
    assertNull(rig.send(damaged).answer());
    byte[] response = DnsMessages.question("a.example", Dns.A).bytes();
    response[2] |= (byte) 0x80;
    assertNull(rig.send(question("", 1).payload(response)).answer());
    assertNull(rig.send(question("", 1).payload(5)).answer());
    assertNull(rig.send(question("", 1).payload(4_097)).answer());
    assertEquals(4, rig.count("dns-unanswered"));
    assertEquals(0, rig.names.size());
  }

  @Test
  void whatIsNoWholeDatagramOfOneForOneIsRefused() {
    rig.send(question("a.example", 1).fragment(0, true).id(5).payload(64));
    assertEquals(1, rig.count("refused-fragment"));
    rig.send(question("a.example", 1).fragment(8, false).id(5).payload(64));
    assertEquals(2, rig.count("refused-fragment"));
    rig.send(question("a.example", 1).to("224.0.0.1:53"));
    rig.send(question("a.example", 1).macs(GuestRig.VM, "ff:ff:ff:ff:ff:ff"));
    assertEquals(2, rig.count("refused-group"));
    rig.send(question("a.example", 1).from("0.0.0.0:40000"));
    rig.send(question("a.example", 1).from("127.0.0.1:40000"));
    assertEquals(2, rig.count("refused-no-sender"));
    rig.send(question("a.example", 1).from("10.0.0.1:0"));
    rig.send(question("a.example", 1).segmentSize(20));
    rig.send(question("a.example", 1).to("9.9.9.9:5353"));
    assertEquals(3, rig.count("refused-udp"));
    assertEquals(0, rig.names.size());
  }

  @Test
  void allocatesNothingForAKnownName() {
    question("www.example.org", Dns.A).build(rig.frame);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          rig.clock.advance(1_000_000);
          rig.vm.deliver(rig.frame);
          rig.turn();
          rig.vm.clear();
        });
  }
}
