package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.core.internal.engine.CarryingRig.BEFORE;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;
import org.vtl.service.TimerListener;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** Connections are carried past VTL only while no service and no tap wants to see them. */
class KernelPathServicesTest {
  /** Leaves each connection at once. */
  private static class Leaver extends Rig.Taking implements TimerListener {
    Connection last;
    int packets;
    boolean guarded;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      packets++;
      last = connection;
      if (guarded) {
        connection.leaveGuarded(this);
      } else {
        connection.leave(this);
      }
      return Verdict.CONTINUE;
    }

    @Override
    public void timerExpired(Connection connection, long token) {}
  }

  @Test
  void nothingIsCarriedThatAServiceSees() {
    try (CarryingRig rig = new CarryingRig()) {
      List<String> seen = new ArrayList<>();
      rig.add("probe", 100, new Rig.Probe("p", seen));
      for (int i = 0; i < 3 * BEFORE; i++) {
        rig.fromVm(Rig.udp("a"));
        rig.fromNetwork(Rig.udpBack("b"));
      }
      assertEquals("vtl", rig.path());
      assertEquals(6 * BEFORE, seen.size());
    }
  }

  @Test
  void aServiceThatComesSeesTheNextPacketAndAllAfterIt() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      List<String> seen = new ArrayList<>();
      Rig.Probe probe = rig.add("probe", 100, new Rig.Probe("p", seen));
      for (int i = 0; i < 2 * BEFORE; i++) {
        assertTrue(rig.comesToVtl());
      }
      assertEquals(2 * BEFORE, seen.size());
      rig.engine.removeService(probe);
      assertTrue(rig.comesToVtl(), "VTL must see one to offer it");
      assertFalse(rig.comesToVtl());
      assertEquals(2 * BEFORE, seen.size());
    }
  }

  @Test
  void whatAllHaveLeftIsCarriedAndARejoinEndsIt() {
    try (CarryingRig rig = new CarryingRig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      rig.carryUdp();
      assertEquals(1, leaver.packets);
      leaver.last.rejoin(leaver);
      assertTrue(rig.comesToVtl());
      assertEquals(2, leaver.packets);
    }
  }

  @Test
  void aGuardedLeaveKeepsTheConnectionInVtl() {
    try (CarryingRig rig = new CarryingRig()) {
      Leaver leaver = new Leaver();
      leaver.guarded = true;
      rig.add("leaver", 100, leaver);
      rig.handshake();
      for (int i = 0; i < 3 * BEFORE; i++) {
        rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1000).timestamps(71, 51).window(400));
      }
      assertEquals("vtl", rig.path());
      assertEquals(1, leaver.packets);
      rig.fromVm(Frames.tcp().seq(900_000_000).ack(9000).payload("?"));
      assertEquals(2, leaver.packets, "what does not fit comes to it");
      rig.engine.removeService(leaver);
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1000).timestamps(71, 51).window(400));
      assertEquals("kernel", rig.path());
    }
  }

  @Test
  void aServiceThatMakesAPacketGetsOneThatFits() {
    try (CarryingRig rig = new CarryingRig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      rig.carryTcp();
      rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("12345").window(500));
      rig.net.clear();
      Packet made = leaver.context.injector().newPacket(leaver.last, Direction.OUTBOUND);
      assertEquals(1005, made.tcp().sequenceNumber());
      assertEquals("vtl", rig.path());
      leaver.context.injector().inject(made, leaver.last);
      rig.turn();
      assertNotNull(rig.toNetwork());
    }
  }

  @Test
  void aTimerKeepsTheConnectionInVtl() {
    try (CarryingRig rig = new CarryingRig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      rig.carryUdp();
      leaver.context.timers().start(leaver.last, 1_000 * Rig.MILLI, 0);
      for (int i = 0; i < 2 * BEFORE; i++) {
        assertTrue(rig.comesToVtl());
      }
      rig.pass(1_100);
      assertTrue(rig.comesToVtl());
      assertFalse(rig.comesToVtl());
    }
  }

  @Test
  void whoLooksAConnectionUpFindsWhatWasCarried() {
    try (CarryingRig rig = new CarryingRig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      rig.carryUdp();
      rig.fromVm(Rig.udp("a"));
      Connection same = leaver.context.connections().open(rig.link, Rig.udp("a").build(rig.frame));
      assertEquals(BEFORE + 1, same.vm().packets());
    }
  }

  @Test
  void aTapSeesEverything() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      List<String> seen = new ArrayList<>();
      PacketTap tap = (point, packet, connection, verdict, reason) -> seen.add(point.stage());
      rig.engine.addTap(tap, Map.of());
      for (int i = 0; i < BEFORE; i++) {
        assertTrue(rig.comesToVtl());
      }
      assertEquals(2 * BEFORE, seen.size(), "arrival and departure of each");
      assertEquals("a capture or a trace wants to see all", rig.linkInfo().offloadObstacle());
      rig.engine.removeTap(tap);
      assertTrue(rig.comesToVtl());
      assertFalse(rig.comesToVtl());
    }
  }

  @Test
  void aTapOfDropsSeesTheseAloneAndTheKernelGoesOn() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      List<String> seen = new ArrayList<>();
      PacketTap tap =
          (point, packet, connection, verdict, reason) ->
              seen.add(point.kind() + " " + reason.name());
      rig.engine.addTap(tap, Map.of(PacketTap.DROPS_ONLY, true));
      assertFalse(rig.comesToVtl());
      rig.add("refuser", 200, new Rig.Probe("refuser", new ArrayList<>())).verdict = Verdict.DROP;
      rig.fromVm(Frames.udp().from("10.0.0.1:7").payload("x"));
      assertEquals(List.of("DROP core/unspecified"), seen);
      rig.engine.removeTap(tap);
      rig.fromVm(Frames.udp().from("10.0.0.1:8").payload("x"));
      assertEquals(1, seen.size());
    }
  }

  @Test
  void aTapOfAnotherLinkDoesNotMatter() {
    try (CarryingRig rig = new CarryingRig()) {
      rig.carryUdp();
      rig.engine.addTap(
          (point, packet, connection, verdict, reason) -> {},
          Map.of(PacketTap.LINKS, new String[] {"other"}));
      assertTrue(rig.comesToVtl());
      assertFalse(rig.comesToVtl());
    }
  }

  @Test
  void nothingPassesAnywhereWhileARequiredServiceIsAway() {
    try (CarryingRig rig = new CarryingRig("required", "leaver", "absence", "drop")) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      rig.carryUdp();
      rig.engine.removeService(leaver);
      rig.fromVm(Rig.udp("secret"));
      rig.fromNetwork(Rig.udpBack("secret"));
      assertNull(rig.toNetwork());
      assertNull(rig.toVm());
      assertEquals("a required service is missing", rig.linkInfo().offloadObstacle());
      rig.add("leaver", 100, new Leaver());
      assertTrue(rig.comesToVtl(), "it is the service's to leave");
      assertTrue(rig.comesToVtl(), "and then VTL's to offer");
      assertFalse(rig.comesToVtl());
    }
  }

  @Test
  void nothingIsCarriedFromTheMomentTheRequiredServiceIsTakenOut() {
    try (CarryingRig rig = new CarryingRig("required", "leaver", "absence", "drop")) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      rig.carryUdp();
      int before = rig.vm.carrier().generation();
      leaver.context.rejoinAll(); // another thread's way: no worker has turned yet
      assertTrue(rig.vm.carrier().generation() > before);
      rig.vm.deliver(Rig.udp("a").build(rig.frame));
      assertNull(rig.toNetwork());
    }
  }

  @Test
  void aServiceThatHoldsPacketsHasThemPassInOrder() {
    try (CarryingRig rig = new CarryingRig()) {
      List<Packet> taken = new ArrayList<>();
      Rig.Taking taker =
          new Rig.Taking() {
            @Override
            public Verdict process(Packet packet, Connection connection) {
              taken.add(packet);
              return Verdict.TAKE;
            }
          };
      rig.add("taker", 100, (PacketService) taker);
      for (int i = 0; i < 2 * BEFORE; i++) {
        rig.fromVm(Rig.udp("" + i));
      }
      assertEquals(2 * BEFORE, taken.size());
      rig.engine.removeService(taker);
      rig.turn();
      assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7"), rig.payloadsToNetwork());
    }
  }

  @Test
  void whatTheLastServiceSendsItselfIsNotCarriedPastIt() {
    try (CarryingRig rig = new CarryingRig()) {
      Rig.Taking delayer =
          new Rig.Taking() {
            @Override
            public Verdict process(Packet packet, Connection connection) {
              context.injector().inject(packet, connection);
              return Verdict.TAKE;
            }
          };
      rig.add("delayer", 100, (PacketService) delayer);
      for (int i = 0; i < 3 * BEFORE; i++) {
        rig.fromVm(Rig.udp("a"));
        rig.fromNetwork(Rig.udpBack("b"));
      }
      assertEquals("vtl", rig.path());
    }
  }
}
