package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.testkit.Frames;

/** What passes and what is refused, of one worker and of several, before and after a change. */
class FirewallTest {
  private FirewallRig rig = new FirewallRig(FirewallRig.USUAL);

  @AfterEach
  void close() {
    rig.close();
  }

  private void start(Map<String, Object> link, String... rules) {
    rig.close();
    rig = new FirewallRig(link, rules);
  }

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
    byte[] quote = rig.quote();
    assertTrue(rig.inbound(Frames.icmp(3, 3).from("10.0.0.2").to("10.0.0.1").payload(quote)));
    quote[21]++;
    assertFalse(rig.inbound(Frames.icmp(3, 3).from("10.0.0.2").to("10.0.0.1").payload(quote)));
    assertEquals(1, rig.counter("invalid").packets());
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
  void severalWorkersCountTogether() {
    start(Map.of("workers", 3), FirewallRig.USUAL);
    for (int i = 0; i < 60; i++) {
      assertTrue(
          rig.inbound(Frames.tcp().from("10.1.0." + i + ":999").to("10.0.0.1:22").syn().seq(1)));
      assertFalse(
          rig.inbound(Frames.tcp().from("10.1.0." + i + ":999").to("10.0.0.1:80").syn().seq(1)));
    }
    assertEquals(60, rig.counter("ssh").connections());
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
    rig.configuration.put("rules", FirewallRig.USUAL);
    rig.firewall = rig.add();
    assertTrue(rig.outbound(Frames.tcp().seq(2).ack(9).payload("x")));
    assertTrue(rig.inbound(Frames.tcp().from("10.0.0.2:80").to("10.0.0.1:5555").seq(9).ack(3)));
    assertEquals(2, rig.counter("established").packets());
  }

  private Review review() {
    Review review = rig.firewall.policies().review(rig.firewall.policies().inForce().policy());
    rig.pass(10);
    assertTrue(review.isDone());
    return review;
  }
}
