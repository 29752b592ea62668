package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.connection.Connection;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Protocol;
import org.vtl.port.Offloads;
import org.vtl.runtime.Engine;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;

/** Services that fail or are missing, ports that go away, frames that lie. */
class FaultTest extends WithWorkers {
  private final List<String> seen = new ArrayList<>();

  @Test
  void aServiceThatThrowsIsFencedAfterFiveFailuresInASecond() {
    try (Rig rig = new Rig()) {
      rig.add("bad", 200, new Thrower());
      rig.add("good", 300, new Rig.Probe("good", seen));
      for (int i = 0; i < 8; i++) {
        rig.fromVm(Rig.udp("x" + i));
      }
      assertEquals(8, seen.size(), "the others see every packet");
      assertEquals(8, rig.allToNetwork().size());
      var bad = rig.service("bad");
      assertEquals("FAILED", bad.state());
      assertEquals(5, bad.failures());
      assertTrue(bad.reason().contains("5 exceptions"), bad.reason());
      assertTrue(bad.reason().contains("planned"), bad.reason());
    }
  }

  @Test
  void fourFailuresASecondAreBorne() {
    try (Rig rig = new Rig()) {
      rig.add("bad", 200, new Thrower());
      for (int i = 0; i < 20; i++) {
        rig.fromVm(Rig.udp("x"));
        rig.pass(251);
      }
      assertEquals("ACTIVE", rig.service("bad").state());
      assertEquals(20, rig.service("bad").failures());
    }
  }

  @Test
  void whereItIsRequiredAFailedServiceClosesTheLink() {
    try (Rig rig = new Rig("required", "bad", "absence", "drop")) {
      rig.add("bad", 200, new Thrower());
      for (int i = 0; i < 8; i++) {
        rig.fromVm(Rig.udp("x"));
        rig.fromNetwork(Rig.udpBack("y"));
        rig.fromVm(Frames.arpRequest());
      }
      assertNull(rig.toNetwork());
      assertNull(rig.toVm());
      assertEquals(
          24, rig.count("core/service-failed") + rig.count("core/required-service-absent"));
      LinkInfo link = rig.engine.runtime().links().getFirst();
      assertEquals("CLOSED", link.state());
      assertEquals(List.of("bad"), link.missing());
    }
  }

  @Test
  void aFencedServiceComesBackWhenItIsReplaced() {
    try (Rig rig = new Rig("required", "bad", "absence", "drop")) {
      PacketService thrower = rig.add("bad", 200, new Thrower());
      for (int i = 0; i < 6; i++) {
        rig.fromVm(Rig.udp("x"));
      }
      rig.engine.removeService(thrower);
      rig.add("bad", 200, new Rig.Probe("mended", seen));
      rig.fromVm(Rig.udp("x"));
      assertNotNull(rig.toNetwork());
      assertEquals("ACTIVE", rig.service("bad").state());
    }
  }

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

  @Test
  @Timeout(30)
  void aServiceThatDoesNotReturnLosesItsLane() throws Exception {
    MemoryPortProvider ports = new MemoryPortProvider();
    CountDownLatch forever = new CountDownLatch(1);
    long start = System.nanoTime();
    try (Engine engine = Engine.create(() -> System.nanoTime() - start, Engine.Drive.THREADS);
        PacketPool pool = new PacketPool(2)) {
      engine.addProvider(ports, "memory");
      engine.addLink("lab", Rig.configuration());
      Rig.awaitUp(engine); // a worker that is stuck opens no port, the new one only after a batch
      PacketService stuck =
          (packet, connection) -> {
            try {
              forever.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Verdict.CONTINUE;
          };
      engine.addService(stuck, Map.of("vtl.name", "stuck", "vtl.priority", 1));
      Packet frame = pool.acquire();
      Packet out = pool.acquire();
      ports.port("vm").deliver(Rig.udp("lost").build(frame));
      while (engine.runtime().services().getFirst().state().equals("ACTIVE")) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      var info = engine.runtime().services().getFirst();
      assertEquals("STUCK", info.state());
      assertTrue(info.reason().contains("did not return"), info.reason());
      ports.port("vm").deliver(Rig.udp("on").build(frame));
      assertTrue(ports.port("net").sent(out, 5_000));
      PacketAssert.that(out).payload("on");
      forever.countDown();
      engine.removeService(stuck);
      assertFalse(ports.port("net").sent(out, 100), "the late verdict counts for nothing");
    }
  }

  @Test
  void malformedFramesFollowTheLinksPolicy() {
    try (Rig rig = new Rig()) {
      Packet lying = Rig.udp("x").build(rig.frame);
      lie(lying);
      rig.vm.deliver(lying);
      rig.turn();
      assertNull(rig.toNetwork());
      assertEquals(1, rig.count("core/malformed-ip-length"));
      rig.engine.addLink("lab", Rig.configuration("malformed", "pass"));
      rig.turn();
      rig.vm.deliver(lying);
      rig.turn();
      assertNotNull(rig.toNetwork());
    }
  }

  /** A total length beyond the frame. */
  private static void lie(Packet packet) {
    Bytes.setU16(packet.memory(), packet.start() + 16L, 9_000);
  }

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

  @Test
  void laterFragmentsFollowTheirFirst() {
    try (Rig rig = new Rig()) {
      PacketService block =
          new PacketService() {
            @Override
            public Verdict process(Packet packet, Connection connection) {
              boolean blocked =
                  connection.protocol() == Protocol.UDP && connection.network().port() == 81;
              seen.add(connection.isTracked() ? "tracked" : "untracked");
              return blocked ? Verdict.DROP : Verdict.CONTINUE;
            }
          };
      rig.add("block", 200, block);
      rig.fromVm(Rig.udp("12345678").id(1).fragment(0, true));
      rig.fromVm(Rig.udp("abcdefgh").id(1).fragment(16, false));
      assertEquals(2, rig.allToNetwork().size());
      // Blocked by the port that only the first fragment has; the second came before it.
      rig.fromVm(Rig.udp("abcdefgh").to("10.0.0.2:81").id(2).fragment(16, false));
      assertNull(rig.toNetwork());
      rig.fromVm(Rig.udp("12345678").to("10.0.0.2:81").id(2).fragment(0, true));
      assertNull(rig.toNetwork());
      assertEquals(List.of("tracked", "tracked", "tracked", "tracked"), seen);
      // Its first never comes.
      rig.fromVm(Rig.udp("abcdefgh").id(3).fragment(16, false));
      rig.pass(1_001);
      assertNull(rig.toNetwork());
      assertEquals(1, rig.count("core/fragment-unmatched"));
    }
  }

  @Test
  void aFullTableEvictsHalfOpenConnectionsAndKeepsEstablishedOnes() {
    try (Rig rig = new Rig("connections", 16)) {
      rig.handshake();
      for (int i = 0; i < 100; i++) {
        rig.fromVm(Frames.tcp().from("10.0.0.1:" + (20_000 + i)).syn().seq(i));
      }
      assertEquals(100, rig.allToNetwork().size());
      assertEquals(16, rig.connections("").size());
      assertEquals(1, rig.connections("port 5555").size());
      assertEquals(85, rig.count("core/connections-evicted"));
    }
  }

  @Test
  void wrongConfigurationsAreRefusedInOneSentence() {
    try (Rig rig = new Rig()) {
      refused(rig, "colour", "blue", "unknown");
      refused(rig, "vm.port", "", "missing");
      refused(rig, "vm.port", "nonsense", "scheme:target");
      refused(rig, "vm.port", "memory:net", "two different ports");
      refused(rig, "vm.port", "memory:net?frames=9", "two different ports");
      refused(rig, "absence", "sometimes", "hold or drop");
      refused(rig, "packets", "many", "whole number");
      refused(rig, "packets", 5, "128");
      IllegalArgumentException shared =
          assertThrows(
              IllegalArgumentException.class,
              () -> rig.engine.addLink("second", Rig.configuration()));
      assertTrue(shared.getMessage().contains("belongs to link lab"), shared.getMessage());
      rig.engine.removeLink("second");
      rig.engine.addLink(
          "unknown-driver", Map.of("vm.port", "smoke:1", "network.port", "memory:other"));
      rig.turn();
      assertTrue(
          rig.engine.runtime().faults().stream().anyMatch(one -> one.contains("no driver for")));
      rig.fromVm(Rig.udp("x"));
      assertNotNull(rig.toNetwork(), "the first link goes on");
    }
  }

  @Test
  void waysToOneInterfaceAreOnePort() {
    try (Rig rig = new Rig()) {
      IllegalArgumentException both =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  rig.engine.addLink(
                      "second", Map.of("vm.port", "packet:eth1", "network.port", "xdp:eth1")));
      assertTrue(
          both.getMessage().contains("vm.port (packet:eth1) and network.port (xdp:eth1)"),
          both.getMessage());
      rig.engine.addLink("one", Map.of("vm.port", "tap:eth1", "network.port", "packet:eth1"));
      IllegalArgumentException shared =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  rig.engine.addLink(
                      "two", Map.of("vm.port", "pcap:eth1", "network.port", "packet:eth2")));
      assertTrue(
          shared.getMessage().contains("port packet:eth1 belongs to link one"),
          shared.getMessage());
      rig.engine.addLink("two", Map.of("vm.port", "tap:vm1", "network.port", "xdp:eth2"));
    }
  }

  @Test
  void aLinkThatWasRefusedForAPortComesUpWhenThePortIsFree() {
    try (Rig rig = new Rig()) {
      assertThrows(
          IllegalArgumentException.class, () -> rig.engine.addLink("second", Rig.configuration()));
      assertThrows(
          IllegalArgumentException.class, () -> rig.engine.addLink("third", Rig.configuration()));
      rig.engine.removeLink("lab");
      rig.turn();
      assertEquals(
          List.of("second UP", "third FAILED"),
          rig.engine.runtime().links().stream()
              .map(link -> link.name() + " " + link.state())
              .toList());
      assertTrue(
          rig.engine.runtime().faults().getFirst().contains("belongs to link second"),
          rig.engine.runtime().faults().toString());
      rig.engine.removeLink("third");
      rig.engine.removeLink("second");
      assertEquals(List.of(), rig.engine.runtime().links());
    }
  }

  private static void refused(Rig rig, String key, Object value, String because) {
    var configuration = Rig.configuration(key, value);
    configuration.putIfAbsent("vm.port", "memory:a");
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> rig.engine.addLink("wrong", configuration));
    String message = refusal.getMessage();
    assertTrue(message.contains(because), message);
    assertTrue(message.contains(key), message);
    assertTrue(message.endsWith("."), message);
    assertTrue(
        rig.engine.runtime().links().stream()
            .anyMatch(one -> one.state().equals("FAILED") && one.reason().equals(message)));
  }

  private static final class Thrower implements PacketService {
    @Override
    public Verdict process(Packet packet, Connection connection) {
      throw new IllegalStateException("planned");
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
