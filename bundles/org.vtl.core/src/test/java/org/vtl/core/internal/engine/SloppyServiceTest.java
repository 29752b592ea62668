package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.connection.Slot;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.ConnectionListener;
import org.vtl.service.ServiceContext;
import org.vtl.service.TimerListener;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** Services that break the rules: what they break is their own. */
class SloppyServiceTest {
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
