package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortProvider;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;
import org.vtl.service.TimerListener;
import org.vtl.service.Verdict;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;

/** Code that does not return to its worker, on an engine with threads. */
@Timeout(40)
class StuckTest extends WithWorkers {
  private final long start = System.nanoTime();
  private final Engine engine =
      Engine.create(() -> System.nanoTime() - start, Engine.Drive.THREADS);
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final PacketPool pool = new PacketPool(2);
  private final Packet frame = pool.acquire();
  private final Packet out = pool.acquire();
  private final Link link;

  StuckTest() throws InterruptedException {
    engine.addProvider(ports, "memory");
    link = engine.addLink("lab", Rig.configuration());
    Rig.awaitUp(engine);
  }

  @AfterEach
  void close() {
    engine.close();
    pool.close();
  }

  @Test
  void aWorkerThatIsBackIsNotAbandonedAndOneThatIsAbandonedDoesNotComeBack() {
    Excursion excursion = new Excursion();
    Thread me = Thread.currentThread();
    assertFalse(excursion.begin(null));
    assertTrue(excursion.begin(null));
    excursion.end(null, true);
    assertEquals(me, excursion.away());
    excursion.end(null, false);
    assertFalse(excursion.abandon(me));
    excursion.begin(null);
    assertTrue(excursion.abandon(me));
    assertThrows(AbandonedException.class, () -> excursion.end(null, false));
  }

  @Test
  void whoComesBackLateDisturbsNobody() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch shown = new CountDownLatch(1);
    CountDownLatch late = new CountDownLatch(1);
    class Sleeper extends Rig.Taking implements TimerListener {
      @Override
      public Verdict process(Packet packet, Connection connection) {
        context.timers().start(connection, 1_000_000, 1);
        return Verdict.CONTINUE;
      }

      @Override
      public void timerExpired(Connection connection, long token) {
        await(stuck);
        late.countDown();
      }
    }
    Sleeper sleeper = new Sleeper();
    engine.addService(sleeper, Map.of("vtl.name", "sleeper", "vtl.priority", 1));
    ports.port("vm").deliver(Rig.udp("1").build(frame));
    assertTrue(ports.port("net").sent(out, 5_000));
    awaitState("STUCK");
    engine.removeService(sleeper);
    class Injecting extends Rig.Taking {
      @Override
      public Verdict process(Packet packet, Connection connection) {
        shown.countDown();
        StuckTest.await(late);
        try {
          TimeUnit.MILLISECONDS.sleep(50); // for the late worker to do its harm
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        context.injector().inject(packet, connection);
        return Verdict.TAKE;
      }
    }
    engine.addService(new Injecting(), Map.of("vtl.name", "injecting", "vtl.priority", 1));
    ports.port("vm").deliver(Rig.udp("2").build(frame));
    await(shown);
    stuck.countDown();
    assertTrue(ports.port("net").sent(out, 5_000));
    PacketAssert.that(out).payload("2");
    assertEquals(0, engine.runtime().services().getFirst().failures());
  }

  @Test
  void whatCameInOneBatchWithAPacketThatSticksIsNotLost() throws Exception {
    CountDownLatch forever = new CountDownLatch(1);
    CountDownLatch delivered = new CountDownLatch(1);
    PacketService stuck =
        (packet, connection) -> {
          if (packet.payloadLength() == 5) {
            await(forever);
          }
          return Verdict.CONTINUE;
        };
    engine.addService(stuck, Map.of("vtl.name", "stuck", "vtl.priority", 1));
    ports.port("vm").deliver(Rig.udp("up").build(frame));
    assertTrue(ports.port("net").sent(out, 5_000));
    link.execute(() -> await(delivered));
    for (String payload : new String[] {"1", "stuck", "2", "3"}) {
      ports.port("vm").deliver(Rig.udp(payload).build(frame));
    }
    delivered.countDown();
    for (String payload : new String[] {"1", "2", "3"}) {
      assertTrue(ports.port("net").sent(out, 10_000), payload);
      PacketAssert.that(out).payload(payload);
    }
    forever.countDown();
  }

  @Test
  void aTaskThatDoesNotReturnLosesItsLane() throws Exception {
    CountDownLatch forever = new CountDownLatch(1);
    link.execute(() -> await(forever));
    ports.port("vm").deliver(Rig.udp("on").build(frame));
    assertTrue(ports.port("net").sent(out, 10_000));
    forever.countDown();
  }

  @Test
  void aTapThatThrowsOnTwoLinksAtOnceHoldsUpNeither() throws Exception {
    engine.addLink(
        "second", Rig.configuration("vm.port", "memory:vm2", "network.port", "memory:net2"));
    CyclicBarrier both = new CyclicBarrier(2);
    PacketTap tap =
        (point, packet, connection, verdict, reason) -> {
          try {
            both.await(5, TimeUnit.SECONDS);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
          }
          throw new IllegalStateException("planned");
        };
    Rig.awaitUp(engine);
    engine.addTap(tap, Map.of());
    ports.port("vm").deliver(Rig.udp("1").build(frame));
    ports.port("vm2").deliver(Rig.udp("2").build(frame));
    long begin = System.nanoTime();
    assertTrue(ports.port("net").sent(out, 20_000));
    assertTrue(ports.port("net2").sent(out, 20_000));
    assertTrue(System.nanoTime() - begin < 8_000_000_000L, "no link waited for the other");
  }

  @Test
  void aLinkRemovedFromUnderAStuckServiceGivesItsPortsBack() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch forever = new CountDownLatch(1);
    PacketService stuck =
        (packet, connection) -> {
          entered.countDown();
          await(forever);
          return Verdict.CONTINUE;
        };
    engine.addService(stuck, Map.of("vtl.name", "stuck", "vtl.priority", 1));
    ports.port("vm").deliver(Rig.udp("1").build(frame));
    await(entered);
    engine.removeLink("lab");
    assertFalse(ports.port("vm").isOpen());
    assertFalse(ports.port("net").isOpen());
    assertEquals("STUCK", engine.runtime().services().getFirst().state());
    engine.addLink("lab", Rig.configuration());
    Rig.awaitUp(engine);
    ports.port("vm").deliver(Rig.udp("2").build(frame));
    assertTrue(ports.port("net").sent(out, 5_000));
    PacketAssert.that(out).payload("2");
    forever.countDown();
  }

  @Test
  void aPortThatOpensWhileItsLinkIsRemovedIsClosed() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    CountDownLatch opened = new CountDownLatch(1);
    PortProvider slow =
        (address, context) -> {
          entered.countDown();
          await(open);
          PacketPort port = ports.open(PortAddress.parse("memory:slow"), context);
          opened.countDown();
          return port;
        };
    engine.addProvider(slow, "slow");
    engine.addLink("second", Rig.configuration("vm.port", "slow:1", "network.port", "memory:net2"));
    await(entered);
    Thread remover = new Thread(() -> engine.removeLink("second"));
    remover.start();
    TimeUnit.MILLISECONDS.sleep(100);
    open.countDown();
    await(opened);
    remover.join();
    while (ports.port("slow").isOpen()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void nobodyWaitsForALinkThatHasEnded() throws Exception {
    EngineCore core = (EngineCore) engine;
    Lane lane = core.links().crew("lab").lane(0);
    engine.removeLink("lab");
    Thread asking = new Thread(() -> core.runOn(lane, () -> {}));
    asking.start();
    asking.join(5_000);
    assertFalse(asking.isAlive());
  }

  private void awaitState(String state) throws InterruptedException {
    while (!engine.runtime().services().getFirst().state().equals(state)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
