package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.connection.Slot;
import org.vtl.packet.Packet;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.Explanation;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.StateHandover;
import org.vtl.service.TimerListener;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** What services keep: timers, state in connections; and what can be seen of them. */
class ServiceStateTest extends WithWorkers {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aTimerFiresOnceAndNeverEarly() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    long asked = rig.clock.nanos();
    long delay = 2_500_000;
    ticker.start(delay, 7);
    rig.pass(2);
    assertEquals(List.of(), ticker.tokens);
    rig.pass(2);
    assertEquals(List.of(7L), ticker.tokens);
    assertTrue(ticker.firedNanos - asked >= delay);
    rig.pass(10_000);
    assertEquals(List.of(7L), ticker.tokens);
  }

  @Test
  void timersFireInOrderAlsoOverManyTurnsOfTheWheel() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    ticker.start(20_000 * Rig.MILLI, 3);
    ticker.start(10 * Rig.MILLI, 1);
    ticker.start(5_000 * Rig.MILLI, 2);
    long cancelled = ticker.start(8_000 * Rig.MILLI, 9);
    ticker.context.timers().cancel(cancelled);
    ticker.context.timers().cancel(Timers.NONE);
    rig.pass(19_999);
    assertEquals(List.of(1L, 2L), ticker.tokens);
    rig.pass(2);
    assertEquals(List.of(1L, 2L, 3L), ticker.tokens);
    rig.clock.advance(3_600_000 * Rig.MILLI);
    rig.turn();
    assertEquals(3, ticker.tokens.size());
  }

  @Test
  void aTimerOfCenturiesDoesNotFireAtOnce() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    rig.clock.advance(1_000 * Rig.MILLI);
    ticker.start(Long.MAX_VALUE, 1);
    ticker.context.timers().cancel(Long.MIN_VALUE | Integer.MIN_VALUE & 0xffff_ffffL);
    rig.pass(20);
    assertEquals(List.of(), ticker.tokens);
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
  void timersEndWithTheirConnectionAndTheirService() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    ticker.start(60_000 * Rig.MILLI, 1);
    rig.pass(30_001); // UDP without an answer is forgotten after 30 s
    assertEquals(0, rig.connections("").size());
    rig.pass(40_000);
    assertEquals(List.of(), ticker.tokens);
    rig.fromVm(Rig.udp("x"));
    ticker.start(5 * Rig.MILLI, 2);
    rig.engine.removeService(ticker);
    rig.pass(10);
    assertEquals(List.of(), ticker.tokens);
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

  @Test
  void nothingIsAllocatedPerPacket() {
    rig.add("near", 100, new Quiet());
    rig.add("far", 800, new Quiet());
    rig.handshake();
    Packet out =
        Frames.tcp().seq(1000).ack(9000).payload("data").timestamps(60, 70).build(rig.frame);
    Packet in = rig.pool.acquire();
    Rig.tcpBack().seq(9000).ack(1004).timestamps(80, 60).build(in);
    AllocationProbe.assertNone(
        20_000,
        () -> {
          rig.vm.deliver(out);
          rig.net.deliver(in);
          rig.engine.step();
          rig.net.clear();
          rig.vm.clear();
        });
    Packet arp = Frames.arpRequest().build(rig.frame);
    AllocationProbe.assertNone(
        20_000,
        () -> {
          rig.vm.deliver(arp);
          rig.engine.step();
          rig.net.clear();
        });
    rig.pool.release(in);
  }

  @Test
  void noConnectionIsAllocatedEither() {
    rig.add("near", 100, new Quiet());
    Packet syn = Frames.tcp().syn().build(rig.frame);
    int[] port = {0};
    AllocationProbe.assertNone(
        20_000,
        () -> {
          syn.tcp().setSourcePort(++port[0] & 0xffff);
          syn.seal(false);
          rig.vm.deliver(syn);
          rig.engine.step();
          rig.net.clear();
        });
  }

  @Test
  void aTraceTellsEachStage() throws Exception {
    PacketService changer =
        (packet, connection) -> {
          packet.ipv4().setTimeToLive(9);
          return Verdict.CONTINUE;
        };
    rig.add("changer", 100, changer);
    Rig.Probe drop = rig.add("dropper", 200, new Rig.Probe("d", new ArrayList<>()));
    List<TraceEvent> events = new ArrayList<>();
    try (VtlRuntime.Tracing trace = rig.engine.runtime().trace("udp", 2, events::add)) {
      rig.fromVm(Frames.arpRequest());
      rig.fromVm(Rig.udp("x"));
      drop.verdict = Verdict.DROP;
      rig.fromVm(Rig.udp("y"));
      rig.fromVm(Rig.udp("z"));
      assertTrue(trace.isDone());
    }
    assertEquals(2, events.size());
    TraceEvent sent = events.getFirst();
    assertEquals("SENT", sent.fate());
    assertEquals(
        List.of("arrival", "changer", "dropper", "departure"),
        sent.stages().stream().map(TraceEvent.Stage::point).toList());
    assertEquals(List.of("22: 40 > 09"), sent.stages().get(1).changed());
    TraceEvent dropped = events.getLast();
    assertEquals("DROPPED", dropped.fate());
    assertEquals("core/unspecified", dropped.stages().getLast().reason());
  }

  @Test
  void explainSaysWhoSeesWhatAndWhy() {
    rig.add("all", 100, new Quiet());
    rig.engine.addService(
        new Quiet(),
        Map.of("vtl.name", "tcp", "vtl.priority", 2, "vtl.protocols", new String[] {"TCP"}));
    rig.engine.addService(
        new Quiet(),
        Map.of("vtl.name", "else", "vtl.priority", 3, "vtl.links", new String[] {"other"}));
    var fresh = rig.engine.runtime().explain("lab", "udp 10.0.0.1:5 > 10.0.0.2:6");
    assertEquals(
        Map.of(
            "all", "in the chain",
            "tcp", "does not ask for UDP",
            "else", "does not serve this link"),
        reasons(fresh.stages()));
    assertEquals(0, fresh.connection());
    rig.handshake();
    var existing = rig.engine.runtime().explain("", "tcp 10.0.0.2:80 > 10.0.0.1:5555");
    assertEquals(rig.connections("tcp").getFirst().id(), existing.connection());
    assertEquals("in the chain", reasons(existing.stages()).get("tcp"));
  }

  private static Map<String, String> reasons(List<Explanation.Stage> stages) {
    Map<String, String> reasons = new HashMap<>();
    stages.forEach(stage -> reasons.put(stage.service(), stage.why()));
    return reasons;
  }

  @Test
  void connectionsAreFilteredAndSorted() {
    rig.handshake();
    rig.fromVm(
        Rig.udp("a longer payload than the handshake's all together, to come first".repeat(10)));
    rig.fromVm(Frames.echo(5, 1));
    rig.fromVm(Frames.udp().from("[fd00::1]:9").to("[fd00::2]:53").payload("x"));
    assertEquals(4, rig.connections("").size());
    assertEquals(1, rig.connections("tcp and state established").size());
    assertEquals(1, rig.connections("udp and not ipv6").size());
    assertEquals(3, rig.connections("not ipv6").size());
    assertEquals(1, rig.connections("host fd00::2").size());
    assertEquals(2, rig.connections("port 80").size());
    assertEquals(1, rig.connections("icmp link lab").size());
    assertEquals(0, rig.connections("service nobody").size());
    for (String wrong : List.of("smoke 5", "port", "port x", "host 1.2.3", "state up", "not")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> rig.connections(wrong)).getMessage();
      assertTrue(message.endsWith("."), message);
    }
    var bySize = rig.engine.runtime().connections(new ConnectionQuery("", "bytes", 0, 1));
    assertEquals(4, bySize.total());
    assertEquals("udp", bySize.connections().getFirst().protocol());
  }

  private static final class Quiet implements PacketService {
    private long count;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      count++;
      return Verdict.CONTINUE;
    }
  }

  private static final class Ticker extends Rig.Taking implements TimerListener {
    private final List<Long> tokens = new ArrayList<>();
    private Connection of;
    private long firedNanos;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      of = connection;
      return Verdict.CONTINUE;
    }

    long start(long delayNanos, long token) {
      return context.timers().start(of, delayNanos, token);
    }

    @Override
    public void timerExpired(Connection connection, long token) {
      tokens.add(token);
      firedNanos = context.nanoTime();
    }
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
