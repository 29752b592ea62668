package org.vtl.service.firewall.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.TcpHeader;
import org.vtl.service.firewall.internal.ruleset.State;
import org.vtl.service.firewall.internal.ruleset.Subject;

class PacketWordsTest {
  private static PacketWords.Sample read(String text) {
    return PacketWords.read(text, Direction.INBOUND, State.NEW);
  }

  @Test
  void tcpWithAllThatCanBeSaid() {
    PacketWords.Sample sample =
        read(
            "tcp 10.0.0.2:1234>10.0.0.9:22 flags syn,ack vlan 7 length 1500 ttl 3"
                + " mac 02:00:00:00:00:01 > 02:00:00:00:00:02 reply");
    Subject subject = sample.subject();
    assertEquals(Address.parse("10.0.0.2").low(), subject.sourceLow());
    assertEquals(Address.parse("10.0.0.9").low(), subject.destinationLow());
    assertEquals(1234, subject.sourcePort());
    assertEquals(22, subject.destinationPort());
    assertEquals(TcpHeader.SYN | TcpHeader.ACK, subject.tcpFlags());
    assertEquals(7, subject.vlan());
    assertEquals(1500, subject.length());
    assertEquals(3, subject.hops());
    assertEquals(0x020000000001L, subject.sourceMac());
    assertEquals(Direction.INBOUND, subject.direction());
    assertEquals(Direction.OUTBOUND, subject.opener());
    assertEquals(
        "tcp 10.0.0.2:1234 > 10.0.0.9:22 vlan 7 length 1500 ttl 3 mac 02:00:00:00:00:01 >"
            + " 02:00:00:00:00:02 reply flags syn,ack",
        sample.description());
  }

  @Test
  void whatIsNotSaidIsUsual() {
    assertEquals(
        "tcp 10.0.0.2:49152 > 10.0.0.9:22 flags syn",
        read("tcp 10.0.0.2 to 10.0.0.9:22").description());
    assertEquals(
        "tcp 10.0.0.2:49152 > 10.0.0.9:22 flags ack",
        PacketWords.read("tcp 10.0.0.2 to 10.0.0.9:22", Direction.OUTBOUND, State.ESTABLISHED)
            .description());
    assertEquals(
        "icmp 10.0.0.2 > 10.0.0.9 type 8/0", read("icmp 10.0.0.2 to 10.0.0.9").description());
    assertEquals(
        "icmpv6 fd00::1 > fd00::2 type 128/0", read("icmp fd00::1 to fd00::2").description());
    assertEquals(
        "icmp 10.0.0.2 > 10.0.0.9 type 3/1",
        read("icmp 10.0.0.2 > 10.0.0.9 type 3/1").description());
    assertEquals(
        "udp [fd00::1]:49152 > [fd00::2]:53", read("udp fd00::1 > [fd00::2]:53").description());
    assertEquals("protocol 47 10.0.0.2 > 10.0.0.9", read("47 10.0.0.2 > 10.0.0.9").description());
    assertEquals("ether 0x88cc vlan 3", read("ether 0x88CC vlan 3").description());
    assertEquals(Subject.NONE, read("47 10.0.0.2 > 10.0.0.9").subject().destinationPort());
    assertEquals(Subject.NONE, read("tcp 10.0.0.2 > 10.0.0.9:1").subject().vlan());
  }

  @Test
  void whatIsWrongIsSaidInASentence() {
    assertWrong("", "a protocol such as tcp is missing");
    assertWrong("tcp", "an address is missing");
    assertWrong("tcp 10.0.0.2:1", "\">\" or \"to\" is missing");
    assertWrong("tcp 10.0.0.2:1 - 10.0.0.9:2", "\"-\" stands where");
    assertWrong("tcp 10.0.0.2:1 > 10.0.0.9", "the destination lacks its port");
    assertWrong("tcp 10.0.0.2:1 > [fd00::1]:2", "one address is IPv4 and the other IPv6");
    assertWrong("tcp 10.0.0.2:70000 > 10.0.0.9:1", "no port from 0 to 65535");
    assertWrong("tcp 10.0.0.2:x > 10.0.0.9:1", "no port from 0 to 65535");
    assertWrong("tcp 10.0.0.256 > 10.0.0.9:1", "is not an IP address");
    assertWrong("tcp 10.0.0.2 > 10.0.0.9:1 flags sin", "\"sin\" is no TCP flag");
    assertWrong("udp 10.0.0.2 > 10.0.0.9:1 flags syn", "only TCP has flags");
    assertWrong("udp 10.0.0.2 > 10.0.0.9:1 type 8", "only ICMP has a type");
    assertWrong("icmp 10.0.0.2 > 10.0.0.9 type 300", "\"300\" is not an ICMP type");
    assertWrong("tcp 10.0.0.2 > 10.0.0.9:1 vlan 9999", "a number from 0 to 4095");
    assertWrong("tcp 10.0.0.2 > 10.0.0.9:1 mac x > y", "is not a MAC address");
    assertWrong("tcp 10.0.0.2 > 10.0.0.9:1 quickly", "\"quickly\" is unknown");
    assertWrong("tpc 10.0.0.2 > 10.0.0.9:1", "\"tpc\" is not a protocol");
  }

  private static void assertWrong(String text, String words) {
    String sentence = assertThrows(Misuse.class, () -> read(text)).getMessage();
    assertTrue(sentence.contains(words), sentence);
  }
}
