package org.vtl.service.firewall.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Direction;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.service.firewall.internal.policy.Reading;
import org.vtl.service.firewall.internal.ruleset.Decision;
import org.vtl.service.firewall.internal.ruleset.RuleCounters;
import org.vtl.service.firewall.internal.ruleset.Ruleset;
import org.vtl.service.firewall.internal.ruleset.State;
import org.vtl.service.firewall.internal.ruleset.Subject;

class RuleWalkTest {
  private static final String SETS =
      "set hosts = { 10.0.0.2, fd00::2, @more }\nset more = { 10.0.0.64/26 }\n";

  private static final List<String> MATCHES =
      List.of(
          "inbound",
          "outbound",
          "ip saddr 10.0.0.2",
          "ip saddr != @hosts",
          "ip6 daddr fd00::/64",
          "ip daddr @hosts",
          "tcp dport { 22, 80-90 }",
          "udp dport != 53",
          "th sport 1000-2000",
          "tcp flags syn",
          "tcp flags & (fin|syn|rst|ack) == syn",
          "tcp flags syn / syn,ack",
          "icmp type echo-request",
          "icmpv6 type != echo-request",
          "ct state new,established",
          "ct state != invalid",
          "ct direction reply",
          "meta l4proto { tcp, udp }",
          "ip protocol udp",
          "ip6 nexthdr tcp",
          "meta nfproto ipv4",
          "meta length 100-1000",
          "ip ttl 64",
          "vlan id 7",
          "ether type lldp",
          "ether saddr 02:00:00:00:00:01");

  private static final List<String> PACKETS =
      List.of(
          "tcp 10.0.0.2:1234 > 10.0.0.9:22",
          "tcp 10.0.0.9:80 > 10.0.0.70:4000 flags syn,ack length 900",
          "tcp fd00::2 > [fd00::3]:85 flags ack reply",
          "udp 10.0.0.70:53 > 10.0.0.2:1500 vlan 7",
          "udp [fd00::3]:1800 > [fd01::2]:53",
          "icmp 10.0.0.2 > 10.0.0.9",
          "icmp 10.0.0.2 > 10.0.0.9 type 3/1",
          "icmp fd00::2 > fd00::3 type 1/4",
          "47 10.0.0.2 > 10.0.0.9 mac 02:00:00:00:00:01 > 02:00:00:00:00:02",
          "ether 0x88cc");

  /** The rules one after the other say the same as the compiled ones. */
  @Test
  void agreesWithTheCompiledRules() {
    Random random = new Random(11);
    int byRule = 0;
    for (int round = 0; round < 2_000; round++) {
      Policy policy = policy(random);
      Ruleset rules = Ruleset.compile(policy, new RuleCounters());
      for (String packet : PACKETS) {
        Direction direction = random.nextBoolean() ? Direction.INBOUND : Direction.OUTBOUND;
        State state = State.values()[random.nextInt(State.values().length)];
        Subject subject = PacketWords.read(packet, direction, state).subject();
        Decision decision = rules.link("lab").preview(subject, 0);
        for (RuleWalk.Step step : RuleWalk.before(policy, "lab", subject, decision)) {
          assertFalse(
              step.matched() && step.rule().ending() != null,
              () -> packet + " " + state + " came past " + step.rule() + " to " + decision);
        }
        if (!decision.isPolicy()) {
          byRule++;
          RuleWalk.Step own = RuleWalk.step(policy, subject, policy.rules().get(decision.index()));
          assertTrue(own.matched(), () -> packet + " " + state + " " + own);
        }
      }
    }
    assertTrue(byRule > 2_000, "only " + byRule + " packets were decided by a rule");
  }

  private static Policy policy(Random random) {
    StringBuilder text = new StringBuilder(SETS);
    for (int i = 0; i < 6; i++) {
      boolean own = random.nextInt(4) == 0;
      text.append(own ? "link " + (random.nextBoolean() ? "lab" : "other") + " { " : "");
      String first = MATCHES.get(random.nextInt(2));
      text.append(random.nextBoolean() ? first + " " : "");
      for (int matches = random.nextInt(3); matches > 0; matches--) {
        String match = MATCHES.get(2 + random.nextInt(MATCHES.size() - 2));
        text.append(match).append(' ');
      }
      text.append(List.of("accept", "drop", "reject", "log").get(random.nextInt(4)));
      text.append(own ? " }\n" : "\n");
    }
    Reading reading = PolicyReader.read(text.toString());
    assertEquals(List.of(), reading.errors(), text.toString());
    return reading.policy();
  }

  @Test
  void reasonsInWords() {
    assertEquals("tcp dport is 22", why("tcp dport 80 drop", "tcp 10.0.0.2 > 10.0.0.9:22"));
    assertEquals("the packet is udp", why("tcp dport 80 drop", "udp 10.0.0.2 > 10.0.0.9:80"));
    assertEquals("the packet is IPv6", why("ip saddr 1.2.3.4 drop", "tcp fd00::2 > [fd00::9]:1"));
    assertEquals("the packet is not IP", why("ip6 saddr ::1 drop", "ether 0x88cc"));
    assertEquals("ip saddr is 10.0.0.2", why("ip saddr 1.2.3.4 drop", "47 10.0.0.2 > 10.0.0.9"));
    assertEquals("ct state is new", why("ct state invalid drop", "47 10.0.0.2 > 10.0.0.9"));
    assertEquals("the packet is inbound", why("outbound drop", "47 10.0.0.2 > 10.0.0.9"));
    assertEquals("the packet has no vlan id", why("vlan id 1 drop", "47 10.0.0.2 > 10.0.0.9"));
    assertEquals(
        "tcp flags is syn,ack",
        why("tcp flags rst drop", "tcp 10.0.0.2 > 10.0.0.9:1 flags syn,ack"));
    assertEquals("matches, and the next rule goes on", why("log", "47 10.0.0.2 > 10.0.0.9"));
  }

  private static String why(String rule, String packet) {
    Policy policy = PolicyReader.read(rule).policy();
    Subject subject = PacketWords.read(packet, Direction.INBOUND, State.NEW).subject();
    return RuleWalk.step(policy, subject, policy.rules().getFirst()).why();
  }
}
