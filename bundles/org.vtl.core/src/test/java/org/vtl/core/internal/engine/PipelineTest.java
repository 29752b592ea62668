package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.runtime.Engine;
import org.vtl.runtime.ServiceInfo;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;

/** What becomes of packets between services. */
class PipelineTest extends WithWorkers {
  private final Rig rig = new Rig();
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void anEmptyPipelineIsABridge() {
    rig.fromVm(Frames.arpRequest());
    PacketAssert.that(rig.toNetwork()).arp();
    rig.fromVm(Rig.udp("out").vlan(7));
    PacketAssert.that(rig.toNetwork()).vlan(7).payload("out").checksumsRight();
    rig.fromNetwork(Rig.udpBack("in"));
    PacketAssert.that(rig.toVm()).payload("in").direction(Direction.INBOUND);
    assertNull(rig.toVm());
  }

  @Test
  void outboundClimbsAndInboundDescends() {
    rig.add("far", 800, new Rig.Probe("far", seen));
    rig.add("near", 100, new Rig.Probe("near", seen));
    rig.add("middle", 400, new Rig.Probe("middle", seen));
    rig.fromVm(Rig.udp("a"));
    rig.fromNetwork(Rig.udpBack("b"));
    assertEquals(List.of("near>", "middle>", "far>", "far<", "middle<", "near<"), seen);
  }

  @Test
  void aDropIsCountedByItsReason() {
    DropAll service = rig.add("blocker", 200, new DropAll());
    rig.fromVm(Rig.udp("a"));
    rig.fromVm(Rig.udp("b"));
    assertNull(rig.toNetwork());
    assertEquals(2, rig.count("blocker/closed"));
    service.reason = null;
    rig.fromVm(Rig.udp("c"));
    assertEquals(1, rig.count("core/unspecified"));
    assertEquals(3, rig.service("blocker").dropped());
  }

  @Test
  void acceptSkipsTheRestButNotWhatIsRequired() {
    rig.engine.addLink("lab", Rig.configuration("required", "guard"));
    rig.turn();
    rig.add("first", 100, new Rig.Probe("first", seen)).verdict = Verdict.ACCEPT;
    rig.add("second", 200, new Rig.Probe("second", seen));
    rig.add("guard", 300, new Rig.Probe("guard", seen));
    rig.fromVm(Rig.udp("a"));
    assertEquals(List.of("first>", "guard>"), seen);
    assertNotNull(rig.toNetwork());
  }

  @Test
  void aTakenPacketGoesOnBehindItsServiceWhenItIsInjected() {
    Taker taker = new Taker();
    rig.add("near", 100, new Rig.Probe("near", seen));
    rig.add("taker", 200, taker);
    rig.add("far", 300, new Rig.Probe("far", seen));
    rig.fromVm(Rig.udp("a"));
    assertNull(rig.toNetwork());
    assertEquals(1, rig.service("taker").held());
    rig.link.execute(taker::injectAll);
    rig.turn();
    assertEquals(List.of("near>", "far>"), seen);
    PacketAssert.that(rig.toNetwork()).payload("a");
    assertEquals(0, rig.service("taker").held());
  }

  @Test
  void whatADepartedServiceHeldIsSentOnInOrder() {
    Taker taker = rig.add("taker", 200, new Taker());
    rig.fromVm(Rig.udp("1"));
    rig.fromVm(Rig.udp("2"));
    rig.fromVm(Rig.udp("3"));
    assertNull(rig.toNetwork());
    rig.engine.removeService(taker);
    rig.turn();
    assertEquals(List.of("1", "2", "3"), rig.payloadsToNetwork());
  }

  @Test
  void anInjectedPacketNeverComesBackToItsInjectorNorCountsAsTheGuests() {
    Echo low = new Echo("low", seen);
    Echo high = new Echo("high", seen);
    rig.add("low", 200, low);
    rig.add("high", 300, high);
    rig.handshake();
    seen.clear();
    low.injectOnNext = true;
    high.injectOnNext = true;
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("xy").timestamps(52, 70));
    // Each injects one more outbound: low's passes high, high's passes nobody.
    assertEquals(List.of("low", "high", "high"), seen);
    assertEquals(3, rig.allToNetwork().size());
    var vm = rig.connections("tcp").getFirst().vm();
    assertEquals(1002, vm.next(), "what VTL made is not what the guest sent");
    assertEquals(1002, vm.delivered());
  }

  @Test
  void aServiceThatHasDecidedLeavesAndComesBackForWhatDoesNotFit() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    rig.handshake();
    assertEquals(1, leaver.calls);
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("xy").timestamps(52, 70));
    assertEquals(1, leaver.calls);
    // Four gigabytes away: the window knows nothing of it.
    rig.fromVm(Frames.tcp().seq(900_001_000L).ack(9000).payload("xy").timestamps(52, 70));
    assertEquals(2, leaver.calls);
    assertTrue(leaver.sawInvalid);
    assertEquals(List.of("leaver"), rig.connections("tcp").getFirst().left());
  }

  @Test
  void aPriorityChangesWithoutAGap() {
    Rig.Probe moving = rig.add("moving", 100, new Rig.Probe("moving", seen));
    rig.add("fixed", 200, new Rig.Probe("fixed", seen));
    rig.fromVm(Rig.udp("a"));
    rig.engine.changeService(moving, Map.of("vtl.name", "moving", "vtl.priority", 300));
    rig.fromVm(Rig.udp("b"));
    assertEquals(List.of("moving>", "fixed>", "fixed>", "moving>"), seen);
  }

  @Test
  void theSameNameAgainIsASuccessor() {
    Rig.Probe first = rig.add("twin", 100, new Rig.Probe("first", seen));
    rig.add("twin", 100, new Rig.Probe("second", seen));
    rig.fromVm(Rig.udp("a"));
    assertEquals(List.of("second>"), seen);
    rig.engine.removeService(first);
    rig.fromVm(Rig.udp("b"));
    assertEquals(List.of("second>", "second>"), seen);
  }

  @Test
  void aServiceSeesTheTrafficAndTheLinksItAskedFor() {
    Rig.Probe tcpOnly = new Rig.Probe("tcp", seen);
    rig.engine.addService(
        tcpOnly,
        Map.of("vtl.name", "tcp", "vtl.priority", 1, "vtl.protocols", new String[] {"TCP"}));
    Rig.Probe elsewhere = new Rig.Probe("elsewhere", seen);
    rig.engine.addService(
        elsewhere,
        Map.of("vtl.name", "else", "vtl.priority", 2, "vtl.links", new String[] {"other"}));
    rig.fromVm(Rig.udp("a"));
    rig.fromVm(Frames.arpRequest());
    assertTrue(seen.isEmpty());
    rig.fromVm(Frames.tcp().syn());
    assertEquals(List.of("tcp>"), seen);
  }

  @Test
  void aRefusedServiceShowsItsBundleAndKeepsItOnceMended() {
    EngineCore core = new EngineCore(() -> 0, Engine.Drive.STEPPED);
    Rig.Probe probe = new Rig.Probe("x", seen);
    assertThrows(
        IllegalArgumentException.class,
        () -> core.addService(probe, Map.of("vtl.priority", 1), "b 1.0.0"));
    ServiceInfo refused = core.runtime().services().getFirst();
    assertEquals("REFUSED", refused.state());
    assertEquals("b 1.0.0", refused.bundle());
    core.changeService(probe, Map.of("vtl.name", "x", "vtl.priority", 1));
    ServiceInfo mended = core.runtime().services().getFirst();
    assertEquals("ACTIVE", mended.state());
    assertEquals("b 1.0.0", mended.bundle());
    core.close();
  }

  @Test
  void wrongRegistrationsAreRefusedInOneSentence() {
    Rig.Probe probe = new Rig.Probe("x", seen);
    for (Map<String, ?> wrong :
        List.of(
            Map.<String, Object>of("vtl.priority", 1),
            Map.<String, Object>of("vtl.name", "Bad Name", "vtl.priority", 1),
            Map.<String, Object>of("vtl.name", "x", "vtl.priority", "high"),
            Map.<String, Object>of("vtl.name", "x", "vtl.priority", 1, "vtl.protocols", "smoke"))) {
      assertThrows(IllegalArgumentException.class, () -> rig.engine.addService(probe, wrong));
      assertTrue(
          rig.engine.runtime().services().stream()
              .anyMatch(one -> one.state().equals("REFUSED") && one.reason().endsWith(".")));
    }
    rig.fromVm(Rig.udp("a"));
    assertNotNull(rig.toNetwork());
    assertTrue(seen.isEmpty());
  }

  @Test
  void aWrongChangeIsShownAndTheServiceGoesOnAsItWas() {
    Rig.Probe probe = rig.add("probe", 200, new Rig.Probe("probe", seen));
    assertThrows(
        IllegalArgumentException.class,
        () -> rig.engine.changeService(probe, Map.of("vtl.name", "probe", "vtl.priority", "up")));
    assertEquals(1, rig.engine.runtime().faults().size());
    rig.fromVm(Rig.udp("a"));
    assertEquals(List.of("probe>"), seen);
    rig.engine.changeService(probe, Map.of("vtl.name", "probe", "vtl.priority", 300));
    assertEquals(List.of(), rig.engine.runtime().faults());
  }

  @Test
  void whatIsBehindAServiceIsSoAlsoWhileItMoves() {
    EngineCore core = new EngineCore(() -> 0, Engine.Drive.STEPPED);
    ServiceEntry low = entry(core, "low", 100, 0);
    ServiceEntry middle = entry(core, "middle", 200, 1);
    ServiceEntry high = entry(core, "high", 300, 2);
    Lane lane = (Lane) core.addLink("lab", Rig.configuration());
    Plan plan = Plan.first(lane).next(new Pipeline(1, List.of(low, middle, high)), lane, 0);
    low.change(properties("low", 900)); // the plan with its new place is not taken up yet
    assertEquals(0b100, plan.after(middle, Direction.OUTBOUND) & 0b111);
    assertEquals(0b001, plan.after(middle, Direction.INBOUND));
    assertEquals(0b110, plan.after(low, Direction.OUTBOUND) & 0b111);
    assertEquals(0, plan.after(low, Direction.INBOUND));
    ServiceEntry departed = entry(core, "departed", 250, 3);
    low.change(properties("low", 100));
    assertEquals(0b100, plan.after(departed, Direction.OUTBOUND) & 0b111);
    assertEquals(0b011, plan.after(departed, Direction.INBOUND));
    core.close();
  }

  private static ServiceEntry entry(EngineCore core, String name, int priority, int id) {
    return new ServiceEntry(
        new Rig.Probe(name, new ArrayList<>()), properties(name, priority), id, core);
  }

  private static ServiceProperties properties(String name, int priority) {
    return ServiceProperties.read(
        new Rig.Probe(name, new ArrayList<>()),
        Map.of("vtl.name", name, "vtl.priority", priority),
        "");
  }

  @Test
  void aPacketGivenAwayTwiceIsRefused() {
    rig.add(
        "twice",
        200,
        new Rig.Taking() {
          @Override
          public Verdict process(Packet packet, Connection connection) {
            context.injector().inject(packet, connection);
            assertThrows(IllegalStateException.class, () -> context.injector().release(packet));
            return Verdict.TAKE;
          }
        });
    rig.fromVm(Rig.udp("a"));
    assertNotNull(rig.toNetwork());
    assertNull(rig.toNetwork());
    assertEquals(0, rig.service("twice").failures());
  }

  @Test
  void aServiceCannotTakeAllPackets() {
    rig.add("greedy", 200, new Taker());
    for (int i = 0; i < 200; i++) {
      rig.fromVm(Rig.udp("x" + i));
    }
    assertEquals(128, rig.service("greedy").held());
    assertEquals(72, rig.count("core/take-refused"));
  }

  @Test
  void aMadePacketFitsTheConnection() {
    Maker maker = rig.add("maker", 200, new Maker());
    rig.handshake();
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("hello").timestamps(60, 70).window(321));
    rig.net.clear();
    maker.make = Direction.OUTBOUND;
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).payload("abc").timestamps(80, 60));
    PacketAssert.that(rig.toNetwork())
        .source("10.0.0.1")
        .destination("10.0.0.2")
        .sourceMac("02:00:00:00:00:01")
        .sourcePort(5555)
        .seq(1005)
        .ack(9003)
        .window(321)
        .timestamps(60, 80)
        .payload("made")
        .checksumsRight();
    assertEquals(1009, rig.connections("tcp").getFirst().vm().delivered());
    rig.vm.clear();
    maker.make = Direction.INBOUND;
    rig.fromVm(Frames.tcp().seq(1005).ack(9003).timestamps(61, 80));
    PacketAssert.that(rig.toVm())
        .source("10.0.0.2")
        .destinationPort(5555)
        .seq(9003)
        .ack(1005)
        .payload("made")
        .checksumsRight();
  }

  @Test
  void anotherThreadMayNotInject() {
    // Only an engine with threads can tell.
    try (var threaded = Engine.create(System::nanoTime, Engine.Drive.THREADS)) {
      threaded.addProvider(new MemoryPortProvider(), "memory");
      var link = threaded.addLink("lab", Rig.configuration());
      Taker taker = new Taker();
      threaded.addService(taker, Map.of("vtl.name", "taker", "vtl.priority", 1));
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> taker.context.injector().newFrame(link));
      assertTrue(refused.getMessage().contains("link.execute"));
    }
  }

  @Test
  void sequenceNumbersAreTranslatedWhereBytesWereInserted() {
    Inserter inserter = rig.add("inserter", 400, new Inserter());
    rig.handshake();
    inserter.insert = true;
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("ab").timestamps(60, 70));
    PacketAssert.that(rig.toNetwork()).seq(1000).payload("++ab").checksumsRight();
    rig.fromVm(Frames.tcp().seq(1002).ack(9000).payload("cd").timestamps(60, 70));
    PacketAssert.that(rig.toNetwork()).seq(1004).payload("cd").checksumsRight();
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1006).timestamps(80, 60));
    PacketAssert.that(rig.toVm()).seq(9000).ack(1004).checksumsRight();
    // The service leaves; the connection lives on.
    rig.engine.removeService(inserter);
    rig.fromVm(Frames.tcp().seq(1004).ack(9000).payload("ef").timestamps(61, 80));
    PacketAssert.that(rig.toNetwork()).seq(1006).payload("ef").checksumsRight();
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1008).timestamps(81, 61));
    PacketAssert.that(rig.toVm()).ack(1006).checksumsRight();
    assertFalse(rig.connections("tcp").getFirst().midstream());
  }

  private static final class DropAll extends Rig.Taking {
    Reason reason;

    @Override
    public void attach(ServiceContext context) {
      reason = context.reason("closed", "all is closed");
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      return reason == null ? Verdict.DROP : reason.drop(packet);
    }
  }

  private static final class Taker extends Rig.Taking {
    private final List<Packet> packets = new ArrayList<>();
    private Connection of;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      packets.add(packet);
      of = connection;
      return Verdict.TAKE;
    }

    void injectAll() {
      packets.forEach(packet -> context.injector().inject(packet, of));
      packets.clear();
    }
  }

  private static final class Echo extends Rig.Taking {
    private final String name;
    private final List<String> seen;
    boolean injectOnNext;

    Echo(String name, List<String> seen) {
      this.name = name;
      this.seen = seen;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      seen.add(name);
      if (injectOnNext) {
        injectOnNext = false;
        context
            .injector()
            .inject(context.injector().newPacket(connection, packet.direction()), connection);
      }
      return Verdict.CONTINUE;
    }
  }

  private static final class Leaver implements PacketService {
    int calls;
    boolean sawInvalid;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      calls++;
      sawInvalid |= connection.isInvalid(packet);
      connection.leave(this);
      return Verdict.CONTINUE;
    }
  }

  private static final class Maker extends Rig.Taking {
    Direction make;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (make != null) {
        Packet made = context.injector().newPacket(connection, make);
        byte[] text = {'m', 'a', 'd', 'e'};
        made.replacePayload(0, 0, MemorySegment.ofArray(text), 0, text.length);
        context.sequenceMap(connection).inserted(make, made.tcp().sequenceNumber(), text.length);
        make = null;
        context.injector().inject(made, connection);
      }
      return Verdict.CONTINUE;
    }
  }

  private static final class Inserter extends Rig.Taking {
    boolean insert;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (insert && packet.payloadLength() > 0) {
        insert = false;
        byte[] text = {'+', '+'};
        int sequence = packet.tcp().sequenceNumber();
        packet.replacePayload(0, 0, MemorySegment.ofArray(text), 0, text.length);
        context.sequenceMap(connection).inserted(packet.direction(), sequence, text.length);
      }
      return Verdict.CONTINUE;
    }
  }
}
