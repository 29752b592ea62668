package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.testkit.Frames;

/** The firewall's rules behind its defences: what neither can do without the other. */
class DefendedFirewallTest {
  private static final String[] RULES = {
    "policy inbound drop",
    "policy outbound accept",
    "ct state invalid drop",
    "ct state established,related accept",
    "inbound udp dport 53 accept",
    "inbound tcp dport 80 accept"
  };

  private static final String OTHER_MAC = "02:00:00:00:00:09";
  private static final String PEER_MAC = "02:00:00:00:00:02";

  private static Frames datagram(int port, int id) {
    return Frames.udp().from("10.0.0.2:999").to("10.0.0.1:" + port).id(id);
  }

  /** Later fragments have no ports: the first one's verdict is theirs. */
  @Test
  void aDatagramIsJudgedByItsFirstFragment() {
    try (FirewallRig rig = new FirewallRig(RULES)) {
      assertTrue(rig.inbound(datagram(53, 1).payload(32).fragment(0, true)));
      assertTrue(rig.inbound(datagram(53, 1).payload(32).fragment(40, true)));
      assertTrue(rig.inbound(datagram(53, 1).payload(5).fragment(72, false)));
      assertFalse(rig.inbound(datagram(54, 2).payload(32).fragment(0, true)));
      assertFalse(rig.inbound(datagram(54, 2).payload(32).fragment(40, false)));
      rig.pass(2_000);
      assertEquals(0, rig.toVm().size());
    }
  }

  @Test
  void noFragmentOverlapsInAConnectionThatWasLeft() {
    try (FirewallRig rig = new FirewallRig(RULES)) {
      Frames answer = Frames.udp().from("10.0.0.1:53").to("10.0.0.2:999").payload(8);
      for (int i = 0; i < 4; i++) {
        assertTrue(rig.inbound(datagram(53, i).payload(8)));
        assertTrue(rig.outbound(answer));
      }
      assertTrue(rig.inbound(datagram(53, 9).payload(32).fragment(0, true)));
      assertFalse(rig.inbound(datagram(53, 9).payload(32).fragment(8, true)));
      assertFalse(rig.inbound(datagram(53, 9).payload(40).fragment(32, true)));
      assertFalse(rig.inbound(datagram(53, 9).payload(32).fragment(40, false)));
      assertEquals(1, rig.count("firewall/fragment-duplicate"));
      assertEquals(1, rig.count("firewall/fragment-overlap"));
      assertEquals(1, rig.count("firewall/fragment-refused"));
      assertTrue(rig.inbound(datagram(53, 10).payload(8)));
    }
  }

  @Test
  void noMacIsTakenInAConnectionThatWasLeft() {
    try (FirewallRig rig = new FirewallRig(RULES)) {
      assertTrue(rig.openIn(80));
      assertTrue(rig.outbound(FirewallRig.tcpOut(80).seq(900).ack(100).payload(10)));
      assertTrue(rig.inbound(FirewallRig.tcpIn(80).seq(100).ack(910)));
      Frames stolen = FirewallRig.tcpOut(80).seq(910).ack(100).payload(10);
      assertFalse(rig.outbound(stolen.macs(OTHER_MAC, PEER_MAC)));
      assertFalse(rig.outbound(stolen.macs(OTHER_MAC, PEER_MAC)));
      assertEquals(2, rig.count("firewall/spoofed-mac"));
      assertTrue(rig.outbound(FirewallRig.tcpOut(80).seq(910).ack(100).payload(10)));
    }
  }

  @Test
  void thePolicysTextTellsAddresses() {
    String[] rules = {"policy accept", "link lab {", "  address 10.0.0.1, 10.0.7.0/24", "}"};
    try (FirewallRig rig = new FirewallRig(rules)) {
      assertTrue(rig.outbound(Frames.udp()));
      assertTrue(rig.outbound(Frames.udp().from("10.0.7.9:1")));
      assertFalse(rig.outbound(Frames.udp().from("10.0.0.3:1")));
      assertEquals(1, rig.count("firewall/spoofed-source"));
      rig.configure("rules", new String[] {"policy accept", "antispoof off"});
      assertTrue(rig.outbound(Frames.udp().from("10.0.0.3:1")));
    }
  }

  @Test
  void malformedFramesThatTheLinkLetsPassAreRefused() {
    try (FirewallRig rig = new FirewallRig(Map.of("malformed", "pass"), "policy accept")) {
      Frames inside = Frames.tcp().from("10.0.0.2:9").to("10.0.0.1:80").id(3).payload(24);
      assertFalse(rig.inbound(inside.fragment(8, true)), "RFC 3128");
      assertEquals(1, rig.count("firewall/malformed"));
    }
  }

  @Test
  void aSuccessorKnowsTheVmsAddresses() {
    try (FirewallRig rig = new FirewallRig("policy accept")) {
      for (int i = 1; i <= 4; i++) {
        assertTrue(rig.outbound(Frames.udp().from("10.0.0." + (10 + i) + ":1")));
      }
      Firewall old = rig.firewall;
      rig.firewall = rig.add();
      rig.engine.removeService(old);
      rig.turn();
      assertTrue(rig.outbound(Frames.udp().from("10.0.0.11:2")));
      assertFalse(rig.outbound(Frames.udp().from("10.0.0.15:1")));
    }
  }
}
