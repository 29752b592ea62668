package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.port.Offloads;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** Ports that go away, have no room or carry no large segments. */
class PortFaultTest extends WithWorkers {
  @Test
  void aLostPortIsOpenedAgainAndTheOthersGoOn() {
    try (Rig rig = new Rig()) {
      rig.net.fail("its cable is out");
      rig.fromVm(Rig.udp("x"));
      assertEquals(1, rig.count("core/port-down"));
      LinkInfo link = rig.engine.runtime().links().getFirst();
      assertEquals("WAITING", link.state());
      assertTrue(link.reason().contains("network.port"), link.reason());
      assertTrue(link.reason().contains("its cable is out"), link.reason());
      rig.net.recover();
      rig.turn();
      rig.turn();
      rig.fromVm(Rig.udp("y"));
      assertEquals(List.of("y"), rig.payloadsToNetwork());
      assertEquals("UP", rig.engine.runtime().links().getFirst().state());
      assertEquals(2, rig.engine.runtime().links().getFirst().networkPort().openings());
    }
  }

  @Test
  void whatNoPortTookIsNeitherDeliveredNorShownAsSent() throws Exception {
    try (Rig rig = new Rig()) {
      rig.handshake();
      rig.net.fail("its cable is out");
      rig.turn();
      List<TraceEvent> events = new ArrayList<>();
      try (VtlRuntime.Tracing trace = rig.engine.runtime().trace("tcp", 1, events::add)) {
        rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("xy").timestamps(52, 70));
        assertTrue(trace.isDone());
      }
      assertEquals("DROPPED", events.getFirst().fate());
      assertEquals(1002, rig.connections("tcp").getFirst().vm().next());
      assertEquals(1000, rig.connections("tcp").getFirst().vm().delivered());
    }
  }

  @Test
  void aPortWithoutRoomCostsThePacketsAndNothingElse() {
    try (Rig rig = new Rig()) {
      rig.net.limit(1);
      rig.vm.deliver(Rig.udp("1").build(rig.frame));
      rig.vm.deliver(Rig.udp("2").build(rig.frame));
      rig.turn();
      assertEquals(List.of("1"), rig.payloadsToNetwork());
      assertEquals(1, rig.count("core/port-full"));
      assertEquals(
          Rig.workers * (256 - Lane.BATCH), rig.engine.runtime().links().getFirst().poolFree());
    }
  }

  @Test
  void largeSegmentsAreSplitForAPortThatCarriesNone() {
    try (Rig rig = new Rig()) {
      rig.engine.removeLink("lab");
      rig.net.setOffloads(Offloads.NONE);
      rig.engine.addLink("lab", Rig.configuration());
      rig.turn();
      rig.turn();
      rig.fromVm(Frames.tcp().seq(1).payload(10_000).segmentSize(1_460).partialChecksum());
      int bytes = 0;
      int frames = 0;
      while (rig.net.sent(rig.out)) {
        PacketAssert.that(rig.out).tcp().seq(1 + bytes).checksumsRight();
        bytes += rig.out.payloadLength();
        frames++;
      }
      assertEquals(10_000, bytes);
      assertEquals(7, frames);
      assertEquals(
          Rig.workers * (256 - Lane.BATCH), rig.engine.runtime().links().getFirst().poolFree());
    }
  }
}
