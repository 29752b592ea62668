package org.vtl.tcp.internal.relay;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.connection.TcpState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.TimerListener;
import org.vtl.service.Verdict;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.Opening;
import org.vtl.tcp.Relay;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.TcpRelays;
import org.vtl.tcp.internal.stream.ChunkPool;

/**
 * Brings relays their packets. A connection without a relay is left at once, so it costs nothing;
 * opening a relay puts this service back into it.
 *
 * <pre>
 * counters  relays-opened, relays-refused, relays-finished, -spliced, -not-opened, -reset,
 *           -timed-out, -aborted, -stalled, -forgotten, memory-refused
 * reasons   relayed, fragment
 * shell     vtl:relays
 * see also  docs/tcp.md, {@link TcpRelays}
 * </pre>
 */
public final class TcpService
    implements PacketService, ConnectionListener, TimerListener, TcpRelays {
  /** The service's name in the pipeline. */
  public static final String NAME = "tcp";

  /** Just outside the services that decide about relays. */
  public static final int PRIORITY = 450;

  /** A timer's token: the connection's relay has reset both ends. */
  static final long CLOSE = 1;

  /** A connection's relay, or none any more. */
  private static final class Place {
    LiveRelay relay;

    /** Whether it had one that stood in for the peer: nothing passes to that until it is closed. */
    boolean isSealed;

    void clear() {
      relay = null;
      isSealed = false;
    }
  }

  private final Shares shares;
  private final InitialNumbers initialNumbers = new InitialNumbers();
  private final Readiness readiness = new Readiness();
  private final EveryWorker everyWorker = new EveryWorker(this);
  private final AtomicInteger open = new AtomicInteger();
  private volatile int mostRelays;
  private volatile long timeWaitNanos;
  private volatile boolean closing;
  private volatile ServiceContext context;
  private Slot<Place> places;
  private Slot<Worker> workers;
  private Outcomes outcomes;

  /** One whose streams have {@code pool}'s memory. */
  public TcpService(ChunkPool pool) {
    shares = new Shares(pool);
    limit(12_000, 1_000_000_000L);
  }

  /**
   * Sets what may change while it runs.
   *
   * @param mostRelays how many relays there may be at once
   * @param timeWaitNanos how long TIME-WAIT is held for an end that may not know it is over
   */
  public void limit(int mostRelays, long timeWaitNanos) {
    this.mostRelays = mostRelays;
    this.timeWaitNanos = timeWaitNanos;
  }

  @Override
  public void attach(ServiceContext context) {
    outcomes = new Outcomes(context);
    places = context.slot("relay", Place::new, Place::clear);
    workers = context.slot("worker", () -> new Worker(this), worker -> {});
    this.context = context;
  }

  @Override
  public void detach() {
    context = null;
  }

  // ---- for workers -----------------------------------------------------------------------------

  ServiceContext context() {
    return context;
  }

  Outcomes outcomes() {
    return outcomes;
  }

  InitialNumbers initialNumbers() {
    return initialNumbers;
  }

  Readiness readiness() {
    return readiness;
  }

  long timeWaitNanos() {
    return timeWaitNanos;
  }

  /** Relays there are. Any thread. */
  public int count() {
    return open.get();
  }

  // ---- packets ---------------------------------------------------------------------------------

  @Override
  public Verdict process(Packet packet, Connection connection) {
    Place place = connection.has(places) ? connection.get(places) : null;
    if (place == null) {
      connection.leave(this);
      return Verdict.CONTINUE;
    }
    return place.isSealed
        ? outcomes.relayed.drop(packet)
        : place.relay.process(packet, context.nanoTime());
  }

  private LiveRelay relay(Connection connection) {
    return connection.has(places) ? connection.get(places).relay : null;
  }

  @Override
  public void timerExpired(Connection connection, long token) {
    LiveRelay relay = relay(connection);
    if (relay != null) {
      relay.expired(context.nanoTime());
    } else if (token == CLOSE) {
      context.connections().close(connection);
    }
  }

  @Override
  public void connectionClosed(Connection connection) {
    LiveRelay relay = relay(connection);
    if (relay != null) {
      relay.connectionLost(context.nanoTime());
    }
  }

  /** A relay of {@code connection} has ended. */
  void retired(Connection connection, Relay.Kind kind, Ending why) {
    open.decrementAndGet();
    outcomes.ended(why);
    if (why == Ending.FORGOTTEN) {
      connection.clear(places);
      return;
    }
    boolean told =
        switch (why) {
          case RESET, TIMED_OUT, ABORTED, STALLED -> true;
          default -> false;
        };
    if (kind == Relay.Kind.SOCKET) {
      // What the VM sends now is not for the network: whoever decided that decides anew.
      Place place = connection.get(places);
      place.relay = null;
      place.isSealed = true;
    } else {
      connection.clear(places);
      connection.leave(this);
      if (!told || connection.vm().state() == TcpState.CLOSED) {
        return;
      }
      // What each end was told lies before numbers that the model has seen: it waits for more.
    }
    // Not now: what was made for its ends is on its way, and is to be the connection's.
    context.timers().start(connection, 0, CLOSE);
  }

  // ---- opening ---------------------------------------------------------------------------------

  @Override
  public Opening split(Packet syn, Connection connection, SplitOptions options) {
    Opening refusal = refusal(connection);
    if (refusal == null && !Admission.isFirst(syn, connection)) {
      refusal = Opening.UNSUITABLE;
    }
    if (refusal != null) {
      return refused(refusal);
    }
    Admission.check(options.vmSide());
    Admission.check(options.networkSide());
    SplitRelay relay = worker(connection.link()).split();
    opened(relay, connection);
    relay.open(syn, connection, options, context.nanoTime());
    return Opening.OPENED;
  }

  @Override
  public Opening insert(Connection connection, SplitOptions options) {
    Opening refusal = refusal(connection);
    if (refusal == null) {
      refusal = Admission.notLiving(connection);
    }
    if (refusal != null) {
      return refused(refusal);
    }
    Admission.check(options.vmSide());
    Admission.check(options.networkSide());
    SplitRelay relay = worker(connection.link()).split();
    opened(relay, connection);
    relay.insert(connection, options, context.nanoTime());
    return Opening.OPENED;
  }

  @Override
  public Opening connect(
      Packet syn, Connection connection, String owner, SideOptions vmSide, Dialer dialer) {
    Opening refusal = refusal(connection);
    if (refusal == null
        && (!Admission.isFirst(syn, connection) || syn.direction() != Direction.OUTBOUND)) {
      refusal = Opening.UNSUITABLE;
    }
    if (refusal == Opening.NO_MEMORY) {
      worker(connection.link()).awaitMemory(context.nanoTime()); // nothing carries it meanwhile
    }
    if (refusal != null) {
      return refused(refusal);
    }
    Admission.check(vmSide);
    SocketRelay relay = new SocketRelay(worker(connection.link()));
    opened(relay, connection);
    relay.open(syn, connection, owner, vmSide, dialer, context.nanoTime());
    return Opening.OPENED;
  }

  @Override
  public Opening acknowledge(Connection connection, LocalAcknowledgmentOptions options) {
    Opening refusal = refusal(connection);
    if (refusal == null && connection.isMidstream()) {
      refusal = Opening.UNKNOWN_NEGOTIATION;
    }
    if (refusal == null && connection.isEstablished()) {
      refusal = Admission.notLiving(connection);
    }
    if (refusal != null) {
      return refused(refusal);
    }
    if (options.vmData() != null) {
      Admission.check(options.vmData());
    }
    if (options.networkData() != null) {
      Admission.check(options.networkData());
    }
    SplitRelay relay = worker(connection.link()).split();
    opened(relay, connection);
    relay.acknowledge(connection, options, context.nanoTime());
    return Opening.OPENED;
  }

  /** What forbids any relay in {@code connection}, or null. */
  private Opening refusal(Connection connection) {
    if (context == null || closing) {
      return Opening.UNAVAILABLE;
    }
    if (!connection.isTracked() || connection.protocol() != Protocol.TCP) {
      return Opening.UNSUITABLE;
    }
    if (relay(connection) != null) {
      return Opening.TAKEN;
    }
    Worker worker = worker(connection.link());
    int free = mostRelays - open.get();
    if (free <= 0 || worker.share().hasItsRelays(free) || worker.isOpeningMany()) {
      return Opening.TOO_MANY;
    }
    return worker.share().memory.isLow() ? Opening.NO_MEMORY : null;
  }

  private Opening refused(Opening why) {
    Outcomes counted = outcomes;
    if (counted != null) {
      counted.refused();
    }
    return why;
  }

  /** The worker of {@code link} whose thread this is. */
  Worker worker(Link link) {
    Worker worker = link.untracked().get(workers);
    if (worker.share() == null) {
      worker.belong(shares.of(link.name()));
    }
    return worker;
  }

  private void opened(LiveRelay relay, Connection connection) {
    open.incrementAndGet();
    outcomes.opened();
    worker(connection.link()).add(relay);
    connection.get(places).relay = relay;
    connection.rejoin(this);
  }

  // ---- those there are -------------------------------------------------------------------------

  @Override
  public Relay of(Connection connection) {
    return context == null ? null : relay(connection);
  }

  @Override
  public Verdict taken(Packet packet) {
    return outcomes.relayed.drop(packet);
  }

  @Override
  public void leaveAll(String owner) {
    everyWorker.leave(relay -> relay.owner().equals(owner));
  }

  @Override
  public List<RelayInfo> relays(int limit) {
    return everyWorker.relays(limit);
  }

  /**
   * Opens no more, takes out what can be taken out, and after {@code patience} ends the rest with a
   * RST to each end. Any thread but a worker's; returns when none is left.
   */
  public void close(long patience, TimeUnit unit) throws InterruptedException {
    closing = true;
    long end = System.nanoTime() + unit.toNanos(patience);
    everyWorker.leave(relay -> true);
    while (open.get() > 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    everyWorker.abort();
    readiness.close();
  }
}
