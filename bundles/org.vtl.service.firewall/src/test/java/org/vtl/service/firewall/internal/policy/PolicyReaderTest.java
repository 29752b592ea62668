package org.vtl.service.firewall.internal.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Direction;

/** Texts of policies, right and wrong. */
class PolicyReaderTest {
  /** Everything once, as the guide shows it. */
  static final String SAMPLE =
      """
      # comment
      set office = { 10.1.0.0/16, 192.0.2.7, 2001:db8::/32 }    # of both versions
      set web = { 80, https,
        8000-8080 }
      policy inbound drop
      policy outbound accept
      antispoof on
      ct state invalid drop id invalid
      ct state established,related accept id established
      inbound ip saddr @office tcp dport ssh ct state new limit rate 10/minute burst 5 packets per source accept id ssh comment "from the office"
      inbound tcp dport @web ct count over 100 per source reject with tcp reset id too-many
      inbound tcp dport 443 synproxy mss 1460 wscale 7 id tls
      link vm1 {
        policy outbound drop
        address 10.0.0.5, 02:00:00:00:00:05, 2001:db8::5, 10.7.0.0/24
        outbound udp dport { 53, 123 } accept
      }
      """;

  static Policy policy(String text) {
    Reading reading = PolicyReader.read(text);
    assertEquals(List.of(), reading.errors(), text);
    return reading.policy();
  }

  private static Rule rule(String text) {
    return policy(text).rules().getFirst();
  }

  private static String canonical(String rule) {
    return PolicyWriter.text(rule(rule));
  }

  @Test
  void theSampleIsRead() {
    Reading reading = PolicyReader.read(SAMPLE);
    assertEquals(List.of(), reading.errors());
    assertEquals(List.of(), reading.warnings());
    Policy policy = reading.policy();
    assertEquals(2, policy.sets().size());
    assertEquals(Kind.ADDRESS, policy.set("office").kind());
    assertEquals(Kind.NUMBER, policy.set("web").kind());
    assertEquals(Ending.DROP, policy.ending("any", Direction.INBOUND));
    assertEquals(Ending.ACCEPT, policy.ending("any", Direction.OUTBOUND));
    assertEquals(Ending.DROP, policy.ending("vm1", Direction.OUTBOUND));
    assertTrue(policy.antispoof("vm1"));
    assertEquals(
        List.of("invalid", "established", "ssh", "too-many", "tls"),
        policy.rules().stream().filter(Rule::named).map(Rule::id).toList());
    Rule last = policy.rules().getLast();
    assertEquals("vm1", last.link());
    assertEquals(16, last.line());
    assertTrue(last.id().matches("[0-9a-f]{8}"), last.id());
    Addresses told = policy.section("vm1").addresses();
    assertEquals(2, told.ipv4().size());
    assertTrue(told.macs().contains(0x0200_0000_0005L));
    assertEquals(
        new Effect.Limit(false, 10, 60_000_000_000L, false, 5, Effect.Per.SOURCE),
        policy.rule("ssh").effects().getFirst());
    assertEquals(new Ending.SynProxy(1460, 7, false, false), policy.rule("tls").ending());
  }

  @Test
  void whatIsSaidDifferentlyIsWrittenAlike() {
    assertEquals("tcp dport { 22, 80-81 } accept", canonical("tcp dport { 81,80 ,ssh} accept"));
    assertEquals("ip saddr 10.0.0.0/8 drop", canonical("ip saddr 10.0.0.0-10.255.255.255 drop"));
    assertEquals(
        "ip6 saddr != 2001:db8::/32 drop", canonical("ip6 saddr != 2001:db8:0::/32 counter drop"));
    assertEquals(
        "ct state { new, established } accept", canonical("ct state established,new accept"));
    assertEquals("tcp flags syn,ack drop", canonical("tcp flags syn|ack drop"));
    assertEquals(
        "tcp flags & (fin|syn|rst|ack) == syn drop",
        canonical("tcp flags syn / fin,syn,rst,ack drop"));
    assertEquals("tcp flags & (fin|syn) == 0x0 drop", canonical("tcp flags ! fin,syn drop"));
    assertEquals("tcp flags == syn drop", canonical("tcp flags == syn drop"));
    assertEquals("tcp flags { syn, syn|ack } drop", canonical("tcp flags { syn|ack, syn } drop"));
    assertEquals("icmp type echo-request accept", canonical("icmp type 8 accept"));
    assertEquals("meta l4proto { tcp, udp } accept", canonical("meta l4proto {udp, 6} accept"));
    assertEquals(
        "reject with icmpx admin-prohibited", canonical("reject with icmpx type admin-prohibited"));
    assertEquals(
        "limit rate over 10485760 bytes/second burst 0 bytes drop",
        canonical("limit rate over 10 mbytes/second drop"));
    assertEquals(
        "tcp dport 22 accept", canonical("tcp dport 22 counter packets 5 bytes 300 \\\n accept"));
  }

  @Test
  void idsAreThoseOfTheMeaning() {
    assertEquals(
        rule("tcp dport { 80, 22 } accept").id(),
        rule("tcp dport {22,80} accept comment \"x\"").id());
    Policy policy = policy("tcp dport 22 accept\nudp dport 53 accept\ntcp dport 22 accept\n");
    Policy turned = policy("udp dport 53 accept\ntcp dport 22 accept\n");
    assertEquals(policy.rules().get(0).id(), turned.rules().get(1).id());
    assertEquals(policy.rules().get(0).id() + "-2", policy.rules().get(2).id());
  }

  @Test
  void everyErrorIsToldWithItsPlace() {
    Reading reading =
        PolicyReader.read(
            """
            set a = { 10.0.0.0/33, 10.0.0.1 }
            set b = { 1, 2
            inbond tcp dport 22 accept
            tcp dprt 22 accept
            tcp dport 99999 udp dport htttp accept
            ip saddr @nowhere accept id x
            ip saddr 10.0.0.9-10.0.0.1 drop id x
            set a = { 80 }
            tcp dport 22 accept drop
            limit rate 10/fortnight accept
            link vm1 {
              polcy inbound drop
              address 10.0.0
            }
            }
            reject with icmp hole
            ct state old accept
            comment "open
            limit rate 5/second tcp dport 22 accept
            tcp flags sin drop
            """);
    assertNull(reading.policy());
    assertEquals(
        List.of(
            "1:11", "2:9", "3:1", "4:5", "5:11", "5:27", "6:10", "7:10", "7:36", "8:5", "9:21",
            "10:15", "12:3", "13:11", "15:1", "16:18", "17:10", "18:1", "18:9", "19:21", "20:11"),
        reading.errors().stream().map(e -> e.line() + ":" + e.column()).toList(),
        () -> String.join("\n", reading.errors().stream().map(PolicyError::toString).toList()));
    for (PolicyError error : reading.errors()) {
      assertTrue(error.sentence().endsWith("."), error.sentence());
      assertTrue(error.sentence().contains(";"), "no remedy: " + error.sentence());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp dport 22 udp dport 22 accept",
        "ip saddr 10.0.0.1 ip6 saddr 2001:db8::1 drop",
        "tcp dport 22 tcp dport 23 drop",
        "icmp type 8 reject with tcp reset",
        "tcp flags & syn == ack drop",
        "tcp dport 20-30 accept\ntcp dport 22 ip saddr 10.0.0.1 drop",
        "drop\ntcp dport 22 accept",
        "ip saddr 10.0.0.0/8 log drop\nip saddr 10.1.0.0/16 limit rate 1/second accept",
        "drop\nlink vm1 {\n tcp dport 22 accept\n}",
        "set a = { 10.0.0.0/8 }\nip saddr @a drop\nip saddr 10.0.0.0/9 ct state new accept",
      })
  void whatCannotMatchIsWarnedOf(String text) {
    Reading reading = PolicyReader.read(text);
    assertNotNull(reading.policy(), reading.errors()::toString);
    assertEquals(1, reading.warnings().size(), reading.warnings()::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit rate 1/second drop\ntcp dport 22 accept",
        "link vm1 {\n drop\n}\ntcp dport 22 accept",
        "tcp dport 22 log\ntcp dport 22 accept",
        "ct state established accept\ntcp dport 22 accept",
        "ip saddr != 10.0.0.0/8 drop\nip saddr 10.0.0.0/7 accept",
        "th dport 22 ip saddr 10.0.0.1 drop\ntcp dport 22 accept",
      })
  void whatCanMatchIsNotWarnedOf(String text) {
    assertEquals(List.of(), PolicyReader.read(text).warnings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set a = { @b }\nset b = { @c }\nset c = { @a, 80 }",
        "set a = { 10.0.0.1, ssh }",
        "set a = { 10.0.0.1 }\ntcp dport @a accept",
        "set a = { 70 }\nip saddr @a accept",
        "set a = { 5000 }\nvlan id @a accept",
        "set a = { established }\ntcp dport @a accept",
        "set a = { }",
        "set 9 = { 1 }",
        "set a { 1 }",
        "link a {\n set b = { 1 }\n}",
        "set a = { @missing }",
        "vlan id { 4096 } accept",
        "ip saddr 010.0.0.1 accept",
        "tcp dport 010 accept",
      })
  void setsAndValuesThatDoNotFitAreErrors(String text) {
    Reading reading = PolicyReader.read(text);
    assertNull(reading.policy(), text);
    for (PolicyError error : reading.errors()) {
      assertTrue(error.sentence().matches(".*; .*\\."), error.sentence());
    }
  }

  @Test
  void aSetIsWhatItsMembersAre() {
    Policy policy =
        policy(
            "set both = { @some, 10.0.0.9 }\nset some = { 10.0.0.1, 2001:db8::1 }\n"
                + "set all = { @both }\nset pings = { echo-request, 129 }\n"
                + "ip saddr @all ip6 daddr @all accept\nicmp type @pings accept");
    assertEquals(Kind.ADDRESS, policy.set("all").kind());
    assertEquals(Kind.ICMP_TYPE, policy.set("pings").kind());
    Region region = Region.of(policy.rules().getLast(), new Sets(policy));
    assertTrue(region.allowed(Dimension.ICMP_TYPE).contains(129));
  }

  @Test
  void statementsMayShareALine() {
    Policy policy =
        policy("link a { policy inbound accept; tcp dport 22 drop }; udp dport 53 drop");
    assertEquals(2, policy.rules().size());
    assertEquals("a", policy.rules().getFirst().link());
    assertEquals("", policy.rules().getLast().link());
  }
}
