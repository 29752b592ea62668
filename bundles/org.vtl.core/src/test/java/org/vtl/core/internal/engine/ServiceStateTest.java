package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.connection.Slot;
import org.vtl.packet.Packet;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.StateHandover;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** What services keep in connections, and what becomes of it when they leave and come. */
class ServiceStateTest extends WithWorkers {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void twoServicesNeverShareAPlaceInAConnection() {
    rig.add("heir", 200, new Heir(1));
    Heir young = rig.add("heir", 200, new Heir(2));
    rig.engine.removeService(young); // the first is in its place again, and its slot still its own
    rig.add("keeper", 300, new Keeper());
    for (int i = 1; i <= 3; i++) {
      rig.fromVm(Rig.udp("x"));
    }
    Heir next = rig.add("heir", 200, new Heir(3));
    rig.fromVm(Rig.udp("x"));
    assertEquals(4, next.lastCount);
  }

  @Test
  void aNumberGivenToAnotherServiceIsLeftByNoConnection() {
    for (int i = 0; i < 64; i++) {
      PacketService leaver =
          new PacketService() {
            @Override
            public Verdict process(Packet packet, Connection connection) {
              connection.leave(this);
              return Verdict.CONTINUE;
            }
          };
      rig.add("leaver" + i, 200, leaver);
      rig.fromVm(Rig.udp("x"));
      rig.engine.removeService(leaver);
    }
    List<String> seen = new ArrayList<>();
    rig.add("new", 200, new Rig.Probe("new", seen));
    rig.fromVm(Rig.udp("x"));
    assertEquals(List.of("new>"), seen);
  }

  @Test
  void aStateIsMadeOnceRecycledAndNeverShared() {
    Keeper keeper = rig.add("keeper", 200, new Keeper());
    rig.fromVm(Rig.udp("x"));
    State first = keeper.last;
    rig.fromVm(Rig.udp("x"));
    assertSame(first, keeper.last);
    assertEquals(2, first.count);
    rig.fromVm(Rig.udp("x").from("10.0.0.1:7"));
    State second = keeper.last;
    assertNotSame(first, second);
    rig.pass(30_001);
    assertEquals(List.of("open 5555", "open 7", "closed 5555", "closed 7"), keeper.events);
    rig.fromVm(Rig.udp("x").from("10.0.0.1:8"));
    assertTrue(keeper.last == first || keeper.last == second, "recycled");
    assertEquals(1, keeper.last.count, "and fresh");
  }

  @Test
  void aDepartedServicesStateIsLetGo() {
    Keeper keeper = rig.add("keeper", 200, new Keeper());
    rig.fromVm(Rig.udp("x"));
    WeakReference<State> state = new WeakReference<>(keeper.last);
    WeakReference<Keeper> service = new WeakReference<>(keeper);
    rig.engine.removeService(keeper);
    rig.turn();
    keeper = null;
    for (int i = 0; i < 50 && (state.get() != null || service.get() != null); i++) {
      System.gc();
    }
    assertSame(null, state.get());
    assertSame(null, service.get());
    assertEquals(1, rig.connections("").size(), "the connection lives on");
  }

  @Test
  void aSuccessorGetsWhatItsPredecessorSaved() {
    Heir old = rig.add("heir", 200, new Heir(1));
    rig.fromVm(Rig.udp("x"));
    rig.fromVm(Rig.udp("x"));
    rig.engine.removeService(old);
    Heir young = rig.add("heir", 200, new Heir(2));
    rig.fromVm(Rig.udp("x"));
    assertEquals(3, young.lastCount);
    // Also when the successor is there before its predecessor leaves.
    Heir youngest = rig.add("heir", 200, new Heir(3));
    rig.engine.removeService(young);
    rig.fromVm(Rig.udp("x"));
    assertEquals(4, youngest.lastCount);
  }

  @Test
  void whatIsKeptByLinkIsHandedOverToo() {
    Heir old = rig.add("heir", 200, new Heir(1));
    rig.fromVm(Frames.arpRequest());
    rig.fromVm(Frames.arpRequest());
    rig.engine.removeService(old);
    Heir young = rig.add("heir", 200, new Heir(2));
    rig.fromVm(Frames.arpRequest());
    assertEquals(3, young.lastCount);
  }

  @Test
  void aSuccessorThatComesTooLateFindsNothing() {
    Heir old = rig.add("heir", 200, new Heir(1));
    rig.handshake();
    rig.engine.removeService(old);
    rig.clock.advance(61_000 * Rig.MILLI);
    rig.turn();
    Heir late = rig.add("heir", 200, new Heir(2));
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).timestamps(52, 70));
    assertEquals(1, late.lastCount);
  }

  @Test
  void aStateTooManyIsCountedAndNotKept() {
    int each = Estate.CHUNK_BYTES / 64;
    int kept = Estate.MOST_BYTES / Estate.CHUNK_BYTES / Rig.workers * 64;
    Estate estate = new Estate((Lane) rig.link, kept + 2);
    ByteBuffer state = ByteBuffer.allocate(each - Estate.HEADER_BYTES).put(0, (byte) 7);
    for (int place = 0; place < kept + 2; place++) {
      estate.add(place, 1_000L + place, state.rewind());
    }
    assertEquals(2, rig.count("core/states-lost"));
    assertEquals(state.rewind(), estate.remove(kept - 1, 999L + kept));
    assertSame(null, estate.remove(kept - 1, 999L + kept), "once");
    assertSame(null, estate.remove(kept, 1_000L + kept));
    assertSame(null, estate.remove(kept + 2, 5), "a place made since");
    assertSame(null, estate.remove(0, 5), "another connection's place");
  }

  private static final class State {
    private int count;
  }

  private static final class Keeper implements PacketService, ConnectionListener {
    private final List<String> events = new ArrayList<>();
    private Slot<State> slot;
    private State last;

    @Override
    public void attach(ServiceContext context) {
      slot = context.slot("state", State::new, state -> state.count = 0);
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      last = connection.get(slot);
      last.count++;
      return Verdict.CONTINUE;
    }

    @Override
    public void connectionOpened(Connection connection) {
      events.add("open " + connection.vm().port());
    }

    @Override
    public void connectionClosed(Connection connection) {
      events.add("closed " + connection.vm().port());
    }
  }

  private static final class Heir implements PacketService, StateHandover {
    private final int version;
    private Slot<State> slot;
    private int lastCount;

    Heir(int version) {
      this.version = version;
    }

    @Override
    public void attach(ServiceContext context) {
      slot = context.slot("state", State::new, state -> state.count = 0);
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      lastCount = ++connection.get(slot).count;
      return Verdict.CONTINUE;
    }

    @Override
    public boolean save(Connection connection, ByteBuffer to) {
      if (!connection.has(slot)) {
        return false;
      }
      to.put((byte) version).putInt(connection.get(slot).count);
      return true;
    }

    @Override
    public void restore(Connection connection, ByteBuffer from) {
      assertTrue(from.get() < version);
      connection.get(slot).count = from.getInt();
    }
  }
}
