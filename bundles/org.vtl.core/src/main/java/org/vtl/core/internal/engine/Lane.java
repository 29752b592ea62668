package org.vtl.core.internal.engine;

import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Link;
import org.vtl.core.internal.connection.ConnectionEvent;
import org.vtl.core.internal.connection.ConnectionOwner;
import org.vtl.core.internal.connection.ConnectionTable;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.port.Fanout;
import org.vtl.service.PacketService;

/**
 * One worker of a link, mostly its only one: owns its ports, packets, connections and timers, and
 * goes through the duty cycle: poll, parse, track, dispatch, transmit, and the tail of timers,
 * injected packets and commands. One thread at a time turns it, the one at its {@link Helm}.
 */
final class Lane implements Link, ConnectionOwner {
  /** Lanes there can be in one engine. */
  static final int MAX_LANES = 64;

  /** Packets that cross a port in one call. */
  static final int BATCH = 64;

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
  private final LanePackets packets;
  private final Taps taps;
  private final ServiceCalls calls;
  private final Ingress ingress;
  private final ConnectionTable table;
  private final TrackedConnection untracked;
  private final TimerWheel timers;
  private final Dispatcher dispatcher;
  private final Succession succession;
  private final HoldQueue held;
  private final Injection injection;
  private final KernelPath kernelPath = new KernelPath(this);
  private final Chronicle chronicle = new Chronicle(this);
  private final LaneStatistics statistics = new LaneStatistics();
  private final Helm helm;
  private final Planner planner;

  private long roundNanos;

  /** Worker {@code worker} of a link; {@code where} begins sentences about its configuration. */
  Lane(EngineCore engine, Crew crew, int worker, int index, LinkSettings settings, String where) {
    this.engine = engine;
    this.crew = crew;
    this.worker = worker;
    this.index = index;
    this.settings = settings;
    helm = new Helm(this);
    vmPort = new LinkPort(this, settings.vmPort(), "vm", where);
    networkPort = new LinkPort(this, settings.networkPort(), "network", where);
    toVm = new Egress(this, vmPort);
    toNetwork = new Egress(this, networkPort);
    packets = new LanePackets(this, settings.packets());
    taps = new Taps(this);
    calls = new ServiceCalls(this);
    dispatcher = new Dispatcher(this, calls, taps);
    succession = new Succession(this);
    table =
        new ConnectionTable(
            this, settings.connections(), engine.secret(), index + 1L, MAX_LANES, calls);
    ingress = new Ingress(this);
    held = new HoldQueue(this);
    injection = new Injection(this);
    untracked = new TrackedConnection(this, false);
    timers = new TimerWheel(index, engine.nextSerial(), TIMERS, engine.nanoTime());
    planner = new Planner(this, succession);
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
    helm.submit(() -> calls.visit(null, task));
  }

  @Override
  public Link link() {
    return this;
  }

  @Override
  public int serviceId(PacketService service) {
    // In its own plan: the newest pipeline may lack a service that the worker is still in.
    return plan().pipeline.idOf(service);
  }

  @Override
  public long left(TrackedConnection connection) {
    succession.settle(connection); // first: a successor may leave it, or be back in it
    return plan().left(connection);
  }

  @Override
  public void fit(TrackedConnection connection, long left) {
    chronicle.fitted(connection, plan().left(connection), left);
    plan().fit(connection, left);
  }

  @Override
  public boolean isInvalid(Packet packet) {
    return ((PacketState) packet.attachment()).invalid;
  }

  @Override
  public void wanted(TrackedConnection connection) {
    kernelPath.takeBack(connection);
  }

  @Override
  public void happened(TrackedConnection connection, ConnectionEvent event, Direction by) {
    chronicle.happened(connection, event, by);
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

  /** Who turns this lane, and how others reach it. */
  Helm helm() {
    return helm;
  }

  LanePackets packets() {
    return packets;
  }

  Taps taps() {
    return taps;
  }

  ServiceCalls calls() {
    return calls;
  }

  Succession succession() {
    return succession;
  }

  Planner planner() {
    return planner;
  }

  /** What the lane follows now. */
  Plan plan() {
    return planner.plan();
  }

  Injection injection() {
    return injection;
  }

  KernelPath kernelPath() {
    return kernelPath;
  }

  Chronicle chronicle() {
    return chronicle;
  }

  long now() {
    return engine.nanoTime();
  }

  TrackedConnection untrackedConnection() {
    return untracked;
  }

  // ---- the duty cycle --------------------------------------------------------------------------

  /** Frees what was under way when the engine failed; all that waits has another owner. */
  void fault(Throwable why) {
    statistics.engineFaults++;
    engine.failures().note("the engine on link " + label(), why);
    packets.reclaim(reasons().engineFault);
  }

  /** One round; returns how much was done. */
  int round() {
    planner.replan();
    long now = now();
    roundNanos = now;
    calls.stopwatch().begin(now);
    int work = kernelPath.tend(now);
    work += ingress.finish(now);
    work += ingress.takeOver(now);
    work += ingress.poll(vmPort, Direction.OUTBOUND, now);
    work += ingress.poll(networkPort, Direction.INBOUND, now);
    toVm.flush(); // before the rest: somebody waits for an answer
    toNetwork.flush();
    work += timers.advance(now, TAIL_LIMIT, calls);
    work += injection.drain(TAIL_LIMIT);
    work += succession.advance();
    work += helm.runCommands(TAIL_LIMIT);
    work += ingress.expire(now);
    work += held.expire(now);
    work += table.expire(now, TAIL_LIMIT);
    calls.stopwatch().end();
    toVm.flush();
    toNetwork.flush();
    return work;
  }

  /** When the round last begun began. */
  long roundNanos() {
    return roundNanos;
  }

  /** Whether there is something to do already that no port and no timer tells of. */
  boolean isDue() {
    return planner.isDue() || injection.size() > 0 || crew.isGiven(worker);
  }

  /** Nanoseconds, counted from {@code now}, until something is due without a frame. */
  long nanosUntilDue(long now) {
    long nanos = Math.min(timers.nanosUntilNext(now), table.nextExpiry() - now);
    nanos = Math.min(nanos, ingress.nanosUntilNext(now));
    return Math.min(nanos, held.nanosUntilNext(now));
  }

  /** Sends a tracked packet from the beginning of its chain on, or has it wait. */
  void enter(PacketState state, long now) {
    taps.arrival(state);
    proceed(state, now);
  }

  /** Sends a packet on from where it stands, or has it wait for a required service. */
  void proceed(PacketState state, long now) {
    if (plan().isOpen() && held.size() == 0) {
      dispatcher.run(state);
    } else {
      held.add(state, now);
    }
  }

  /** Sends on what waits for required services, if they are back. */
  void releaseHeld() {
    if (plan().isOpen() && held.size() > 0) {
      held.release();
    }
  }

  /** Whether packets wait for a required service. */
  boolean isHolding() {
    return held.size() > 0;
  }

  /** Sends a packet that has passed its chain. */
  void depart(PacketState state) {
    (state.packet.direction() == Direction.OUTBOUND ? toNetwork : toVm).send(state);
  }

  // ---- from outside, and to the end ------------------------------------------------------------

  /** Changes what a running lane can change. Any thread. */
  void change(LinkSettings newSettings) {
    helm.submit(
        () -> {
          settings = newSettings;
          planner.changeSettings();
          if (Thread.currentThread() instanceof LaneThread worker) {
            worker.settle();
          }
        });
  }

  /** Forgets what the worker was at that {@link Excursion#abandon} has given up. */
  void abandon() {
    calls.abandon();
    packets.reclaim(reasons().abandoned);
  }

  /** No service is called here any more. */
  void end() {
    planner.end();
  }

  /** Closes everything; no thread turns the lane any more. */
  void close() {
    helm.take();
    helm.runCommands(TAIL_LIMIT);
    table.closeAll();
    vmPort.close();
    networkPort.close();
    packets.close();
    end();
    helm.close();
  }
}
