package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.vtl.connection.Connections;
import org.vtl.connection.Link;
import org.vtl.port.PortProvider;
import org.vtl.runtime.Engine;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;

/** The engine: lanes, the services' registry, drivers and taps, and who watches over them. */
public final class EngineCore implements Engine {
  /** Key, beside a service's properties, of the PID that would configure it. */
  public static final String CONFIGURATION_PID = ".vtl.configuration.pid";

  private static final System.Logger LOG = System.getLogger(EngineCore.class.getName());
  private static final long BOUNDARY_NANOS = 10_000_000_000L;

  private final LongSupplier clock;
  private final Drive drive;
  private final long secret;
  private final Reasons reasons = new Reasons();
  private final Counters counters = new Counters();
  private final Failures failures = new Failures();
  private final Registry registry = new Registry(this);
  private final Connections connections = new LaneConnections();
  private final Map<String, PortProvider> providers = new ConcurrentHashMap<>();
  private final Links links = new Links(this);
  private final RuntimeView runtime = new RuntimeView(this);
  private final Supervisor supervisor;
  private int serial;
  private final Object tapsLock = new Object();

  /** Those who watch drops: all taps. */
  private volatile TapEntry[] dropTaps = {};

  /** Those of them who watch all the rest, too. */
  private volatile TapEntry[] taps = {};

  private volatile boolean closed;

  /** An engine whose clock is {@code clock}, in nanoseconds from 0 up. */
  public EngineCore(LongSupplier clock, Drive drive) {
    this.clock = clock;
    this.drive = drive;
    // A stepped engine is for tests: everything about it repeats.
    this.secret = drive == Drive.STEPPED ? 1 : new SecureRandom().nextLong();
    this.supervisor = new Supervisor(this);
    if (drive == Drive.THREADS) {
      supervisor.start();
    }
  }

  // ---- parts -----------------------------------------------------------------------------------

  long nanoTime() {
    return clock.getAsLong();
  }

  /** A number that no other lane of this engine has had. */
  int nextSerial() {
    return serial++;
  }

  long secret() {
    return secret;
  }

  Reasons reasons() {
    return reasons;
  }

  Counters counters() {
    return counters;
  }

  Failures failures() {
    return failures;
  }

  Registry registry() {
    return registry;
  }

  Connections connections() {
    return connections;
  }

  boolean isStepped() {
    return drive == Drive.STEPPED;
  }

  /** The links of this engine. */
  Links links() {
    return links;
  }

  /** The lanes of all links at this moment. */
  List<Lane> lanes() {
    return Arrays.asList(links.lanes());
  }

  /** Taps that see every packet at every place. */
  TapEntry[] taps() {
    return taps;
  }

  /** Taps that see what is dropped: all there are. */
  TapEntry[] dropTaps() {
    return dropTaps;
  }

  PortProvider provider(String scheme) {
    return providers.get(scheme);
  }

  // ---- drivers ---------------------------------------------------------------------------------

  @Override
  public void addProvider(PortProvider provider, String... schemes) {
    for (String scheme : schemes) {
      providers.put(scheme, provider);
    }
    for (Lane lane : links.lanes()) {
      lane.vmPort().reconsider();
      lane.networkPort().reconsider();
    }
    supervisor.wake();
  }

  /** Closes all ports of {@code provider}; none of its code runs any more when this returns. */
  public void removeProvider(PortProvider provider) {
    providers.values().removeIf(one -> one == provider);
    supervisor.awaitOpening();
    for (Lane lane : links.lanes()) {
      try {
        runOn(
            lane,
            () -> {
              closeIf(lane.vmPort(), provider);
              closeIf(lane.networkPort(), provider);
            });
      } catch (IllegalStateException e) {
        LOG.log(Level.ERROR, "Link " + lane.name() + " may still use a departed driver.", e);
      }
    }
  }

  private static void closeIf(LinkPort port, PortProvider provider) {
    if (port.provider() == provider) {
      port.close();
    }
  }

  /** A port has been lost, and may be there again. */
  void portWaits() {
    supervisor.wake();
  }

  // ---- links -----------------------------------------------------------------------------------

  @Override
  public Link addLink(String name, Map<String, ?> configuration) {
    return addLink(name, configuration, "Link " + name);
  }

  /**
   * Adds a link, or changes the one of that name; {@code where} begins each sentence of complaint,
   * such as "File etc/org.vtl.link~lab.cfg.json".
   */
  public Link addLink(String name, Map<String, ?> configuration, String where) {
    return links.add(name, configuration, where).lane(0);
  }

  @Override
  public void removeLink(String name) {
    links.remove(name);
  }

  /** Has the lanes of a new link turn. */
  void begin(Crew crew) {
    if (drive == Drive.THREADS) {
      for (Lane lane : crew.lanes()) {
        lane.helm().start();
      }
    }
    supervisor.wake();
  }

  void awaitOpening() {
    supervisor.awaitOpening();
  }

  // ---- services --------------------------------------------------------------------------------

  @Override
  public void addService(PacketService service, Map<String, ?> properties) {
    registry.add(service, properties, "");
  }

  /** Adds a service that {@code bundle} (symbolic name and version) registered. */
  public void addService(PacketService service, Map<String, ?> properties, String bundle) {
    registry.add(service, properties, bundle);
  }

  @Override
  public void changeService(PacketService service, Map<String, ?> properties) {
    registry.change(service, properties);
  }

  @Override
  public void removeService(PacketService service) {
    registry.remove(service);
  }

  void pipelineChanged() {
    for (Lane lane : links.lanes()) {
      lane.kernelPath().invalidate();
      lane.helm().wake();
    }
  }

  /**
   * Waits until every lane has taken up pipeline {@code version}: none is in a service that it does
   * not have.
   *
   * @return false if a lane did not within ten seconds, since a service does not return
   */
  boolean awaitBoundary(long version) {
    if (isStepped()) {
      // The caller turns the lanes; unless it is inside one, none is in a service now.
      for (Lane lane : links.lanes()) {
        if (lane.calls().excursion().calling() == null) {
          lane.planner().takeUpNow();
        }
      }
      return true;
    }
    long end = System.nanoTime() + BOUNDARY_NANOS;
    for (Lane lane : links.lanes()) {
      while (!lane.planner().hasPassed(version) && lane.helm().owner() != Thread.currentThread()) {
        if (System.nanoTime() - end > 0) {
          return false;
        }
        lane.helm().wake();
        LockSupport.parkNanos(50_000);
      }
    }
    return true;
  }

  // ---- taps ------------------------------------------------------------------------------------

  @Override
  public void addTap(PacketTap tap, Map<String, ?> properties) {
    TapEntry entry = new TapEntry(tap, ServiceProperties.strings(properties.get(PacketTap.LINKS)));
    synchronized (tapsLock) {
      dropTaps = with(dropTaps, entry);
      if (Boolean.TRUE.equals(properties.get(PacketTap.DROPS_ONLY))) {
        return; // what the kernel carries is not dropped
      }
      taps = with(taps, entry);
    }
    for (Lane lane : links.lanes()) {
      lane.kernelPath().invalidate(); // this tap sees everything
    }
  }

  @Override
  public void removeTap(PacketTap tap) {
    dropTap(tap);
    for (Lane lane : links.lanes()) {
      runOn(lane, () -> {});
    }
  }

  /** Shows {@code tap} no more packets. Waits for nobody, so also for workers. */
  void dropTap(PacketTap tap) {
    synchronized (tapsLock) {
      taps = without(taps, tap);
      dropTaps = without(dropTaps, tap);
    }
  }

  private static TapEntry[] with(TapEntry[] some, TapEntry one) {
    TapEntry[] more = Arrays.copyOf(some, some.length + 1);
    more[some.length] = one;
    return more;
  }

  private static TapEntry[] without(TapEntry[] some, PacketTap tap) {
    return Arrays.stream(some).filter(entry -> entry.tap() != tap).toArray(TapEntry[]::new);
  }

  // ---- turning ---------------------------------------------------------------------------------

  @Override
  public int step() {
    if (!isStepped()) {
      throw new IllegalStateException(
          "This engine has threads of its own; make it with Drive.STEPPED to step it.");
    }
    supervisor.openPorts();
    int work = 0;
    for (Lane lane : links.lanes()) {
      work += lane.round();
    }
    return work;
  }

  /** Runs {@code task} on the lane's worker and waits for it; at once where that is this thread. */
  void runOn(Lane lane, Runnable task) {
    if (isStepped() || lane.helm().owner() == Thread.currentThread()) {
      task.run();
      return;
    }
    LaneCall call = new LaneCall(lane, task);
    lane.helm().submit(call);
    call.await();
  }

  @Override
  public VtlRuntime runtime() {
    return runtime;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    supervisor.stop();
    links.removeAll();
  }
}
