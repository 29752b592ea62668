package org.vtl.service.firewall.internal.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.testkit.Frames;

/** What rules see of real packets. */
class SubjectTest {
  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();
  private final Subject subject = new Subject();

  @AfterEach
  void close() {
    pool.close();
  }

  /** A connection opened inbound. */
  private static Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "isTracked" -> true;
                  case "opener" -> Direction.INBOUND;
                  default -> throw new IllegalStateException(method.getName());
                });
  }

  private Subject of(Frames frames) {
    frames.build(packet);
    packet.setDirection(Direction.INBOUND);
    return subject.of(packet, connection(), State.NEW);
  }

  private boolean accepts(String rule) {
    return Ruleset.compile(PolicyReader.read(rule + " accept").policy(), new RuleCounters())
            .link("vm1")
            .decide(subject, 0)
            .action()
        == Action.ACCEPT;
  }

  private void assertAccepts(boolean expected, String... rules) {
    for (String rule : rules) {
      assertEquals(expected, accepts(rule), rule);
    }
  }

  @Test
  void aSegmentOverIpv4() {
    of(Frames.tcp().from("10.0.0.1:5555").to("10.0.0.2:80").syn().vlan(5).ttl(63).payload("abc"));
    assertAccepts(
        true,
        "inbound",
        "ip saddr 10.0.0.1 ip daddr 10.0.0.2",
        "tcp sport 5555 tcp dport http",
        "th dport 80",
        "tcp flags syn / fin,syn,rst,ack",
        "tcp flags == syn",
        "vlan id 5",
        "ip ttl 63",
        "meta length 43",
        "ether saddr 02:00:00:00:00:01 ether daddr 02:00:00:00:00:02",
        "ether type ip",
        "meta l4proto tcp",
        "ip protocol 6",
        "ct state new",
        "ct direction original",
        "meta nfproto ipv4");
    assertAccepts(
        false,
        "outbound",
        "ip saddr != 10.0.0.1",
        "ip6 saddr ::/0",
        "udp dport 80",
        "tcp flags ack",
        "vlan id != 5",
        "icmp type 0-255",
        "ct state established,related",
        "meta nfproto ipv6");
  }

  @Test
  void aDatagramOverIpv6() {
    of(Frames.udp().from("[2001:db8::1]:53").to("[2001:db8::2]:40000").payload("hello"));
    assertAccepts(
        true, "ip6 saddr 2001:db8::/32", "udp sport domain", "meta length 53", "ip6 hoplimit 64");
    assertAccepts(false, "ip saddr 0.0.0.0/0", "ip ttl 64", "vlan id != 7", "tcp dport 40000");
  }

  /** An error is the ICMP packet that it is, whatever it quotes. */
  @Test
  void anIcmpMessageHasNoPorts() {
    of(Frames.icmp(3, 3).from("192.0.2.1").to("10.0.0.1").payload(28));
    assertEquals(Subject.NONE, subject.destinationPort());
    assertAccepts(true, "icmp type destination-unreachable icmp code port-unreachable");
    assertAccepts(false, "th dport != 1", "icmpv6 type 3", "icmp type != 3");
  }

  /** What is not there matches nothing: neither a port nor all but one. */
  @Test
  void aLaterFragmentHasNoPorts() {
    of(Frames.udp().from("10.0.0.1:1").to("10.0.0.2:53").fragment(1480, false).payload(100));
    assertAccepts(true, "ip protocol udp", "ip saddr 10.0.0.1");
    assertAccepts(false, "udp dport 53", "udp dport != 53", "udp sport 0-65535");
    assertTrue(accepts("ip protocol udp"));
    assertFalse(subject.steady());
  }

  @Test
  void whatIsNotIpIsAskedByItsEtherType() {
    of(Frames.arpRequest());
    assertAccepts(true, "ether type arp", "inbound", "ether type != ip");
    assertAccepts(false, "ether type ip", "ip saddr 0.0.0.0/0", "meta l4proto != 6");
  }

  @Test
  void logsAreNotedInOrder() {
    of(Frames.tcp());
    String text =
        """
        log prefix "a" id a
        limit rate 1/day burst 1 packets log id b
        log limit rate 1/day burst 1 packets drop id c
        udp dport 53 log id d
        accept id e
        """;
    LinkRules rules =
        Ruleset.compile(PolicyReader.read(text).policy(), new RuleCounters()).link("vm1");
    assertEquals(Action.DROP, rules.decide(subject, 0).action());
    assertEquals(List.of("a", "b", "c"), logged());
    assertFalse(subject.steady());
    assertEquals("e", rules.decide(subject, 0).rule());
    assertEquals(List.of("a", "c"), logged());
  }

  private List<String> logged() {
    return IntStream.range(0, subject.logCount()).mapToObj(i -> subject.log(i).rule()).toList();
  }
}
