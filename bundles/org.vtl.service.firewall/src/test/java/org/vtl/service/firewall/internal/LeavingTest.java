package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.testkit.Frames;

/** Which connections the firewall leaves to the core, and that their packets count all the same. */
class LeavingTest {
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
    byte[] quote = rig.quote();
    assertFalse(rig.inbound(Frames.icmp(3, 3).from("10.0.0.2").to("10.0.0.1").payload(quote)));
  }

  @Test
  void invalidPacketsAreJudgedAlsoOnceTheConnectionIsLeft() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("a")));
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(901)));
    assertEquals(List.of("firewall"), rig.connections().getFirst().left());
    assertFalse(rig.inbound(FirewallRig.tcpIn(22).seq(900_000_000).ack(901).payload("zz")));
    assertEquals(1, rig.counter("invalid").packets());
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(901).payload("ok")));
  }

  @Test
  void leavesWhatIsDecidedAndCountsWhatPassesAllTheSame() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload(100)));
    long seen = rig.seen();
    for (int i = 0; i < 10; i++) {
      assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100 + i).ack(1000).payload("x")));
    }
    assertEquals(seen, rig.seen(), "the firewall costs nothing any more");
    assertEquals(2, rig.counter("established").packets(), "both answers of the handshake");
    assertEquals(1, rig.counter("ssh").packets());
    assertEquals(1, rig.counter("ssh").connections());
    settle();
    assertEquals(13, rig.counter("established").packets());
    // SYN-ACK with MSS, ACK, 100 bytes, ten of one byte.
    assertEquals(44 + 40 + 140 + 10 * 41, rig.counter("established").bytes());
    settle();
    assertEquals(13, rig.counter("established").packets());
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(110).ack(1000).rst()));
    rig.clock.advance(11_000_000_000L);
    rig.turn();
    assertEquals(List.of(), rig.connections());
    assertEquals(14, rig.counter("established").packets(), "what passed before it closed");
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
    assertEquals(5, rig.counter("all").hits());
  }

  @Test
  void fragmentsOfAConnectionThatIsLeftAreCountedOnce() {
    Frames in = Frames.udp().from("10.0.0.2:9").to("10.0.0.1:53").payload("12345678");
    assertTrue(rig.inbound(in));
    assertTrue(rig.outbound(Frames.udp().from("10.0.0.1:53").to("10.0.0.2:9").payload("x")));
    assertTrue(rig.inbound(in));
    assertEquals(List.of("firewall"), rig.connections().getFirst().left());
    assertEquals(2, rig.counter("established").packets());
    assertTrue(rig.inbound(in.id(4).fragment(0, true)));
    assertTrue(rig.inbound(in.id(4).fragment(16, false)));
    settle();
    assertEquals(3, rig.counter("established").packets());
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

  private void settle() {
    Review review = rig.firewall.policies().settle();
    rig.pass(10);
    assertTrue(review.isDone());
  }
}
