package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.runtime.ConnectionTimeline;
import org.vtl.service.PacketTap;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** What is remembered of a connection, for how long, and whether it is said that more is gone. */
class ChronicleTest extends WithWorkers {
  private final Rig rig = new Rig("connections", 4_096);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aTcpConnectionFromItsFirstPacketToItsEnd() {
    handshakeInSteps();
    long id = only();
    rig.pass(10);
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).fin());
    rig.pass(5);
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1001).fin());
    rig.fromVm(Frames.tcp().seq(1001).ack(9001));
    assertEquals(
        List.of(
            "45 OPENED vm",
            "25 ANSWERED network",
            "15 ESTABLISHED",
            "5 FINISHED vm",
            "0 FINISHED network"),
        timeline(id));
    assertTrue(told(id).whole());
    rig.clock.advance(121_000 * Rig.MILLI);
    rig.turn();
    assertEquals(List.of(), rig.connections(""));
    assertEquals("121000 FINISHED network", timeline(id).get(4));
    assertEquals("0 EXPIRED", timeline(id).get(5));
    assertEquals(
        "It was forgotten after 2 min without a packet.", told(id).events().getLast().text());
    rig.pass(1);
    rig.add("late", 200, new Leaver());
    rig.turn();
    assertEquals(6, timeline(id).size(), "what comes after it is not its");
    assertTrue(told(id).whole());
  }

  @Test
  void anEndThatResetsIsNamed() {
    rig.handshake();
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1000).rst());
    ConnectionTimeline.Event last = told(only()).events().getLast();
    assertEquals("RESET", last.kind());
    assertEquals("The network's end reset it (RST).", last.text());
  }

  @Test
  void anEndThatMovesIsToldOnce() {
    rig.fromVm(Rig.udp("a"));
    for (String payload : List.of("b", "c")) {
      rig.vm.deliver(
          Rig.udp(payload).macs("02:00:00:00:00:07", "02:00:00:00:00:02").build(rig.frame));
    }
    rig.turn();
    assertEquals(List.of("0 OPENED vm", "0 MOVED vm"), timeline(only()));
  }

  @Test
  void oneThatWasUnderWayAndOneThatTookItsPlace() {
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1000).payload("late"));
    long first = only();
    rig.pass(1);
    rig.fromVm(Frames.tcp().syn().seq(999));
    long second = only();
    assertEquals(List.of("1 PICKED_UP network", "0 REOPENED"), timeline(first));
    assertEquals(List.of("0 OPENED vm"), timeline(second));
  }

  @Test
  void whatMadeRoomForOthersSaysSo() {
    flood(1);
    long first = only();
    flood(4_200);
    assertEquals(List.of("OPENED", "EVICTED"), kinds(rig, first));
    assertTrue(told(first).whole());
  }

  @Test
  void aServiceThatResetsInAnEndsNameIsNamed() {
    rig.add("resetter", 200, new Resetter());
    rig.handshake();
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("secret").timestamps(52, 70));
    ConnectionTimeline.Event reset =
        told(only()).events().stream().filter(one -> one.kind().equals("RESET")).findAny().get();
    assertEquals("resetter", reset.service());
    assertEquals("network", reset.end());
  }

  @Test
  void theFirstDropIsToldWithServiceAndReason() {
    Dropper dropper = rig.add("dropper", 200, new Dropper());
    rig.fromVm(Rig.udp("a"));
    rig.pass(1);
    rig.fromVm(Rig.udp("b"));
    rig.fromVm(Rig.udp("c"));
    long id = only();
    assertEquals(
        List.of("1 OPENED vm", "1 DROPPED vm dropper dropper/evil"), timeline(id), "the first");
    assertEquals(
        "dropper dropped a packet from the VM, the first. It was evil.",
        told(id).events().getLast().text());
    dropper.drops = false;
    rig.fromNetwork(Rig.udpBack("answer"));
    dropper.drops = true;
    rig.fromNetwork(Rig.udpBack("d"));
    assertEquals("0 DROPPED network dropper dropper/evil", timeline(id).getLast(), "and after");
  }

  @Test
  void whatTheEngineDropsHasNoService() {
    rig.engine.addLink("lab", Rig.configuration("required", "absent", "connections", 4_096));
    rig.turn();
    rig.fromVm(Rig.udp("a"));
    rig.clock.advance(10_000 * Rig.MILLI); // it was held
    rig.turn();
    assertEquals("0 DROPPED vm core/hold-expired", timeline(only()).getLast());
    assertEquals(
        "VTL dropped a packet from the VM, the first. A required service did not come back in"
            + " time.",
        told(only()).events().getLast().text());
  }

  @Test
  void servicesLeaveAndComeBack() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    rig.fromVm(Rig.udp("a"));
    rig.pass(1);
    rig.fromVm(Rig.udp("b"));
    rig.owner().execute(() -> leaver.last.rejoin(leaver));
    rig.turn();
    assertEquals(
        List.of("1 OPENED vm", "1 LEFT leaver", "0 REJOINED leaver"), timeline(only()), "in order");
  }

  @Test
  void whatHappensToTheLinkIsPartOfIt() {
    rig.fromVm(Rig.udp("a"));
    rig.pass(1);
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    rig.turn();
    rig.pass(1);
    rig.engine.changeService(leaver, Map.of("vtl.name", "leaver", "vtl.priority", 300));
    rig.turn();
    rig.pass(1);
    rig.engine.addLink("lab", Rig.configuration("required", "leaver", "connections", 4_096));
    rig.turn();
    rig.pass(1);
    rig.engine.removeService(leaver);
    rig.turn();
    assertEquals(
        List.of(
            "4 OPENED vm",
            "3 SERVICE_ENTERED leaver",
            "2 SERVICE_CHANGED leaver",
            "0 SERVICE_GONE leaver",
            "0 LINK_SHUT"),
        timeline(only()));
    rig.pass(1);
    rig.fromVm(Frames.udp().from("10.0.0.1:7").payload("x"));
    long younger = rig.connections("port 7").getFirst().id();
    assertEquals("0 OPENED vm", timeline(younger).getFirst(), "not what was before it");
  }

  @Test
  void aPacketTakenIsToldOnce() {
    Rig.Probe taker = rig.add("taker", 200, new Rig.Probe("taker", new ArrayList<>()));
    taker.verdict = Verdict.TAKE;
    rig.fromVm(Rig.udp("a"));
    rig.fromVm(Rig.udp("b"));
    assertEquals(List.of("0 OPENED vm", "0 TAKEN vm taker"), timeline(only()));
    rig.engine.removeService(taker);
    rig.turn();
  }

  @Test
  void whoCarriesItIsPartOfIt() {
    if (workers > 1) {
      return; // nothing is carried past several
    }
    try (CarryingRig carrying = new CarryingRig()) {
      carrying.carryTcp();
      carrying.fromVm(Frames.tcp().seq(1000).ack(9000).timestamps(52, 71).fin());
      assertEquals(
          List.of("OPENED", "ANSWERED", "ESTABLISHED", "TO_KERNEL", "FINISHED", "FROM_KERNEL"),
          kinds(carrying, carrying.connection().id()));
    }
  }

  @Test
  void whatEndsForAllThatTheKernelCarriesIsToldOfThoseAlone() {
    if (workers > 1) {
      return; // nothing is carried past several
    }
    try (CarryingRig carrying = new CarryingRig()) {
      carrying.carryUdp();
      long carried = carrying.connection().id();
      carrying.fromVm(Frames.udp().from("10.0.0.1:7").payload("x"));
      long other = carrying.connections("port 7").getFirst().id();
      carrying.pass(1);
      PacketTap tap = (point, packet, connection, verdict, reason) -> {};
      carrying.engine.addTap(tap, Map.of());
      carrying.turn();
      assertEquals(
          List.of("OPENED", "ESTABLISHED", "TO_KERNEL", "ALL_FROM_KERNEL"),
          kinds(carrying, carried));
      assertEquals(List.of("OPENED"), kinds(carrying, other));
    }
  }

  private static List<String> kinds(Rig of, long id) {
    return of.engine.runtime().timeline(id).events().stream()
        .map(ConnectionTimeline.Event::kind)
        .toList();
  }

  @Test
  void whatHappensToTheLinkIsForgottenToo() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    rig.fromVm(Rig.udp("a"));
    for (int i = 0; i < 300; i++) {
      rig.pass(1);
      rig.engine.changeService(leaver, Map.of("vtl.name", "leaver", "vtl.priority", 300 + i));
      rig.turn();
    }
    ConnectionTimeline told = told(only());
    assertEquals(256, told.events().stream().filter(one -> one.kind().startsWith("SER")).count());
    assertFalse(told.whole());
    rig.pass(1);
    rig.fromVm(Frames.udp().from("10.0.0.1:7").payload("x"));
    assertTrue(told(rig.connections("port 7").getFirst().id()).whole(), "it is younger");
  }

  @Test
  void ofOneThatNobodyAnsweredNothingIsMissingWhenOthersAreEstablished() {
    rig.fromVm(Rig.udp("single"));
    long single = only();
    rig.clock.advance(200_000 * Rig.MILLI);
    rig.turn();
    assertEquals(List.of(), rig.connections(""));
    for (int i = 1; i <= Chronicle.KEPT + 1; i += 2) {
      rig.fromVm(Rig.udp("to all"));
      rig.fromNetwork(Rig.udpBack("back"));
      rig.clock.advance(200_000 * Rig.MILLI);
      rig.turn();
    }
    assertEquals(2, told(single).events().size());
    assertTrue(told(single).whole());
  }

  @Test
  void aFloodMakesNobodyForgetWhatIsEstablished() {
    handshakeInSteps();
    long established = only();
    rig.fromVm(Rig.udp("single"));
    long single = rig.connections("udp").getFirst().id();
    flood(2 * Chronicle.KEPT);
    assertEquals("ESTABLISHED", kind(established, 0), "what came before is gone");
    assertFalse(told(established).whole());
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).fin());
    assertEquals("FINISHED", kind(established, 1));
    ConnectionTimeline gone = told(single);
    assertEquals(List.of(), gone.events());
    assertFalse(gone.whole());
  }

  @Test
  void whatCameFirstIsThereAndLaterThingsAreNot() {
    handshakeInSteps();
    long id = only();
    for (int i = 1; i <= 6_500; i++) {
      String other = "10.0.0.2:" + i;
      rig.net.deliver(Frames.udp().from(other).to("10.0.0.1:9").build(rig.frame));
      rig.engine.step();
      rig.vm.deliver(Frames.udp().from("10.0.0.1:9").to(other).build(rig.frame));
      rig.engine.step();
      rig.vm.clear();
      rig.net.clear();
    }
    assertEquals(List.of("OPENED", "ANSWERED"), kinds(rig, id));
    assertFalse(told(id).whole());
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).fin());
    assertEquals("FINISHED", kind(id, 2));
    assertFalse(told(id).whole());
  }

  @Test
  void ofNumbersThatNobodyHadThereIsNothing() {
    for (long id : new long[] {-1, 0, 1, 63, 64, 1L << 40, Long.MAX_VALUE}) {
      assertEquals(new ConnectionTimeline(id, "", false, List.of()), told(id));
    }
  }

  @Test
  void toRememberAllocatesNothing() {
    rig.add("dropper", 200, new Dropper());
    Packet syn = Frames.tcp().syn().build(rig.frame);
    int[] port = {0};
    AllocationProbe.assertNone(
        20_000,
        () -> {
          syn.tcp().setSourcePort(++port[0] & 0xffff);
          syn.seal(false);
          rig.vm.deliver(syn);
          rig.engine.step();
        });
    assertTrue(rig.count("dropper/evil") > 0);
  }

  private void handshakeInSteps() {
    rig.fromVm(Frames.tcp().syn().seq(999));
    rig.pass(20);
    rig.fromNetwork(Rig.tcpBack().syn().seq(8999).ack(1000));
    rig.pass(10);
    rig.fromVm(Frames.tcp().seq(1000).ack(9000));
  }

  /** Opens {@code count} connections that nobody answers, of the worker that the others have. */
  private void flood(int count) {
    for (int i = 0; i < count; i++) {
      rig.net.deliver(Frames.udp().from("10.0.0.2:" + (i + 1)).to("10.0.0.1:9").build(rig.frame));
      rig.engine.step();
      rig.vm.clear();
    }
  }

  private long only() {
    return rig.connections("").getFirst().id();
  }

  private ConnectionTimeline told(long id) {
    return rig.engine.runtime().timeline(id);
  }

  private String kind(long id, int index) {
    return told(id).events().get(index).kind();
  }

  /** Each event as its age in milliseconds, its kind, and what else is known. */
  private List<String> timeline(long id) {
    return told(id).events().stream()
        .map(
            one ->
                "%d %s %s %s %s"
                    .formatted(
                        Math.round(one.ageSeconds() * 1000),
                        one.kind(),
                        one.end(),
                        one.service(),
                        one.reason())
                    .replaceAll(" +", " ")
                    .strip())
        .toList();
  }

  private static final class Dropper extends Rig.Taking {
    boolean drops = true;
    private Reason evil;

    @Override
    public void attach(ServiceContext context) {
      evil = context.reason("evil", "It was evil.");
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      return drops ? evil.drop(packet) : Verdict.CONTINUE;
    }
  }

  private static final class Leaver extends Rig.Taking {
    Connection last;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      last = connection;
      connection.leave(this);
      return Verdict.CONTINUE;
    }
  }

  /** Resets, in the name of the network's end, what carries data. */
  private static final class Resetter extends Rig.Taking {
    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (packet.payloadLength() > 0 && packet.direction() == Direction.OUTBOUND) {
        Packet reset = context.injector().newPacket(connection, Direction.INBOUND);
        reset.tcp().setFlags(0x14);
        context.injector().inject(reset, connection);
        return Verdict.DROP;
      }
      return Verdict.CONTINUE;
    }
  }
}
