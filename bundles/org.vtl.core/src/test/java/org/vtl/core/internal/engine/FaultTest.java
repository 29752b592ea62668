package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.runtime.LinkInfo;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;

/** Services that throw or do not return. */
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

  private static final class Thrower implements PacketService {
    @Override
    public Verdict process(Packet packet, Connection connection) {
      throw new IllegalStateException("planned");
    }
  }
}
