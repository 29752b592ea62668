package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.ConnectionListener;
import org.vtl.service.ServiceContext;
import org.vtl.service.TimerListener;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** Services that break the rules: what they break is their own. */
class SloppyServiceTest extends WithWorkers {
  private final Rig rig = new Rig("connections", 16);
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aStateThatCannotBeResetCostsTheTableNothing() {
    rig.add(
        "sloppy",
        200,
        new Rig.Taking() {
          private Slot<Object> slot;

          @Override
          public void attach(ServiceContext context) {
            slot =
                context.slot(
                    "state",
                    Object::new,
                    state -> {
                      throw new IllegalStateException("planned");
                    });
          }

          @Override
          public Verdict process(Packet packet, Connection connection) {
            connection.get(slot);
            return Verdict.CONTINUE;
          }
        });
    for (int round = 0; round < 3; round++) {
      for (int port = 1; port <= 40; port++) {
        rig.fromVm(Rig.udp("x").from("10.0.0.1:" + port));
        assertNotNull(rig.toNetwork());
      }
      assertEquals(16, rig.connections("").size());
      rig.pass(30_001);
      assertEquals(0, rig.connections("").size());
    }
  }

  @Test
  void aConnectionClosedWhileItIsClosingEndsOnce() {
    Closer closer = rig.add("closer", 200, new Closer());
    closer.closeAgain = true;
    for (int round = 0; round < 3; round++) {
      for (int port = 1; port <= 8; port++) {
        rig.fromVm(Rig.udp("x").from("10.0.0.1:" + port));
      }
      assertEquals(8, rig.connections("").size());
      rig.pass(30_001);
      assertEquals(0, rig.connections("").size());
    }
    assertEquals(24, closer.closed);
    assertEquals(0, rig.service("closer").failures());
  }

  @Test
  void aTimerStartedByTheEndOfItsConnectionNeverFires() {
    Closer closer = rig.add("closer", 200, new Closer());
    closer.startTimer = true;
    rig.fromVm(Rig.udp("x"));
    Connection ended = closer.last;
    rig.pass(30_001);
    assertEquals(1, closer.closed);
    assertEquals(Timers.NONE, closer.context.timers().start(ended, 1, 1));
    rig.fromVm(Rig.udp("y").from("10.0.0.1:7"));
    rig.pass(100);
    assertEquals(0, closer.fired);
  }

  @Test
  void aListenerThatOpensConnectionsDoesNotMixThemUp() {
    Closer closer = rig.add("closer", 200, new Closer());
    closer.open = Frames.udp().from("10.0.0.1:999").build(rig.pool.acquire());
    closer.open.setDirection(Direction.OUTBOUND);
    for (int port = 1; port <= 17; port++) {
      rig.fromVm(Rig.udp("x").from("10.0.0.1:" + port)); // the last evicts the first
    }
    assertEquals(1, rig.connections("port 17").size());
    assertEquals(1, rig.connections("port 999").size());
    assertEquals(16, rig.connections("").size());
    assertEquals(17, rig.allToNetwork().size());
  }

  @Test
  void aConnectionClosedInProcessIsNotTheNextOnes() {
    Closer closer = rig.add("closer", 200, new Closer());
    rig.add(
        "after",
        300,
        new Rig.Taking() {
          @Override
          public Verdict process(Packet packet, Connection connection) {
            seen.add(connection.isTracked() ? "tracked" : "untracked");
            return Verdict.CONTINUE;
          }
        });
    rig.handshake();
    seen.clear();
    closer.closeInProcess = true;
    closer.open = Frames.tcp().from("10.0.0.1:999").syn().build(rig.pool.acquire());
    closer.open.setDirection(Direction.OUTBOUND);
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("xy").timestamps(52, 70));
    assertEquals(List.of("untracked"), seen);
    assertNotNull(rig.toNetwork());
    assertEquals(1, rig.connections("").size());
    assertEquals(0, rig.connections("").getFirst().vm().delivered(), "nothing of 999 was sent");
  }

  @Test
  void greedyServicesTogetherLeaveTheLinkItsPackets() {
    try (Rig small = new Rig("packets", 128)) {
      for (int i = 1; i <= 3; i++) {
        small.add("greedy" + i, 200 + i, new Taker(i));
      }
      for (int i = 0; i < 600; i++) {
        small.fromVm(Rig.udp("x").to("10.0.0.2:" + (1 + i % 3)));
        small.fromVm(Rig.udp("abcdefgh").id(1_000 + i).fragment(16, false));
      }
      for (int i = 0; i < 10; i++) {
        small.fromVm(Rig.udp("through"));
        assertEquals(List.of("through"), small.payloadsToNetwork());
      }
      assertEquals(0, small.count("core/pool-exhausted"));
    }
  }

  @Test
  void aDepartedServiceMakesNothingAndStartsNothing() {
    Closer closer = rig.add("closer", 200, new Closer());
    rig.fromVm(Rig.udp("x"));
    rig.engine.removeService(closer);
    assertNull(closer.context.injector().newFrame(rig.link));
    assertNull(closer.context.injector().newPacket(closer.last, Direction.OUTBOUND));
    assertEquals(Timers.NONE, closer.context.timers().start(closer.last, 1, 1));
    rig.pass(5);
    assertEquals(0, closer.fired);
    assertEquals(
        Rig.workers * (256 - Lane.BATCH), rig.engine.runtime().links().getFirst().poolFree());
  }

  @Test
  void aTranslatorTooManyIsToldSoAndTheOthersTranslate() {
    List<Taker> translators = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      translators.add(rig.add("translator" + i, 200 + i, new Taker(0)));
    }
    List<Connection> of = new ArrayList<>();
    rig.add(
        "last",
        300,
        new Rig.Taking() {
          @Override
          public Verdict process(Packet packet, Connection connection) {
            of.add(connection);
            return Verdict.CONTINUE;
          }
        });
    rig.handshake();
    for (Taker one : translators.subList(0, 16)) {
      one.context.sequenceMap(of.getFirst()).inserted(Direction.OUTBOUND, 1000, 1);
    }
    assertThrows(
        IllegalStateException.class,
        () -> translators.getLast().context.sequenceMap(of.getFirst()));
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("ab").timestamps(60, 70));
    PacketAssert.that(rig.toNetwork()).tcp().seq(1016);
  }

  @Test
  void aTapIsNotShownAConnectionThatHasEnded() {
    Rig.Probe guard = rig.add("guard", 200, new Rig.Probe("guard", seen));
    rig.engine.addLink(
        "lab", Rig.configuration("connections", 16, "required", "guard", "hold.ms", 40_000));
    rig.turn();
    rig.engine.removeService(guard);
    rig.fromVm(Rig.udp("x"));
    rig.pass(31_000); // its connection is forgotten, and it still waits
    rig.engine.addTap(
        (point, packet, connection, verdict, reason) ->
            seen.add(point.kind() + (connection.isTracked() ? " tracked" : " untracked")),
        Map.of());
    rig.pass(10_000);
    assertEquals(List.of("DROP untracked"), seen);
  }

  @Test
  void aPacketStaysOnItsLink() {
    Taker taker = rig.add("taker", 200, new Taker(80));
    Link other =
        rig.engine.addLink(
            "other", Rig.configuration("vm.port", "memory:vm2", "network.port", "memory:net2"));
    rig.fromVm(Rig.udp("x"));
    Packet taken = taker.packets.getFirst();
    var injector = taker.context.injector();
    String why =
        assertThrows(IllegalStateException.class, () -> injector.inject(taken, other.untracked()))
            .getMessage();
    assertTrue(why.contains("not of link other"), why);
    assertEquals(1, rig.service("taker").held());
    injector.inject(taken, rig.owner().untracked());
    rig.turn();
    assertEquals(List.of("x"), rig.payloadsToNetwork());
  }

  @Test
  void howeverMuchADepartedServiceHeldComesBeforeWhatArrives() {
    try (Rig large = new Rig("packets", 2_048)) {
      Taker taker = large.add("taker", 200, new Taker(80));
      for (int i = 0; i < 700; i++) {
        large.fromVm(Rig.udp("" + i));
      }
      large.vm.deliver(Rig.udp("later").build(large.frame));
      large.engine.removeService(taker);
      large.turn();
      List<String> sent = large.payloadsToNetwork();
      assertEquals(701, sent.size());
      assertEquals("later", sent.getLast());
      assertEquals("699", sent.get(699));
    }
  }

  /** Takes what goes to one port, and keeps it. */
  private static final class Taker extends Rig.Taking {
    private final int port;
    private final List<Packet> packets = new ArrayList<>();

    Taker(int port) {
      this.port = port;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (packet.isUdp() && packet.udp().destinationPort() == port) {
        packets.add(packet);
        return Verdict.TAKE;
      }
      return Verdict.CONTINUE;
    }
  }

  /** Does in its callbacks what it should not. */
  private static final class Closer extends Rig.Taking
      implements ConnectionListener, TimerListener {
    boolean closeAgain;
    boolean startTimer;
    boolean closeInProcess;
    Packet open;
    Connection last;
    int closed;
    int fired;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      last = connection;
      if (closeInProcess) {
        closeInProcess = false;
        context.connections().close(connection);
      }
      return Verdict.CONTINUE;
    }

    @Override
    public void connectionClosed(Connection connection) {
      closed++;
      if (closeAgain) {
        context.connections().close(connection);
      }
      if (startTimer) {
        context.timers().start(connection, 1_000_000, 1);
      }
      if (open != null) {
        Packet once = open;
        open = null;
        context.connections().open(connection.link(), once);
      }
    }

    @Override
    public void timerExpired(Connection connection, long token) {
      fired++;
    }
  }
}
