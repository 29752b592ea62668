package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** What limits and floods cost: the one that is too much, and nobody else. */
class LimitsTest {
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
  void allocatesNothing() {
    start(Map.of(), FirewallRig.USUAL);
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
    start(Map.of("connections", 64), FirewallRig.USUAL);
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
    assertEquals(5_001, rig.counter("ssh").connections());
  }

  private static Frames udpIn(int from, int to) {
    return Frames.udp().from("10.0.0.2:" + from).to("10.0.0.1:" + to);
  }
}
