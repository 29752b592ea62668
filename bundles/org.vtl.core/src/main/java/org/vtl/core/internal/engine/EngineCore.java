package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.vtl.connection.Connections;
import org.vtl.connection.Link;
import org.vtl.port.PortAddress;
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
  private static final long STOP_MILLIS = 3_000;

  private final LongSupplier clock;
  private final Drive drive;
  private final long secret;
  private final Reasons reasons = new Reasons();
  private final Counters counters = new Counters();
  private final Failures failures = new Failures();
  private final Registry registry = new Registry(this);
  private final Connections connections = new LaneConnections();
  private final Map<String, PortProvider> providers = new ConcurrentHashMap<>();
  private final Lane[] byIndex = new Lane[MAX_LANES];
  private final Map<String, RefusedLink> refusedLinks = new ConcurrentSkipListMap<>();
  private final RuntimeView runtime = new RuntimeView(this);
  private final Supervisor supervisor;
  private volatile Lane[] lanes = {};
  private int serial;
  private final Object tapsLock = new Object();
  private volatile TapEntry[] taps = {};
  private volatile boolean closed;

  private static final int MAX_LANES = Lane.MAX_LANES;

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

  /** The lanes at this moment. */
  List<Lane> lanes() {
    return Arrays.asList(lanes);
  }

  Lane lane(int index) {
    return index < byIndex.length ? byIndex[index] : null;
  }

  /** The lane of link {@code name}, or null. */
  Lane lane(String name) {
    for (Lane lane : lanes) {
      if (lane.name().equals(name)) {
        return lane;
      }
    }
    return null;
  }

  TapEntry[] taps() {
    return taps;
  }

  PortProvider provider(String scheme) {
    return providers.get(scheme);
  }

  /** Links whose configuration is refused, by name. */
  Map<String, RefusedLink> refusedLinks() {
    return refusedLinks;
  }

  // ---- drivers ---------------------------------------------------------------------------------

  @Override
  public void addProvider(PortProvider provider, String... schemes) {
    for (String scheme : schemes) {
      providers.put(scheme, provider);
    }
    for (Lane lane : lanes) {
      lane.vmPort().reconsider();
      lane.networkPort().reconsider();
    }
    supervisor.wake();
  }

  /** Closes all ports of {@code provider}; none of its code runs any more when this returns. */
  public void removeProvider(PortProvider provider) {
    providers.values().removeIf(one -> one == provider);
    supervisor.awaitOpening();
    for (Lane lane : lanes) {
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

  // ---- links -----------------------------------------------------------------------------------

  @Override
  public Link addLink(String name, Map<String, ?> configuration) {
    return addLink(name, configuration, "Link " + name);
  }

  /**
   * Adds a link, or changes the one of that name; {@code where} begins each sentence of complaint,
   * such as "File etc/org.vtl.link~lab.cfg.json".
   */
  public synchronized Link addLink(String name, Map<String, ?> configuration, String where) {
    refusedLinks.remove(name);
    try {
      return admit(name, configuration, where);
    } catch (IllegalArgumentException e) {
      withdraw(name);
      refusedLinks.put(name, new RefusedLink(configuration, where, e.getMessage()));
      LOG.log(Level.ERROR, "{0}", e.getMessage());
      throw e;
    } finally {
      admitRefused();
    }
  }

  private Lane admit(String name, Map<String, ?> configuration, String where) {
    Names.check("link", name);
    LinkSettings settings = LinkSettings.read(where, configuration);
    refuseSharedPorts(name, settings, where);
    Lane existing = lane(name);
    if (existing != null && existing.settings().sameLane(settings)) {
      existing.change(settings);
      return existing;
    }
    withdraw(name);
    return open(name, settings, where);
  }

  /** Others may have been refused for what a link had and has no more, such as a port. */
  private void admitRefused() {
    refusedLinks.forEach(
        (name, refused) -> {
          try {
            admit(name, refused.configuration(), refused.where());
            refusedLinks.remove(name);
          } catch (IllegalArgumentException e) {
            refusedLinks.put(name, refused.because(e.getMessage()));
          }
        });
  }

  private void refuseSharedPorts(String name, LinkSettings settings, String where) {
    for (Lane other : lanes) {
      if (!other.name().equals(name)) {
        for (LinkPort port : List.of(other.vmPort(), other.networkPort())) {
          PortAddress address = port.address();
          if (LinkSettings.samePort(address, settings.vmPort())
              || LinkSettings.samePort(address, settings.networkPort())) {
            throw new IllegalArgumentException(
                where
                    + ": port "
                    + address
                    + " belongs to link "
                    + other.name()
                    + " already; give each link ports of its own.");
          }
        }
      }
    }
  }

  private Lane open(String name, LinkSettings settings, String where) {
    int index = 0;
    while (index < MAX_LANES && byIndex[index] != null) {
      index++;
    }
    if (index == MAX_LANES) {
      throw new IllegalArgumentException(
          where + ": an engine has at most " + MAX_LANES + " links; remove another.");
    }
    Lane lane = new Lane(this, name, index, settings, where);
    byIndex[index] = lane;
    Lane[] more = Arrays.copyOf(lanes, lanes.length + 1);
    more[lanes.length] = lane;
    lanes = more;
    if (drive == Drive.THREADS) {
      lane.start();
    }
    supervisor.wake();
    return lane;
  }

  @Override
  public synchronized void removeLink(String name) {
    refusedLinks.remove(name);
    withdraw(name);
    admitRefused();
  }

  private void withdraw(String name) {
    Lane lane = lane(name);
    if (lane == null) {
      return;
    }
    List<Lane> fewer = new ArrayList<>(List.of(lanes));
    fewer.remove(lane);
    lanes = fewer.toArray(Lane[]::new);
    byIndex[lane.index()] = null;
    close(lane);
  }

  private void close(Lane lane) {
    lane.stop();
    supervisor.awaitOpening(); // from now on no port of the lane is opened
    if (awaitEnd(lane)) {
      lane.close();
    } else {
      LOG.log(Level.ERROR, "The worker of link {0} did not stop.", lane.name());
    }
  }

  /** Waits for the lane's worker; one that a service does not let go of is abandoned. */
  private boolean awaitEnd(Lane lane) {
    Thread worker = lane.owner();
    if (worker == null || worker == Thread.currentThread()) {
      return true;
    }
    try {
      worker.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!worker.isAlive()) {
      return true;
    }
    Excursion excursion = lane.dispatcher().excursion();
    if (excursion.abandon(worker)) {
      lane.abandon();
      if (excursion.calling() != null) {
        registry.fence(
            excursion.calling(),
            ServiceEntry.State.STUCK,
            "a call on link "
                + lane.name()
                + " did not return when that was removed; update or uninstall its bundle.");
      }
      return true;
    }
    return lane.owner() != worker && awaitEnd(lane); // the supervisor was faster
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
    for (Lane lane : lanes) {
      lane.wake();
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
      for (Lane lane : lanes) {
        if (lane.dispatcher().excursion().calling() == null) {
          lane.takeUp();
        }
      }
      return true;
    }
    long end = System.nanoTime() + BOUNDARY_NANOS;
    for (Lane lane : lanes) {
      while (!lane.hasPassed(version) && lane.owner() != Thread.currentThread()) {
        if (System.nanoTime() - end > 0) {
          return false;
        }
        lane.wake();
        LockSupport.parkNanos(50_000);
      }
    }
    return true;
  }

  // ---- taps ------------------------------------------------------------------------------------

  @Override
  public void addTap(PacketTap tap, Map<String, ?> properties) {
    List<String> links = ServiceProperties.strings(properties.get(PacketTap.LINKS));
    synchronized (tapsLock) {
      TapEntry[] more = Arrays.copyOf(taps, taps.length + 1);
      more[taps.length] = new TapEntry(tap, links);
      taps = more;
    }
  }

  @Override
  public void removeTap(PacketTap tap) {
    dropTap(tap);
    for (Lane lane : lanes) {
      runOn(lane, () -> {});
    }
  }

  /** Shows {@code tap} no more packets. Waits for nobody, so also for workers. */
  void dropTap(PacketTap tap) {
    synchronized (tapsLock) {
      List<TapEntry> fewer = new ArrayList<>(List.of(taps));
      fewer.removeIf(entry -> entry.tap() == tap);
      taps = fewer.toArray(TapEntry[]::new);
    }
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
    for (Lane lane : lanes) {
      work += lane.round();
    }
    return work;
  }

  /** Runs {@code task} on the lane's worker and waits for it; at once where that is this thread. */
  void runOn(Lane lane, Runnable task) {
    if (isStepped() || lane.owner() == Thread.currentThread()) {
      task.run();
      return;
    }
    LaneCall call = new LaneCall(lane, task);
    lane.submit(call);
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
    refusedLinks.clear();
    for (Lane lane : lanes) {
      removeLink(lane.name());
    }
  }
}
