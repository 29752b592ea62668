package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.service.firewall.internal.ruleset.RuleCounter;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** What passes, what is left behind, and what is counted. */
class FirewallTest {
  private static final String[] USUAL = {
    "policy inbound drop",
    "policy outbound accept",
    "antispoof off",
    "ct state invalid drop id invalid",
    "ct state established,related accept id established",
    "inbound tcp dport 22 accept id ssh",
    "inbound tcp dport 23 reject with tcp reset id telnet",
    "inbound udp dport 53 accept id dns",
    "inbound udp dport 69 reject with icmpx admin-prohibited id tftp"
  };

  private FirewallRig rig = new FirewallRig(USUAL);

  @AfterEach
  void close() {
    rig.close();
  }

  private void start(Map<String, Object> link, String... rules) {
    rig.close();
    rig = new FirewallRig(link, rules);
  }

  // ---- what passes -----------------------------------------------------------------------------

  @Test
  void anAcceptedConnectionPassesBothWays() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("hello")));
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(905)));
  }

  @Test
  void aRefusedOpenerLeavesNothing() {
    assertFalse(rig.inbound(FirewallRig.tcpIn(80).syn().seq(99)));
    assertEquals(List.of(), rig.connections());
    assertEquals(List.of(), rig.toNetwork());
    assertEquals(1, rig.count("firewall/by-policy"));
    assertTrue(
        rig.outbound(FirewallRig.tcpOut(80).syn().seq(899).ack(100)) == false,
        "an answer to what never came is invalid");
    assertEquals(List.of(), rig.connections());
  }

  @Test
  void rejectedByResetOrError() {
    assertFalse(rig.inbound(FirewallRig.tcpIn(23).syn().seq(99)));
    List<String> answers = rig.toNetwork();
    assertEquals(1, answers.size());
    assertTrue(answers.getFirst().contains("R"), answers.toString());
    assertEquals(List.of(), rig.connections());
    assertFalse(rig.inbound(Frames.udp().from("10.0.0.2:9").to("10.0.0.1:69").payload("x")));
    assertTrue(rig.network.sent(rig.out));
    assertEquals(3, rig.out.icmp().type());
    assertEquals(13, rig.out.icmp().code());
    assertEquals(List.of(), rig.connections());
    assertEquals(2, rig.count("firewall/rejected"));
    assertEquals(1, rig.count("firewall/resets"));
    assertEquals(1, rig.count("firewall/unreachables"));
  }

  @Test
  void anEstablishedConnectionThatIsRejectedIsResetAndStaysClosed() {
    assertTrue(rig.openIn(22));
    rig.configure(
        "rules", new String[] {"policy drop", "antispoof off", "reject with tcp reset id all"});
    assertFalse(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("hello")));
    assertTrue(rig.vm.sent(rig.out));
    assertTrue(rig.out.tcp().isRst());
    assertEquals(100, rig.out.tcp().sequenceNumber());
    assertEquals("CLOSED", rig.connections().getFirst().vm().state());
  }

  @Test
  void errorsBelongToTheConnectionTheyQuote() {
    assertTrue(rig.outbound(Frames.udp().payload("question")));
    byte[] quote = quote();
    assertTrue(rig.inbound(Frames.icmp(3, 3).from("10.0.0.2").to("10.0.0.1").payload(quote)));
    quote[21]++;
    assertFalse(rig.inbound(Frames.icmp(3, 3).from("10.0.0.2").to("10.0.0.1").payload(quote)));
    assertEquals(1, counter("invalid").packets());
  }

  @Test
  void anErrorIsJudgedAlsoOnceTheConnectionIsLeft() {
    start(
        Map.of(),
        "policy drop",
        "antispoof off",
        "ct state established accept id established",
        "outbound accept id out");
    Frames query = Frames.udp().payload("question");
    assertTrue(rig.outbound(query));
    assertTrue(rig.inbound(Frames.udp().from("10.0.0.2:80").to("10.0.0.1:5555").payload("a")));
    assertTrue(rig.outbound(query));
    assertEquals(List.of("firewall"), rig.connections().getFirst().left());
    byte[] quote = quote();
    assertFalse(rig.inbound(Frames.icmp(3, 3).from("10.0.0.2").to("10.0.0.1").payload(quote)));
  }

  @Test
  void laterFragmentsShareTheFateOfTheFirst() {
    Frames accepted = Frames.udp().from("10.0.0.2:9").to("10.0.0.1:53").id(5).payload("12345678");
    assertTrue(rig.inbound(accepted.fragment(0, true)));
    assertTrue(rig.inbound(accepted.fragment(16, false)));
    Frames refused = Frames.udp().from("10.0.0.2:9").to("10.0.0.1:54").id(6).payload("12345678");
    assertFalse(rig.inbound(refused.fragment(0, true)));
    assertFalse(rig.inbound(refused.fragment(16, false)));
    Frames late = Frames.udp().from("10.0.0.2:9").to("10.0.0.1:54").id(7).payload("12345678");
    assertFalse(rig.inbound(late.fragment(16, false)));
    assertFalse(rig.inbound(late.fragment(0, true)));
    assertEquals(1, rig.connections().size());
    rig.pass(1_100);
    assertEquals(List.of(), rig.toVm());
  }

  @Test
  void neighborsAreAskedForWithoutRules() {
    start(Map.of(), "policy drop", "antispoof off");
    assertTrue(rig.outbound(Frames.arpRequest()));
    assertTrue(rig.inbound(Frames.arpRequest().from("10.0.0.2").to("10.0.0.1")));
    assertFalse(rig.outbound(Frames.udp()));
  }

  @Test
  void invalidPacketsAreJudgedAlsoOnceTheConnectionIsLeft() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("a")));
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(901)));
    assertEquals(List.of("firewall"), rig.connections().getFirst().left());
    assertFalse(rig.inbound(FirewallRig.tcpIn(22).seq(900_000_000).ack(901).payload("zz")));
    assertEquals(1, counter("invalid").packets());
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(901).payload("ok")));
  }

  @Test
  void aPingTheOtherWayIsAConnectionOfItsOwn() {
    assertTrue(rig.outbound(Frames.echo(7, 1)));
    assertTrue(rig.inbound(Frames.icmp(0, 0).rest(7 << 16 | 1).from("10.0.0.2").to("10.0.0.1")));
    assertFalse(rig.inbound(Frames.echo(7, 1).from("10.0.0.2").to("10.0.0.1")));
    assertTrue(rig.outbound(Frames.echo(7, 2)));
    assertTrue(rig.inbound(Frames.icmp(0, 0).rest(7 << 16 | 2).from("10.0.0.2").to("10.0.0.1")));
    assertFalse(rig.inbound(Frames.icmp(0, 0).rest(8 << 16 | 1).from("10.0.0.2").to("10.0.0.1")));
    assertEquals(1, rig.connections().size(), "a reply unasked opens nothing");
  }

  @Test
  void aConnectionMayBeTakenUpMidwayButNotByAnAnswer() {
    assertTrue(rig.outbound(Frames.tcp().seq(5).ack(7)));
    assertFalse(rig.outbound(Frames.tcp().from("10.0.0.1:1").syn().seq(5).ack(7)));
    assertFalse(rig.outbound(Frames.tcp().from("10.0.0.1:2").fin().seq(5).ack(7)));
    assertFalse(rig.outbound(Frames.tcp().from("10.0.0.1:3").rst().seq(5)));
    assertEquals(1, rig.connections().size());
  }

  // ---- leaving and counting --------------------------------------------------------------------

  @Test
  void leavesWhatIsDecidedAndCountsWhatPassesAllTheSame() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload(100)));
    long seen = rig.seen();
    for (int i = 0; i < 10; i++) {
      assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100 + i).ack(1000).payload("x")));
    }
    assertEquals(seen, rig.seen(), "the firewall costs nothing any more");
    assertEquals(2, counter("established").packets(), "both answers of the handshake");
    assertEquals(1, counter("ssh").packets());
    assertEquals(1, counter("ssh").connections());
    settle();
    assertEquals(13, counter("established").packets());
    // SYN-ACK with MSS, ACK, 100 bytes, ten of one byte.
    assertEquals(44 + 40 + 140 + 10 * 41, counter("established").bytes());
    settle();
    assertEquals(13, counter("established").packets());
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(110).ack(1000).rst()));
    rig.clock.advance(11_000_000_000L);
    rig.turn();
    assertEquals(List.of(), rig.connections());
    assertEquals(14, counter("established").packets(), "what passed before it closed");
  }

  @Test
  void whatStillHasToBeDecidedIsNotLeft() {
    start(
        Map.of(), "policy drop", "antispoof off", "meta length 1500 drop id long", "accept id all");
    assertTrue(rig.openIn(22));
    long seen = rig.seen();
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload(100)));
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(1000)));
    assertEquals(seen + 2, rig.seen());
    assertEquals(5, counter("all").hits());
  }

  @Test
  void fragmentsOfAConnectionThatIsLeftAreCountedOnce() {
    Frames in = Frames.udp().from("10.0.0.2:9").to("10.0.0.1:53").payload("12345678");
    assertTrue(rig.inbound(in));
    assertTrue(rig.outbound(Frames.udp().from("10.0.0.1:53").to("10.0.0.2:9").payload("x")));
    assertTrue(rig.inbound(in));
    assertEquals(List.of("firewall"), rig.connections().getFirst().left());
    assertEquals(2, counter("established").packets());
    assertTrue(rig.inbound(in.id(4).fragment(0, true)));
    assertTrue(rig.inbound(in.id(4).fragment(16, false)));
    settle();
    assertEquals(3, counter("established").packets());
  }

  @Test
  void allocatesNothing() {
    start(Map.of(), USUAL);
    FirewallRig.tcpIn(80).syn().seq(5).build(rig.frame);
    rig.frame.ethernet().setSource(0x0200_0000_0002L);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          rig.network.deliver(rig.frame);
          rig.engine.step();
          rig.clock.advance(1_000);
        });
    assertEquals(List.of(), rig.connections());
    Frames.udp().payload("x").build(rig.frame);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          rig.vm.deliver(rig.frame);
          rig.engine.step();
          rig.network.clear();
          rig.clock.advance(1_000);
        });
  }

  @Test
  void aLimitOnOpenConnectionsIsGivenBackWhenTheyEnd() {
    String[] rules = {
      "policy drop",
      "antispoof off",
      "ct state established accept",
      "inbound udp dport 53 ct count over 2 per source drop id many",
      "inbound udp dport 53 accept id dns"
    };
    start(Map.of(), rules);
    for (int i = 0; i < 5; i++) {
      assertEquals(i < 2, rig.inbound(udpIn(1_000 + i, 53)), "connection " + i);
    }
    assertTrue(rig.inbound(Frames.udp().from("10.0.0.3:9").to("10.0.0.1:53")), "another source");
    assertEquals(3, rig.connections().size());
    Firewall before = rig.firewall;
    rig.firewall = rig.add();
    rig.engine.removeService(before);
    rig.turn();
    assertFalse(rig.inbound(udpIn(2_000, 53)), "its successor knows of them");
    rig.clock.advance(31_000_000_000L);
    rig.turn();
    assertEquals(0, rig.connections().size());
    assertTrue(rig.inbound(udpIn(3_000, 53)));
    assertTrue(rig.inbound(udpIn(3_001, 53)));
    assertFalse(rig.inbound(udpIn(3_002, 53)));
  }

  @Test
  void whatALimitRefusesLaterKeepsTheConnection() {
    start(
        Map.of(),
        "policy drop",
        "antispoof off",
        "ct state established accept",
        "inbound tcp dport 22 limit rate 1/minute burst 1 packets accept id slow");
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).syn().seq(99)));
    assertFalse(rig.inbound(FirewallRig.tcpIn(22).syn().seq(99)), "its repetition is over it");
    assertEquals(1, rig.connections().size());
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).syn().seq(899).ack(100)));
  }

  @Test
  void logsWhatRulesLogAndIfWishedWhatIsRefused() {
    start(
        Map.of(),
        "policy drop",
        "antispoof off",
        "inbound tcp dport 23 log prefix \"telnet \" drop id telnet",
        "inbound tcp dport 22 log accept id ssh");
    assertFalse(rig.inbound(FirewallRig.tcpIn(23).syn().seq(1)));
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).syn().seq(1)));
    assertFalse(rig.inbound(FirewallRig.tcpIn(80).syn().seq(1)));
    List<LogEntry> entries = rig.firewall.log().after(0, 10);
    assertEquals(List.of("telnet", "ssh"), entries.stream().map(LogEntry::rule).toList());
    assertEquals(List.of("drop", "accept"), entries.stream().map(LogEntry::action).toList());
    assertEquals("telnet ", entries.getFirst().prefix());
    assertEquals("new", entries.getFirst().state());
    rig.configure("log.drops", true);
    assertFalse(rig.inbound(FirewallRig.tcpIn(80).syn().seq(1)));
    assertFalse(rig.inbound(FirewallRig.tcpIn(23).syn().seq(1)));
    entries = rig.firewall.log().after(0, 10);
    assertEquals(
        List.of("telnet", "ssh", "policy inbound", "telnet"),
        entries.stream().map(LogEntry::rule).toList());
  }

  @Test
  void aProvedClientIsJoinedToItsServerAndLeft() {
    start(
        Map.of(),
        "policy drop",
        "antispoof off",
        "ct state established accept id established",
        "inbound tcp dport 22 synproxy mss 1460 wscale 7 id proxy");
    assertFalse(rig.inbound(FirewallRig.tcpIn(22).syn().seq(99).mss(1460)));
    assertTrue(rig.network.sent(rig.out));
    long cookie = rig.out.tcp().sequenceNumber() & 0xffff_ffffL;
    assertEquals(List.of(), rig.connections(), "nothing is kept");
    assertFalse(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(cookie + 7)), "a guess");
    assertEquals(List.of(), rig.connections());
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(cookie + 1)), "the SYN goes on");
    assertTrue(rig.out.tcp().isSyn());
    rig.outbound(FirewallRig.tcpOut(22).syn().seq(899).ack(100).mss(1460));
    rig.vm.clear();
    rig.network.clear();
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("hello")));
    assertEquals(cookie + 1, rig.out.tcp().sequenceNumber() & 0xffff_ffffL);
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(cookie + 6).payload("x")));
    assertEquals(905, rig.out.tcp().acknowledgmentNumber());
    assertEquals(List.of("firewall"), rig.connections().getFirst().left());
  }

  // ---- floods ----------------------------------------------------------------------------------

  @Test
  void aFloodOfRefusedConnectionsLeavesNothing() {
    assertTrue(rig.openIn(22));
    for (int i = 0; i < 20_000; i++) {
      assertFalse(
          rig.inbound(
              Frames.tcp()
                  .from("10.1." + (i >> 8) + "." + (i & 255) + ":999")
                  .to("10.0.0.1:80")
                  .syn()
                  .seq(i)));
    }
    assertEquals(1, rig.connections().size());
    assertEquals(0, rig.count("core/connections-evicted"));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("still here")));
  }

  @Test
  void aFloodOfAcceptedOnesIsBoundedAndHarmsNoEstablishedConnection() {
    start(Map.of("connections", 64), USUAL);
    assertTrue(rig.openIn(22));
    for (int i = 0; i < 5_000; i++) {
      assertTrue(
          rig.inbound(
              Frames.tcp()
                  .from("10.1." + (i >> 8) + "." + (i & 255) + ":999")
                  .to("10.0.0.1:22")
                  .syn()
                  .seq(i)));
    }
    assertEquals(64, rig.connections().size());
    assertTrue(
        rig.connections().stream().anyMatch(one -> one.network().address().equals("10.0.0.2")));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("still here")));
    assertEquals(5_001, counter("ssh").connections());
  }

  // ---- workers and replacement -----------------------------------------------------------------

  @Test
  void severalWorkersCountTogether() {
    start(Map.of("workers", 3), USUAL);
    for (int i = 0; i < 60; i++) {
      assertTrue(
          rig.inbound(Frames.tcp().from("10.1.0." + i + ":999").to("10.0.0.1:22").syn().seq(1)));
      assertFalse(
          rig.inbound(Frames.tcp().from("10.1.0." + i + ":999").to("10.0.0.1:80").syn().seq(1)));
    }
    assertEquals(60, counter("ssh").connections());
    assertEquals(60, rig.connections().size());
    assertEquals(60, rig.count("firewall/by-policy"));
  }

  @Test
  void aSuccessorGoesOnWithWhatWasAccepted() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.inbound(Frames.udp().from("10.0.0.2:9").to("10.0.0.1:53").payload("x")));
    Firewall before = rig.firewall;
    rig.configuration.put("rules", new String[] {"policy drop", "antispoof off"});
    rig.firewall = rig.add();
    rig.engine.removeService(before);
    rig.turn();
    assertEquals(2, review().checkedCount(), "it knows of both");
    assertFalse(rig.inbound(Frames.udp().from("10.0.0.2:9").to("10.0.0.1:53").payload("x")));
    assertEquals(2, rig.connections().size(), "as the kernel keeps what it has confirmed");
  }

  @Test
  void installedUnderLoadItJudgesWhatIsOpen() {
    start(Map.of());
    assertTrue(rig.outbound(Frames.tcp().syn().seq(1)));
    assertTrue(
        rig.inbound(Frames.tcp().from("10.0.0.2:80").to("10.0.0.1:5555").syn().seq(8).ack(2)));
    assertTrue(rig.outbound(Frames.tcp().seq(2).ack(9)));
    rig.configuration.put("rules", USUAL);
    rig.firewall = rig.add();
    assertTrue(rig.outbound(Frames.tcp().seq(2).ack(9).payload("x")));
    assertTrue(rig.inbound(Frames.tcp().from("10.0.0.2:80").to("10.0.0.1:5555").seq(9).ack(3)));
    assertEquals(2, counter("established").packets());
  }

  private static Frames udpIn(int from, int to) {
    return Frames.udp().from("10.0.0.2:" + from).to("10.0.0.1:" + to);
  }

  /** The beginning of the IP packet that was sent last. */
  private byte[] quote() {
    byte[] quote = new byte[28];
    long from = (long) rig.frame.start() + rig.frame.networkOffset();
    MemorySegment.copy(rig.frame.memory(), ValueLayout.JAVA_BYTE, from, quote, 0, 28);
    return quote;
  }

  private Review review() {
    Review review = rig.firewall.policies().review(rig.firewall.policies().inForce().policy());
    rig.pass(10);
    assertTrue(review.isDone());
    return review;
  }

  private void settle() {
    Review review = rig.firewall.policies().settle();
    rig.pass(10);
    assertTrue(review.isDone());
  }

  private RuleCounter counter(String id) {
    return rig.firewall.policies().counters().counter(id);
  }
}
