package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.core.internal.engine.CarryingRig.BEFORE;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Packet;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.LinkInfo;
import org.vtl.testkit.Frames;

/** Which connections are carried past VTL, when they are taken back, and what VTL then knows. */
class KernelPathTest {
  @Test
  void anAnsweredConnectionIsCarriedAfterSomePackets() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.fromVm(Rig.udp("a"));
      rig.fromNetwork(Rig.udpBack("b"));
      assertEquals("vtl", rig.path());
      rig.carryUdp();
      assertFalse(rig.comesToVtl());
      assertEquals("", rig.linkInfo().offloadObstacle());
      assertEquals(1, rig.linkInfo().offloaded());
    }
  }

  @Test
  void anUnansweredOneWaitsLonger() {
    try (CarryingRig rig = new CarryingRig()) {
      for (int i = 0; i < 5 * BEFORE - 1; i++) {
        rig.fromVm(Rig.udp("a"));
      }
      assertEquals("vtl", rig.path());
      rig.fromVm(Rig.udp("a"));
      assertEquals("kernel", rig.path());
    }
  }

  @Test
  void whatTheVmNeverAnswersIsNotCarriedToIt() {
    try (CarryingRig rig = new CarryingRig()) {
      for (int i = 0; i < 10 * BEFORE; i++) {
        rig.fromNetwork(Rig.udpBack("b"));
      }
      assertEquals("vtl", rig.path());
    }
  }

  @Test
  void countsAreTrueWhoeverCarried() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      for (int i = 0; i < 10; i++) {
        rig.fromVm(Rig.udp("12345"));
        rig.fromNetwork(Rig.udpBack("123"));
      }
      ConnectionInfo connection = rig.connection();
      assertEquals(BEFORE + 10, connection.vm().packets());
      assertEquals(BEFORE * 29 + 10 * 33, connection.vm().bytes());
      assertEquals(BEFORE * 29 + 10 * 31, connection.network().bytes());
      assertEquals(BEFORE + 10, rig.linkInfo().outboundPackets());
      assertEquals(BEFORE * 43 + 10 * 47, rig.linkInfo().outboundBytes());
    }
  }

  @Test
  void offMeansOff() {
    try (CarryingRig rig = new CarryingRig("offload", "off")) {
      for (int i = 0; i < 3 * BEFORE; i++) {
        rig.fromVm(Rig.udp("a"));
        rig.fromNetwork(Rig.udpBack("b"));
      }
      assertEquals("vtl", rig.path());
      assertNull(rig.vm.carrier());
      assertEquals("the link's key offload is off", rig.linkInfo().offloadObstacle());
    }
  }

  @Test
  void aPortThatCannotSaysWhy() {
    try (Rig rig = new Rig()) {
      LinkInfo link = rig.engine.runtime().links().getFirst();
      assertEquals("the test's port cannot have connections carried", link.offloadObstacle());
    }
  }

  @Test
  void switchingItOffTakesAllBack() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      rig.fromVm(Rig.udp("a"));
      rig.engine.addLink(
          "lab", Rig.configuration("vm.port", "memory:vm?carry=yes", "offload", "off"));
      rig.turn();
      assertNull(rig.vm.carrier());
      rig.net.clear();
      assertTrue(rig.comesToVtl());
      assertEquals(BEFORE + 2, rig.connection().vm().packets());
    }
  }

  @Test
  void tcpIsCarriedOnceItIsEstablishedAndUntilItCloses() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryTcp();
      rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("12345").window(500));
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).window(300));
      assertEquals(2, rig.vm.statistics().receivedFrames(), "the SYN and its ACK");
      ConnectionInfo connection = rig.connection();
      assertEquals(1005, connection.vm().next());
      assertEquals(1005, connection.vm().delivered());
      assertEquals(1005, connection.vm().unacknowledged());
      assertEquals(300 << 7, connection.network().window());
      rig.fromVm(Frames.tcp().fin().seq(1005).ack(9000).window(500));
      assertEquals("FIN_WAIT_1", rig.connection().vm().state());
      assertEquals("vtl", rig.path());
      for (int i = 0; i < 2 * BEFORE; i++) {
        rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1006).window(300));
      }
      assertEquals("vtl", rig.path(), "it is closing");
    }
  }

  @Test
  void aWrongResetComesToVtlAndIsJudgedByWhatWasCarried() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryTcp();
      rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("12345").window(500));
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).window(300));
      rig.fromVm(Frames.tcp().rst().seq(1000));
      assertEquals(1, rig.connection().invalid());
      assertEquals("ESTABLISHED", rig.connection().vm().state());
      assertEquals("vtl", rig.path());
      for (int i = 0; i < BEFORE; i++) {
        rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).window(300));
      }
      assertEquals("kernel", rig.path(), "it is offered again");
    }
  }

  /** Fast links do so within the second that passes between two looks at a flow. */
  @ParameterizedTest
  @ValueSource(ints = {20_000, 50_000, 80_000})
  void theModelCatchesUpHoweverFarNumbersHaveMoved(int segments) {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryTcp();
      byte[] payload = new byte[60_000];
      int sequence = 1000;
      for (int i = 0; i < segments; i++) {
        Packet data = Frames.tcp().seq(sequence).ack(9000).payload(payload).build(rig.frame);
        assertTrue(rig.vm.deliver(data));
        sequence += payload.length;
        Packet back = Rig.tcpBack().seq(9000).ack(sequence).window(40_000).build(rig.frame);
        assertTrue(rig.net.deliver(back));
        rig.vm.clear();
        rig.net.clear();
      }
      rig.engine.step();
      assertEquals("kernel", rig.path());
      assertTrue(rig.connection().vm().bytes() > 60_000L * segments, "it was carried");
      rig.add("newcomer", 200, new Rig.Probe("newcomer", new ArrayList<>()));
      rig.fromVm(Frames.tcp().seq(sequence).ack(9000).payload("12345").window(500));
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(sequence + 5).window(300));
      assertEquals(0, rig.connection().invalid());
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(sequence + 6).window(300));
      assertEquals(1, rig.connection().invalid());
    }
  }

  @Test
  void anIcmpErrorComesToVtl() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      Packet sent = Rig.udp("a").build(rig.frame);
      byte[] quoted =
          sent.memory()
              .asSlice(sent.start() + sent.networkOffset(), 28)
              .toArray(ValueLayout.JAVA_BYTE);
      rig.fromNetwork(
          Frames.icmp(3, 3)
              .from("10.0.0.2")
              .to("10.0.0.1")
              .macs("02:00:00:00:00:02", "02:00:00:00:00:01")
              .payload(quoted));
      assertNotNull(rig.toVm());
      assertEquals("vtl", rig.path());
    }
  }

  @Test
  void differentMtusAreVtls() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      rig.net.setMtu(1_400);
      rig.turn();
      assertTrue(rig.comesToVtl());
      assertTrue(rig.comesToVtl());
      assertEquals("the MTUs of its ports differ", rig.linkInfo().offloadObstacle());
      rig.vm.setMtu(1_400);
      rig.turn();
      assertTrue(rig.comesToVtl());
      assertFalse(rig.comesToVtl());
    }
  }

  @Test
  void mtusThatChangeTogetherAreToldAnew() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      rig.net.setMtu(1_400);
      rig.vm.setMtu(1_400);
      rig.turn();
      assertTrue(rig.comesToVtl(), "the system was told of 1,500");
      assertFalse(rig.comesToVtl());
    }
  }

  @Test
  void aLinkThatWasQuietForLongStillLooksAtWhatIsCarried() {
    try (CarryingRig rig = new CarryingRig()) {
      // With the 64 flows of this link; with 32,768 a few days are as much.
      rig.clock.advance(Duration.ofDays(3_000).toNanos());
      rig.carryUdp();
      assertFalse(rig.comesToVtl());
      rig.pass(1_100);
      assertEquals(BEFORE + 1, rig.linkInfo().outboundPackets());
    }
  }

  @Test
  void aPortThatIsOpenedAgainBeginsAnew() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      var first = rig.vm.carrier();
      rig.fromVm(Rig.udp("a"));
      rig.net.fail("gone");
      rig.turn();
      assertTrue(first.isClosed());
      rig.net.recover();
      rig.turn();
      rig.net.clear();
      assertTrue(rig.comesToVtl());
      assertFalse(rig.comesToVtl());
      assertEquals(BEFORE + 3, rig.connection().vm().packets());
    }
  }

  @Test
  void whatIsCarriedDoesNotExpire() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      for (int i = 0; i < 300; i++) {
        rig.vm.deliver(Rig.udp("a").build(rig.frame));
        rig.clock.advance(1_000 * Rig.MILLI);
        rig.turn();
        rig.net.clear();
      }
      assertEquals(BEFORE + 300, rig.connection().vm().packets());
      for (int i = 0; i < 130; i++) {
        rig.clock.advance(1_000 * Rig.MILLI);
        rig.turn();
      }
      assertEquals(0, rig.connections("").size());
      assertEquals(0, rig.vm.carrier().known());
    }
  }
}
