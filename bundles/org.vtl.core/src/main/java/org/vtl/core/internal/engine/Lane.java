package org.vtl.core.internal.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Link;
import org.vtl.core.internal.connection.ConnectionOwner;
import org.vtl.core.internal.connection.ConnectionTable;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.port.Fanout;
import org.vtl.port.PacketPort;
import org.vtl.service.PacketService;
import org.vtl.service.Timers;

/**
 * One worker of a link, mostly its only one: owns its ports, packets, connections and timers, and
 * turns the duty cycle: poll, parse, track, dispatch, transmit, and the tail of timers, injected
 * packets and commands. One thread at a time turns it; what other threads want goes through {@link
 * #submit}.
 */
final class Lane implements Link, ConnectionOwner {
  /** Lanes there can be in one engine. */
  static final int MAX_LANES = 64;

  /** Packets that cross a port in one call. */
  static final int BATCH = 64;

  /** One in so many packets is never kept waiting, so that some are always free to arrive. */
  private static final int RESERVE_PART = 8;

  private static final int TAIL_LIMIT = 512;
  private static final int TIMERS = 16_384;

  private final EngineCore engine;
  private final Crew crew;
  private final int worker;
  private final int index;
  private volatile LinkSettings settings;

  private final LinkPort vmPort;
  private final LinkPort networkPort;
  private final Egress toVm;
  private final Egress toNetwork;
  private final PacketPool pool;
  private final Ingress ingress;
  private final ConnectionTable table;
  private final TrackedConnection untracked;
  private final TimerWheel timers;
  private final Dispatcher dispatcher;
  private final HoldQueue held;
  private final Injection injection;
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger commandCount = new AtomicInteger();
  private final Waiter waiter = new Waiter();
  private final KernelPath kernelPath = new KernelPath(this);
  private final LaneStatistics statistics = new LaneStatistics();
  private final IdleStrategy idling = new IdleStrategy(statistics);

  private Plan plan;
  private boolean settingsChanged;

  /** Numbers of services that leave the link with the next plan. */
  private long leaving;

  private volatile long boundary = -1;
  private volatile Thread owner;
  private volatile long rounds;
  private long roundNanos;
  private volatile boolean closing;
  private volatile boolean closed;

  /** Worker {@code worker} of a link; {@code where} begins sentences about its configuration. */
  Lane(EngineCore engine, Crew crew, int worker, int index, LinkSettings settings, String where) {
    this.engine = engine;
    this.crew = crew;
    this.worker = worker;
    this.index = index;
    this.settings = settings;
    vmPort = new LinkPort(this, settings.vmPort(), "vm", where);
    networkPort = new LinkPort(this, settings.networkPort(), "network", where);
    toVm = new Egress(this, vmPort);
    toNetwork = new Egress(this, networkPort);
    pool = new PacketPool(settings.packets());
    for (int i = 0; i < pool.capacity(); i++) {
      pool.packet(i).attach(new PacketState(pool.packet(i), this));
    }
    dispatcher = new Dispatcher(this);
    table =
        new ConnectionTable(
            this, settings.connections(), engine.secret(), index + 1L, MAX_LANES, dispatcher);
    ingress = new Ingress(this);
    held = new HoldQueue(this);
    injection = new Injection(this);
    untracked = new TrackedConnection(this, false);
    timers = new TimerWheel(index, engine.nextSerial(), TIMERS, engine.nanoTime());
    plan = Plan.first(this);
  }

  // ---- Link and ConnectionOwner ----------------------------------------------------------------

  @Override
  public String name() {
    return crew.name();
  }

  @Override
  public int worker() {
    return worker;
  }

  @Override
  public int workers() {
    return crew.workers();
  }

  @Override
  public Lane owner(ConnectionKey key) {
    return crew.lane(
        Fanout.worker(
            key.vmHigh(), key.vmLow(), key.networkHigh(), key.networkLow(), crew.workers()));
  }

  @Override
  public Connection untracked() {
    return untracked;
  }

  @Override
  public void execute(Runnable task) {
    submit(() -> dispatcher.visit(null, task));
  }

  @Override
  public Link link() {
    return this;
  }

  @Override
  public int serviceId(PacketService service) {
    // In its own plan: the newest pipeline may lack a service that the worker is still in.
    return plan.pipeline.idOf(service);
  }

  @Override
  public long left(TrackedConnection connection) {
    return plan.left(connection);
  }

  @Override
  public void fit(TrackedConnection connection, long left) {
    plan.fit(connection, left);
  }

  @Override
  public boolean isInvalid(Packet packet) {
    return ((PacketState) packet.attachment()).invalid;
  }

  @Override
  public void wanted(TrackedConnection connection) {
    kernelPath.takeBack(connection);
  }

  // ---- parts, for the classes of this package --------------------------------------------------

  int index() {
    return index;
  }

  Crew crew() {
    return crew;
  }

  /** The link's name, and where it has several workers, which of them this is. */
  String label() {
    return crew.workers() == 1 ? name() : name() + "/" + worker;
  }

  EngineCore engine() {
    return engine;
  }

  Reasons reasons() {
    return engine.reasons();
  }

  LinkSettings settings() {
    return settings;
  }

  LaneStatistics statistics() {
    return statistics;
  }

  LinkPort vmPort() {
    return vmPort;
  }

  LinkPort networkPort() {
    return networkPort;
  }

  ConnectionTable table() {
    return table;
  }

  TimerWheel timers() {
    return timers;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  PacketPool pool() {
    return pool;
  }

  Plan plan() {
    return plan;
  }

  Injection injection() {
    return injection;
  }

  KernelPath kernelPath() {
    return kernelPath;
  }

  long now() {
    return engine.nanoTime();
  }

  TrackedConnection untrackedConnection() {
    return untracked;
  }

  // ---- the duty cycle --------------------------------------------------------------------------

  /** Turns until the lane is closed or another thread has taken it over. */
  void turn() {
    Thread me = Thread.currentThread();
    owner = me;
    try {
      while (owner == me && !closing) {
        guardedRound();
      }
    } catch (AbandonedException e) {
      return; // another thread turns the lane now; nothing of it may be touched
    }
    boundary = Long.MAX_VALUE;
  }

  /** A round whose exceptions, which only a fault of the engine itself can cause, end nothing. */
  private void guardedRound() {
    try {
      if (round() > 0) {
        idling.worked(roundNanos);
      } else if (idling.spins(settings.spin(), roundNanos)) {
        Thread.onSpinWait();
      } else {
        rest();
      }
    } catch (AbandonedException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      fault(e);
    }
  }

  /** Frees what was under way when the engine failed; all that waits has another owner. */
  void fault(Throwable why) {
    statistics.engineFaults++;
    engine.failures().note("the engine on link " + label(), why);
    reclaim(reasons().engineFault);
  }

  private void reclaim(Reason reason) {
    for (int i = 0; i < pool.capacity(); i++) {
      PacketState state = (PacketState) pool.packet(i).attachment();
      if (state.owner == PacketState.Owner.LANE) {
        statistics.drops[reason.code()]++;
        free(state);
      }
    }
  }

  /** One round; returns how much was done. */
  int round() {
    rounds++;
    replan();
    long now = now();
    roundNanos = now;
    int work = kernelPath.tend(now);
    work += ingress.finish(now);
    work += ingress.takeOver(now);
    work += ingress.poll(vmPort, Direction.OUTBOUND, now);
    work += ingress.poll(networkPort, Direction.INBOUND, now);
    toVm.flush(); // before the rest: somebody waits for an answer
    toNetwork.flush();
    work += timers.advance(now, TAIL_LIMIT, dispatcher);
    work += injection.drain(TAIL_LIMIT);
    work += runCommands();
    work += ingress.expire(now);
    work += held.expire(now);
    work += table.expire(now, TAIL_LIMIT);
    toVm.flush();
    toNetwork.flush();
    return work;
  }

  /** Sends a tracked packet from the beginning of its chain on, or has it wait. */
  void enter(PacketState state, long now) {
    dispatcher.tapArrival(state);
    proceed(state, now);
  }

  /** Sends a packet on from where it stands, or has it wait for a required service. */
  void proceed(PacketState state, long now) {
    if (plan.isOpen() && held.size() == 0) {
      dispatcher.run(state);
    } else {
      held.add(state, now);
    }
  }

  private int runCommands() {
    int count = 0;
    while (count < TAIL_LIMIT) {
      Runnable command = commands.poll();
      if (command == null) {
        break;
      }
      commandCount.decrementAndGet();
      try {
        command.run();
      } catch (AbandonedException e) {
        throw e;
      } catch (RuntimeException | Error e) {
        engine.failures().note("a command of the engine on link " + label(), e);
      }
      count++;
    }
    return count;
  }

  // ---- changes of the pipeline -----------------------------------------------------------------

  /** Takes up the newest pipeline now, of a stepped engine that is between two rounds. */
  void takeUp() {
    replan();
  }

  /** Between two packets: takes up the newest pipeline and settings. */
  private void replan() {
    Pipeline newest = engine.registry().pipeline();
    if (newest != plan.pipeline || settingsChanged || leaving != 0) {
      settingsChanged = false;
      Plan old = plan;
      plan = old.next(newest, this, leaving);
      kernelPath.invalidate();
      leaving = 0;
      dispatcher.changed(old, plan);
      injection.drain(
          injection.size()); // what departed services held comes before what arrives now
    }
    if (plan.isOpen() && held.size() > 0) {
      held.release();
    }
    boundary = newest.version();
  }

  /** Whether this lane has taken up pipeline {@code version}, so is in no service that it lacks. */
  boolean hasPassed(long version) {
    return boundary >= version;
  }

  /** From the next batch on shows {@code entry} nothing any more, until it changes or rejoins. */
  void leave(ServiceEntry entry) {
    if (plan.pipeline.contains(entry)) {
      leaving |= 1L << entry.id;
    }
  }

  /** Changes what a running lane can change. Any thread. */
  void change(LinkSettings newSettings) {
    submit(
        () -> {
          settings = newSettings;
          settingsChanged = true;
        });
  }

  // ---- packets ---------------------------------------------------------------------------------

  /** Whether packets wait for a required service. */
  boolean isHolding() {
    return held.size() > 0;
  }

  /** A free packet in this lane's hands, or null. */
  Packet acquire() {
    Packet packet = pool.acquire();
    if (packet != null) {
      ((PacketState) packet.attachment()).begin(PacketState.Owner.LANE);
    }
    return packet;
  }

  void free(PacketState state) {
    state.owner = PacketState.Owner.POOL;
    pool.release(state.packet);
  }

  /** Counts and frees a packet that goes nowhere. */
  void discard(PacketState state, Reason reason) {
    state.packet.setReasonCode(reason.code());
    statistics.drops[reason.code()]++;
    dispatcher.tapDrop(state, reason);
    free(state);
  }

  /** Sends a packet that has passed its chain. */
  void depart(PacketState state) {
    (state.packet.direction() == Direction.OUTBOUND ? toNetwork : toVm).send(state);
  }

  /** Whether so few packets are free that those left are for what arrives, not for what waits. */
  boolean isPoolLow() {
    return sparePackets() <= 0;
  }

  /** Packets that may still be kept waiting, by services and queues together. */
  int sparePackets() {
    return pool.available() - pool.capacity() / RESERVE_PART;
  }

  // ---- for services ----------------------------------------------------------------------------

  /** Refuses other threads than the one that turns this lane. */
  void requireThread() {
    Thread turning = owner;
    if (turning != null && turning != Thread.currentThread()) {
      throw new IllegalStateException(
          "This must run on the worker of link "
              + label()
              + "; give it to link.execute(...) from another thread.");
    }
  }

  /** The lane's own object for a connection that a service names. */
  TrackedConnection own(Connection connection) {
    return (TrackedConnection) connection;
  }

  long startTimer(ServiceEntry entry, TrackedConnection of, long delayNanos, long token) {
    if (!entry.isServing() || of.isTracked() && !of.isLive()) {
      return Timers.NONE; // it would fire in a departed bundle, or for the place's next connection
    }
    kernelPath.takeBack(of);
    long timer = timers.start(entry, of, now(), delayNanos, token);
    if (timer == Timers.NONE) {
      statistics.timersExhausted++;
    }
    return timer;
  }

  void cancelTimer(long timer) {
    timers.cancel(timer);
  }

  // ---- other threads ---------------------------------------------------------------------------

  /** Runs {@code command} in the tail of a round. Any thread. */
  void submit(Runnable command) {
    commands.add(command);
    commandCount.incrementAndGet();
    waiter.wake();
  }

  void wake() {
    waiter.wake();
  }

  private void rest() {
    waiter.prepare();
    if (commandCount.get() > 0
        || closing
        || leaving != 0
        || engine.registry().pipeline() != plan.pipeline
        || injection.size() > 0
        || crew.isGiven(worker)) {
      waiter.rise();
      return;
    }
    long now = now();
    long nanos = Math.min(idling.longestSleepNanos(now), timers.nanosUntilNext(now));
    nanos = Math.min(nanos, table.nextExpiry() - now);
    nanos = Math.min(nanos, ingress.nanosUntilNext(now));
    nanos = Math.min(nanos, held.nanosUntilNext(now));
    if (pool.available() == 0) {
      waiter.sleep(-1, -1, true, nanos); // readable ports are no news while no packet is free
    } else {
      int vm = descriptor(vmPort);
      int network = descriptor(networkPort);
      waiter.sleep(vm, network, mustPoll(vmPort, vm) || mustPoll(networkPort, network), nanos);
    }
  }

  private static int descriptor(LinkPort side) {
    PacketPort port = side.port();
    if (port == null) {
      return PacketPort.NO_DESCRIPTOR;
    }
    try {
      return port.descriptor();
    } catch (RuntimeException e) {
      side.lost(e);
      return PacketPort.NO_DESCRIPTOR;
    }
  }

  private static boolean mustPoll(LinkPort side, int descriptor) {
    return side.port() != null && !side.isExhausted() && descriptor == PacketPort.NO_DESCRIPTOR;
  }

  /** Forgets what the worker was at that {@link Excursion#abandon} has given up. */
  void abandon() {
    dispatcher.abandon();
    reclaim(reasons().abandoned);
  }

  /** Starts a thread that turns the lane; one that turned it is abandoned. */
  Thread start() {
    LaneThread thread = new LaneThread(this);
    owner = thread;
    thread.start();
    return thread;
  }

  Thread owner() {
    return owner;
  }

  long rounds() {
    return rounds;
  }

  /** Whether it has ended. */
  boolean isClosed() {
    return closed;
  }

  /** Whether it has ended or is about to: what is submitted now may never run. */
  boolean isClosing() {
    return closing;
  }

  /** Has the turning thread stop after its round. */
  void stop() {
    closing = true;
    waiter.wake();
  }

  /** Closes everything; no thread turns the lane any more. */
  void close() {
    owner = Thread.currentThread();
    runCommands();
    table.closeAll();
    vmPort.close();
    networkPort.close();
    waiter.close();
    pool.close();
    boundary = Long.MAX_VALUE;
    closed = true;
  }
}
