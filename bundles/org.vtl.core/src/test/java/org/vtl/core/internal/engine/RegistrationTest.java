package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.runtime.Engine;
import org.vtl.runtime.ServiceInfo;
import org.vtl.testkit.Frames;

/** What a service asks for when it registers, and what is shown when that is wrong. */
class RegistrationTest extends WithWorkers {
  private final Rig rig = new Rig();
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void close() {
    rig.close();
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
}
