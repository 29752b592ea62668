package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** Which services a packet passes, in which order, and what their verdicts do. */
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
}
