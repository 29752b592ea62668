package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.Explanation;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** What a person is told of packets and connections: traces, explanations, lists. */
class ReportsTest extends WithWorkers {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aTraceTellsEachStage() throws Exception {
    PacketService changer =
        (packet, connection) -> {
          packet.ipv4().setTimeToLive(9);
          return Verdict.CONTINUE;
        };
    rig.add("changer", 100, changer);
    Rig.Probe drop = rig.add("dropper", 200, new Rig.Probe("d", new ArrayList<>()));
    List<TraceEvent> events = new ArrayList<>();
    try (VtlRuntime.Tracing trace = rig.engine.runtime().trace("udp", 2, events::add)) {
      rig.fromVm(Frames.arpRequest());
      rig.fromVm(Rig.udp("x"));
      drop.verdict = Verdict.DROP;
      rig.fromVm(Rig.udp("y"));
      rig.fromVm(Rig.udp("z"));
      assertTrue(trace.isDone());
    }
    assertEquals(2, events.size());
    TraceEvent sent = events.getFirst();
    assertEquals("SENT", sent.fate());
    assertEquals(
        List.of("arrival", "changer", "dropper", "departure"),
        sent.stages().stream().map(TraceEvent.Stage::point).toList());
    assertEquals(List.of("22: 40 > 09"), sent.stages().get(1).changed());
    TraceEvent dropped = events.getLast();
    assertEquals("DROPPED", dropped.fate());
    assertEquals("core/unspecified", dropped.stages().getLast().reason());
  }

  @Test
  void explainSaysWhoSeesWhatAndWhy() {
    rig.add("all", 100, new Rig.Probe("all", new ArrayList<>()));
    rig.engine.addService(
        new Rig.Probe("tcp", new ArrayList<>()),
        Map.of("vtl.name", "tcp", "vtl.priority", 2, "vtl.protocols", new String[] {"TCP"}));
    rig.engine.addService(
        new Rig.Probe("else", new ArrayList<>()),
        Map.of("vtl.name", "else", "vtl.priority", 3, "vtl.links", new String[] {"other"}));
    var fresh = rig.engine.runtime().explain("lab", "udp 10.0.0.1:5 > 10.0.0.2:6");
    assertEquals(
        Map.of(
            "all", "in the chain",
            "tcp", "does not ask for UDP",
            "else", "does not serve this link"),
        reasons(fresh.stages()));
    assertEquals(0, fresh.connection());
    rig.handshake();
    var existing = rig.engine.runtime().explain("", "tcp 10.0.0.2:80 > 10.0.0.1:5555");
    assertEquals(rig.connections("tcp").getFirst().id(), existing.connection());
    assertEquals("in the chain", reasons(existing.stages()).get("tcp"));
  }

  private static Map<String, String> reasons(List<Explanation.Stage> stages) {
    Map<String, String> reasons = new HashMap<>();
    stages.forEach(stage -> reasons.put(stage.service(), stage.why()));
    return reasons;
  }

  @Test
  void connectionsAreFilteredAndSorted() {
    rig.handshake();
    rig.fromVm(
        Rig.udp("a longer payload than the handshake's all together, to come first".repeat(10)));
    rig.fromVm(Frames.echo(5, 1));
    rig.fromVm(Frames.udp().from("[fd00::1]:9").to("[fd00::2]:53").payload("x"));
    assertEquals(4, rig.connections("").size());
    assertEquals(1, rig.connections("tcp and state established").size());
    assertEquals(1, rig.connections("udp and not ipv6").size());
    assertEquals(3, rig.connections("not ipv6").size());
    assertEquals(1, rig.connections("host fd00::2").size());
    assertEquals(2, rig.connections("port 80").size());
    assertEquals(1, rig.connections("icmp link lab").size());
    assertEquals(0, rig.connections("service nobody").size());
    for (String wrong : List.of("smoke 5", "port", "port x", "host 1.2.3", "state up", "not")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> rig.connections(wrong)).getMessage();
      assertTrue(message.endsWith("."), message);
    }
    var bySize = rig.engine.runtime().connections(new ConnectionQuery("", "bytes", 0, 1));
    assertEquals(4, bySize.total());
    assertEquals("udp", bySize.connections().getFirst().protocol());
  }
}
