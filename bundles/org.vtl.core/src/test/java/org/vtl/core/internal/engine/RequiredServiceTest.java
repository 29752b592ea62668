package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** Links that require a service: what passes, waits and is discarded while it is away. */
class RequiredServiceTest extends WithWorkers {
  private final List<String> seen = new ArrayList<>();

  @Test
  void nothingPassesWithoutARequiredService() {
    try (Rig rig = new Rig("required", "guard", "absence", "drop")) {
      rig.fromVm(Rig.udp("x"));
      rig.fromNetwork(Rig.udpBack("x"));
      rig.fromVm(Frames.arpRequest());
      assertNull(rig.toNetwork());
      assertNull(rig.toVm());
      assertEquals("ABSENT", rig.service("guard").state());
      Rig.Probe guard = rig.add("guard", 200, new Rig.Probe("guard", seen));
      rig.fromVm(Rig.udp("y"));
      assertEquals(List.of("y"), rig.payloadsToNetwork());
      rig.engine.removeService(guard);
      rig.fromVm(Rig.udp("z"));
      assertNull(rig.toNetwork());
    }
  }

  @Test
  void packetsWaitForARequiredServiceThatIsReplaced() {
    try (Rig rig = new Rig("required", "guard", "hold.packets", 4, "hold.ms", 100)) {
      for (int i = 0; i < 6; i++) {
        rig.fromVm(Rig.udp("" + i));
      }
      assertNull(rig.toNetwork());
      assertEquals(2, rig.count("core/hold-full"));
      rig.pass(50);
      Rig.Probe guard = rig.add("guard", 200, new Rig.Probe("guard", seen));
      rig.turn();
      assertEquals(List.of("0", "1", "2", "3"), rig.payloadsToNetwork());
      assertEquals(4, seen.size());
      rig.engine.removeService(guard);
      rig.fromVm(Rig.udp("late"));
      rig.pass(101);
      assertEquals(1, rig.count("core/hold-expired"));
      assertNull(rig.toNetwork());
    }
  }

  @Test
  void whatAServiceMadeOrTookWaitsTooWhileTheLinkIsClosed() {
    try (Rig rig = new Rig("required", "guard")) {
      Rig.Probe guard = rig.add("guard", 300, new Rig.Probe("guard", seen));
      Later later = rig.add("later", 200, new Later());
      rig.fromVm(Rig.udp("x"));
      rig.engine.removeService(guard);
      rig.link.execute(later::go);
      rig.turn();
      assertNull(rig.toNetwork());
      rig.add("guard", 300, new Rig.Probe("guard", seen));
      rig.turn();
      assertEquals(List.of("guard>"), seen);
      assertEquals(List.of("x"), rig.payloadsToNetwork());
    }
  }

  private static final class Later extends Rig.Taking {
    private Packet taken;
    private Connection of;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      taken = packet;
      of = connection;
      return Verdict.TAKE;
    }

    void go() {
      context.injector().inject(taken, of);
    }
  }
}
