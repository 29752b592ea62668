package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Slot;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.StateHandover;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** A service is replaced where there are more connections than one round takes over. */
class SuccessionTest {
  private static final int CONNECTIONS = 4 * Succession.STRIDE;

  private final Rig rig = new Rig("connections", 2 * CONNECTIONS, "workers", 1);
  private final Lane lane = (Lane) rig.link;
  private final Counting old = rig.add("counting", 200, new Counting());
  private final Counting young = new Counting();

  /**
   * Of a service's own: replaces {@link #old} while its lane is turned, so that it is not waited.
   */
  private final PacketService replacing =
      (packet, connection) -> {
        if (packet.isArp()) {
          rig.engine.addService(young, Map.of("vtl.name", "counting", "vtl.priority", 200));
        }
        return Verdict.CONTINUE;
      };

  @BeforeEach
  void open() {
    rig.add("replacing", 100, replacing);
    for (int i = 0; i < CONNECTIONS; i++) {
      Connection connection = old.context.connections().open(rig.link, key(i));
      connection.get(old.slot).count = i;
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static ConnectionKey key(int i) {
    return new ConnectionKey(
        Protocol.UDP, 0, Packet.mapped(0x0a000001), i + 1, 0, Packet.mapped(0x0a000002), 80, 0);
  }

  /** One round in which the successor enters, and one that takes it up. */
  private void replace() {
    rig.vm.deliver(Frames.arpRequest().build(rig.frame));
    rig.engine.step();
    assertEquals(0, old.saved.size());
    rig.engine.step();
    assertEquals(Succession.STRIDE, old.saved.size());
    assertTrue(lane.succession().isUnderWay());
  }

  private void packetOf(int i) {
    rig.vm.deliver(Frames.udp().from("10.0.0.1:" + (i + 1)).payload("x").build(rig.frame));
    rig.engine.step();
  }

  @Test
  void eachRoundTakesOverAPartAndEachConnectionOnce() {
    replace();
    assertFalse(
        lane.planner().hasPassed(lane.plan().pipeline.version()), "the old bundle is still needed");
    rig.turn();
    assertTrue(lane.planner().hasPassed(lane.plan().pipeline.version()));
    assertFalse(lane.succession().isUnderWay());
    assertEquals(CONNECTIONS, old.saved.size());
    assertEquals(1, old.saved.values().stream().mapToInt(times -> times).max().orElseThrow());
    assertEquals(CONNECTIONS, young.restored);
    lane.table().forEach(connection -> assertFalse(connection.has(old.slot)));
    lane.table().forEach(each -> assertEquals(each.vm().port() - 1, each.get(young.slot).count));
  }

  @Test
  void aConnectionThatIsSeenBeforeItsTurnIsTakenOverFirst() {
    replace();
    int last = CONNECTIONS - 1;
    packetOf(last);
    assertEquals(last + 1, young.lastCount);
    Connection found = young.context.connections().find(rig.link, key(last - 1));
    assertEquals(last - 1, found.get(young.slot).count);
    assertFalse(found.has(old.slot));
    rig.turn();
    assertEquals(CONNECTIONS, young.restored, "and not once more");
    assertEquals(last + 1, lane.table().find(key(last)).get(young.slot).count);
  }

  @Test
  void aConnectionThatEndsBeforeItsTurnIsTakenOverFirst() {
    replace();
    int last = CONNECTIONS - 1;
    lane.table().close(lane.table().find(key(last)));
    assertEquals(last, young.closedCount);
    packetOf(last); // another, in its place
    assertEquals(1, young.lastCount);
    rig.turn();
    assertEquals(CONNECTIONS, young.restored);
  }

  @Test
  void aSecondReplacementWaitsForTheFirst() {
    replace();
    Counting third = rig.add("counting", 200, new Counting());
    rig.turn();
    assertEquals(CONNECTIONS, young.restored);
    assertEquals(CONNECTIONS, third.restored);
    lane.table().forEach(each -> assertEquals(each.vm().port() - 1, each.get(third.slot).count));
  }

  @Test
  void theBundleGoesOnceItHasBeenAskedAboutAll() {
    replace();
    rig.engine.removeService(old);
    assertEquals(CONNECTIONS, old.saved.size());
    assertTrue(old.detached);
    rig.turn();
    assertFalse(old.afterDetach);
    assertEquals(CONNECTIONS, young.restored);
  }

  private static final class State {
    private int count;
  }

  private static final class Counting implements PacketService, StateHandover, ConnectionListener {
    private final Map<Integer, Integer> saved = new HashMap<>();
    private ServiceContext context;
    private Slot<State> slot;
    private int restored;
    private int lastCount;
    private int closedCount;
    private boolean detached;
    private boolean afterDetach;

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
      slot = context.slot("state", State::new, state -> state.count = 0);
    }

    @Override
    public void detach() {
      detached = true;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (connection.isTracked()) {
        lastCount = ++connection.get(slot).count;
      }
      return Verdict.CONTINUE;
    }

    @Override
    public void connectionClosed(Connection connection) {
      closedCount = connection.get(slot).count;
    }

    @Override
    public boolean save(Connection connection, ByteBuffer to) {
      afterDetach |= detached;
      if (!connection.isTracked()) {
        return false;
      }
      saved.merge(connection.vm().port(), 1, Integer::sum);
      to.putInt(connection.get(slot).count);
      return true;
    }

    @Override
    public void restore(Connection connection, ByteBuffer from) {
      restored++;
      connection.get(slot).count = from.getInt();
    }
  }
}
