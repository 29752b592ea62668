package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.LinkInfo;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;
import org.vtl.service.TimerListener;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** Which connections are carried past VTL, when they are taken back, and what VTL then knows. */
class KernelPathTest {
  private static final int BEFORE = 4;

  private static Rig rig(Object... keysAndValues) {
    List<Object> all = new ArrayList<>(List.of("vm.port", "memory:vm?carry=yes"));
    all.addAll(List.of("offload.packets", BEFORE));
    all.addAll(List.of(keysAndValues));
    return new Rig(all.toArray());
  }

  /** Has the connection of {@link Rig#udp} be carried. */
  private static void carryUdp(Rig rig) {
    for (int i = 0; i < BEFORE; i++) {
      rig.fromVm(Rig.udp("a"));
      rig.fromNetwork(Rig.udpBack("b"));
    }
    rig.vm.clear();
    rig.net.clear();
    assertEquals("kernel", path(rig));
  }

  private static void carryTcp(Rig rig) {
    rig.handshake();
    for (int i = 0; i < BEFORE; i++) {
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1000).timestamps(71, 51).window(400));
    }
    rig.vm.clear();
    assertEquals("kernel", path(rig));
  }

  private static String path(Rig rig) {
    return only(rig).path();
  }

  private static ConnectionInfo only(Rig rig) {
    List<ConnectionInfo> all = rig.connections("");
    assertEquals(1, all.size());
    return all.getFirst();
  }

  private static LinkInfo link(Rig rig) {
    return rig.engine.runtime().links().getFirst();
  }

  /** Whether the next datagram of the VM comes to VTL; it is sent on in any case. */
  private static boolean comesToVtl(Rig rig) {
    long before = rig.vm.statistics().receivedFrames();
    rig.fromVm(Rig.udp("x"));
    assertEquals(List.of("x"), rig.payloadsToNetwork());
    return rig.vm.statistics().receivedFrames() > before;
  }

  @Test
  void anAnsweredConnectionIsCarriedAfterSomePackets() {
    try (Rig rig = rig()) {
      rig.fromVm(Rig.udp("a"));
      rig.fromNetwork(Rig.udpBack("b"));
      assertEquals("vtl", path(rig));
      carryUdp(rig);
      assertFalse(comesToVtl(rig));
      assertEquals("", link(rig).offloadObstacle());
      assertEquals(1, link(rig).offloaded());
    }
  }

  @Test
  void anUnansweredOneWaitsLonger() {
    try (Rig rig = rig()) {
      for (int i = 0; i < 5 * BEFORE - 1; i++) {
        rig.fromVm(Rig.udp("a"));
      }
      assertEquals("vtl", path(rig));
      rig.fromVm(Rig.udp("a"));
      assertEquals("kernel", path(rig));
    }
  }

  @Test
  void whatTheVmNeverAnswersIsNotCarriedToIt() {
    try (Rig rig = rig()) {
      for (int i = 0; i < 10 * BEFORE; i++) {
        rig.fromNetwork(Rig.udpBack("b"));
      }
      assertEquals("vtl", path(rig));
    }
  }

  @Test
  void countsAreTrueWhoeverCarried() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      for (int i = 0; i < 10; i++) {
        rig.fromVm(Rig.udp("12345"));
        rig.fromNetwork(Rig.udpBack("123"));
      }
      ConnectionInfo connection = only(rig);
      assertEquals(BEFORE + 10, connection.vm().packets());
      assertEquals(BEFORE * 29 + 10 * 33, connection.vm().bytes());
      assertEquals(BEFORE * 29 + 10 * 31, connection.network().bytes());
      assertEquals(BEFORE + 10, link(rig).outboundPackets());
      assertEquals(BEFORE * 43 + 10 * 47, link(rig).outboundBytes());
    }
  }

  @Test
  void offMeansOff() {
    try (Rig rig = rig("offload", "off")) {
      for (int i = 0; i < 3 * BEFORE; i++) {
        rig.fromVm(Rig.udp("a"));
        rig.fromNetwork(Rig.udpBack("b"));
      }
      assertEquals("vtl", path(rig));
      assertNull(rig.vm.carrier());
      assertEquals("the link's key offload is off", link(rig).offloadObstacle());
    }
  }

  @Test
  void aPortThatCannotSaysWhy() {
    try (Rig rig = new Rig()) {
      assertEquals("the test's port cannot have connections carried", link(rig).offloadObstacle());
    }
  }

  @Test
  void switchingItOffTakesAllBack() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      rig.fromVm(Rig.udp("a"));
      rig.engine.addLink(
          "lab", Rig.configuration("vm.port", "memory:vm?carry=yes", "offload", "off"));
      rig.turn();
      assertNull(rig.vm.carrier());
      rig.net.clear();
      assertTrue(comesToVtl(rig));
      assertEquals(BEFORE + 2, only(rig).vm().packets());
    }
  }

  @Test
  void tcpIsCarriedOnceItIsEstablishedAndUntilItCloses() {
    try (Rig rig = rig()) {
      carryTcp(rig);
      rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("12345").window(500));
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).window(300));
      assertEquals(2, rig.vm.statistics().receivedFrames(), "the SYN and its ACK");
      ConnectionInfo connection = only(rig);
      assertEquals(1005, connection.vm().next());
      assertEquals(1005, connection.vm().delivered());
      assertEquals(1005, connection.vm().unacknowledged());
      assertEquals(300 << 7, connection.network().window());
      rig.fromVm(Frames.tcp().fin().seq(1005).ack(9000).window(500));
      assertEquals("FIN_WAIT_1", only(rig).vm().state());
      assertEquals("vtl", path(rig));
      for (int i = 0; i < 2 * BEFORE; i++) {
        rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1006).window(300));
      }
      assertEquals("vtl", path(rig), "it is closing");
    }
  }

  @Test
  void aWrongResetComesToVtlAndIsJudgedByWhatWasCarried() {
    try (Rig rig = rig()) {
      carryTcp(rig);
      rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("12345").window(500));
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).window(300));
      rig.fromVm(Frames.tcp().rst().seq(1000));
      assertEquals(1, only(rig).invalid());
      assertEquals("ESTABLISHED", only(rig).vm().state());
      assertEquals("vtl", path(rig));
      for (int i = 0; i < BEFORE; i++) {
        rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).window(300));
      }
      assertEquals("kernel", path(rig), "it is offered again");
    }
  }

  @Test
  void anIcmpErrorComesToVtl() {
    try (Rig rig = rig()) {
      carryUdp(rig);
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
      assertEquals("vtl", path(rig));
    }
  }

  @Test
  void nothingIsCarriedThatAServiceSees() {
    try (Rig rig = rig()) {
      List<String> seen = new ArrayList<>();
      rig.add("probe", 100, new Rig.Probe("p", seen));
      for (int i = 0; i < 3 * BEFORE; i++) {
        rig.fromVm(Rig.udp("a"));
        rig.fromNetwork(Rig.udpBack("b"));
      }
      assertEquals("vtl", path(rig));
      assertEquals(6 * BEFORE, seen.size());
    }
  }

  @Test
  void aServiceThatComesSeesTheNextPacketAndAllAfterIt() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      List<String> seen = new ArrayList<>();
      Rig.Probe probe = rig.add("probe", 100, new Rig.Probe("p", seen));
      for (int i = 0; i < 2 * BEFORE; i++) {
        assertTrue(comesToVtl(rig));
      }
      assertEquals(2 * BEFORE, seen.size());
      rig.engine.removeService(probe);
      assertTrue(comesToVtl(rig), "VTL must see one to offer it");
      assertFalse(comesToVtl(rig));
      assertEquals(2 * BEFORE, seen.size());
    }
  }

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
  void whatAllHaveLeftIsCarriedAndARejoinEndsIt() {
    try (Rig rig = rig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      carryUdp(rig);
      assertEquals(1, leaver.packets);
      leaver.last.rejoin(leaver);
      assertTrue(comesToVtl(rig));
      assertEquals(2, leaver.packets);
    }
  }

  @Test
  void aGuardedLeaveKeepsTheConnectionInVtl() {
    try (Rig rig = rig()) {
      Leaver leaver = new Leaver();
      leaver.guarded = true;
      rig.add("leaver", 100, leaver);
      rig.handshake();
      for (int i = 0; i < 3 * BEFORE; i++) {
        rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1000).timestamps(71, 51).window(400));
      }
      assertEquals("vtl", path(rig));
      assertEquals(1, leaver.packets);
      rig.fromVm(Frames.tcp().seq(900_000_000).ack(9000).payload("?"));
      assertEquals(2, leaver.packets, "what does not fit comes to it");
      rig.engine.removeService(leaver);
      rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1000).timestamps(71, 51).window(400));
      assertEquals("kernel", path(rig));
    }
  }

  @Test
  void aServiceThatMakesAPacketGetsOneThatFits() {
    try (Rig rig = rig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      carryTcp(rig);
      rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("12345").window(500));
      rig.net.clear();
      Packet made = leaver.context.injector().newPacket(leaver.last, Direction.OUTBOUND);
      assertEquals(1005, made.tcp().sequenceNumber());
      assertEquals("vtl", path(rig));
      leaver.context.injector().inject(made, leaver.last);
      rig.turn();
      assertNotNull(rig.toNetwork());
    }
  }

  @Test
  void aTimerKeepsTheConnectionInVtl() {
    try (Rig rig = rig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      carryUdp(rig);
      leaver.context.timers().start(leaver.last, 1_000 * Rig.MILLI, 0);
      for (int i = 0; i < 2 * BEFORE; i++) {
        assertTrue(comesToVtl(rig));
      }
      rig.pass(1_100);
      assertTrue(comesToVtl(rig));
      assertFalse(comesToVtl(rig));
    }
  }

  @Test
  void whoLooksAConnectionUpFindsWhatWasCarried() {
    try (Rig rig = rig()) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      carryUdp(rig);
      rig.fromVm(Rig.udp("a"));
      Connection same = leaver.context.connections().open(rig.link, Rig.udp("a").build(rig.frame));
      assertEquals(BEFORE + 1, same.vm().packets());
    }
  }

  @Test
  void aTapSeesEverything() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      List<String> seen = new ArrayList<>();
      PacketTap tap = (point, packet, connection, verdict, reason) -> seen.add(point.stage());
      rig.engine.addTap(tap, Map.of());
      for (int i = 0; i < BEFORE; i++) {
        assertTrue(comesToVtl(rig));
      }
      assertEquals(2 * BEFORE, seen.size(), "arrival and departure of each");
      assertEquals("a capture or a trace wants to see all", link(rig).offloadObstacle());
      rig.engine.removeTap(tap);
      assertTrue(comesToVtl(rig));
      assertFalse(comesToVtl(rig));
    }
  }

  @Test
  void aTapOfAnotherLinkDoesNotMatter() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      rig.engine.addTap(
          (point, packet, connection, verdict, reason) -> {},
          Map.of(PacketTap.LINKS, new String[] {"other"}));
      assertTrue(comesToVtl(rig));
      assertFalse(comesToVtl(rig));
    }
  }

  @Test
  void nothingPassesAnywhereWhileARequiredServiceIsAway() {
    try (Rig rig = rig("required", "leaver", "absence", "drop")) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      carryUdp(rig);
      rig.engine.removeService(leaver);
      rig.fromVm(Rig.udp("secret"));
      rig.fromNetwork(Rig.udpBack("secret"));
      assertNull(rig.toNetwork());
      assertNull(rig.toVm());
      assertEquals("a required service is missing", link(rig).offloadObstacle());
      rig.add("leaver", 100, new Leaver());
      assertTrue(comesToVtl(rig), "it is the service's to leave");
      assertTrue(comesToVtl(rig), "and then VTL's to offer");
      assertFalse(comesToVtl(rig));
    }
  }

  @Test
  void nothingIsCarriedFromTheMomentTheRequiredServiceIsTakenOut() {
    try (Rig rig = rig("required", "leaver", "absence", "drop")) {
      Leaver leaver = rig.add("leaver", 100, new Leaver());
      carryUdp(rig);
      int before = rig.vm.carrier().generation();
      leaver.context.rejoinAll(); // another thread's way: no worker has turned yet
      assertTrue(rig.vm.carrier().generation() > before);
      rig.vm.deliver(Rig.udp("a").build(rig.frame));
      assertNull(rig.toNetwork());
    }
  }

  @Test
  void differentMtusAreVtls() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      rig.net.setMtu(1_400);
      rig.turn();
      assertTrue(comesToVtl(rig));
      assertTrue(comesToVtl(rig));
      assertEquals("the MTUs of its ports differ", link(rig).offloadObstacle());
      rig.vm.setMtu(1_400);
      rig.turn();
      assertTrue(comesToVtl(rig));
      assertFalse(comesToVtl(rig));
    }
  }

  @Test
  void mtusThatChangeTogetherAreToldAnew() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      rig.net.setMtu(1_400);
      rig.vm.setMtu(1_400);
      rig.turn();
      assertTrue(comesToVtl(rig), "the system was told of 1,500");
      assertFalse(comesToVtl(rig));
    }
  }

  @Test
  void aLinkThatWasQuietForLongStillLooksAtWhatIsCarried() {
    try (Rig rig = rig()) {
      // With the 64 flows of this link; with 32,768 a few days are as much.
      rig.clock.advance(Duration.ofDays(3_000).toNanos());
      carryUdp(rig);
      assertFalse(comesToVtl(rig));
      rig.pass(1_100);
      assertEquals(BEFORE + 1, link(rig).outboundPackets());
    }
  }

  @Test
  void aPortThatIsOpenedAgainBeginsAnew() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      var first = rig.vm.carrier();
      rig.fromVm(Rig.udp("a"));
      rig.net.fail("gone");
      rig.turn();
      assertTrue(first.isClosed());
      rig.net.recover();
      rig.turn();
      rig.net.clear();
      assertTrue(comesToVtl(rig));
      assertFalse(comesToVtl(rig));
      assertEquals(BEFORE + 3, only(rig).vm().packets());
    }
  }

  @Test
  void whatIsCarriedDoesNotExpire() {
    try (Rig rig = rig()) {
      carryUdp(rig);
      for (int i = 0; i < 300; i++) {
        rig.vm.deliver(Rig.udp("a").build(rig.frame));
        rig.clock.advance(1_000 * Rig.MILLI);
        rig.turn();
        rig.net.clear();
      }
      assertEquals(BEFORE + 300, only(rig).vm().packets());
      for (int i = 0; i < 130; i++) {
        rig.clock.advance(1_000 * Rig.MILLI);
        rig.turn();
      }
      assertEquals(0, rig.connections("").size());
      assertEquals(0, rig.vm.carrier().known());
    }
  }

  @Test
  void aServiceThatHoldsPacketsHasThemPassInOrder() {
    try (Rig rig = rig()) {
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
}
