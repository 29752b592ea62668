package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vtl.connection.Connection;
import org.vtl.connection.Connections;
import org.vtl.connection.Link;
import org.vtl.connection.SequenceMap;
import org.vtl.connection.Slot;
import org.vtl.core.internal.connection.SequenceTranslation;
import org.vtl.core.internal.connection.ServiceSlot;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Injector;
import org.vtl.service.ServiceContext;
import org.vtl.service.Timers;

/** What the engine gives one registered service; each call goes to the lane it concerns. */
final class ServiceContextOfEntry implements ServiceContext, Injector, Timers {
  private final ServiceEntry entry;
  private final EngineCore engine;
  private final Map<String, ServiceSlot<?>> slots = new ConcurrentHashMap<>();

  ServiceContextOfEntry(ServiceEntry entry, EngineCore engine) {
    this.entry = entry;
    this.engine = engine;
  }

  @Override
  public String name() {
    return entry.name;
  }

  @Override
  public Injector injector() {
    return this;
  }

  @Override
  public Timers timers() {
    return this;
  }

  @Override
  public Connections connections() {
    return engine.connections();
  }

  @Override
  public Iterable<Link> links() {
    return new ArrayList<>(engine.lanes());
  }

  @Override
  public Counter counter(String name, String description) {
    return engine.counters().declare(entry.name, name, description);
  }

  @Override
  public Reason reason(String name, String description) {
    return engine.reasons().declare(entry.name, name, description);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Slot<T> slot(String name, Supplier<T> create, Consumer<T> reset) {
    return (Slot<T>)
        slots.computeIfAbsent(name, key -> engine.registry().slot(entry, key, create, reset));
  }

  /** This registration's slots. */
  List<ServiceSlot<?>> slots() {
    return List.copyOf(slots.values());
  }

  boolean owns(ServiceSlot<?> slot) {
    return slots.containsValue(slot);
  }

  /** Lets go of the departed service's classes. */
  void end() {
    slots.values().forEach(ServiceSlot::forget);
  }

  @Override
  public SequenceMap sequenceMap(Connection connection) {
    Lane lane = lane(connection);
    TrackedConnection tracked = own(connection);
    lane.kernelPath().takeBack(tracked);
    if (!tracked.isLive()) {
      throw new IllegalArgumentException(
          "Service " + entry.name + " asks for a sequence map where no connection is tracked.");
    }
    int count = 0;
    for (SequenceTranslation at = tracked.translations(); at != null; at = at.outward()) {
      if (at.service().equals(entry.name)) {
        return at;
      }
      count++;
    }
    if (count == TranslationOrder.MOST) {
      throw new IllegalStateException(
          "Service "
              + entry.name
              + " is one too many to change the bytes of one connection: there may be "
              + count
              + ".");
    }
    SequenceTranslation made = new SequenceTranslation(entry.priority(), entry.name, tracked);
    tracked.add(made);
    return made;
  }

  @Override
  public void leave(Link link) {
    lane(link).planner().leave(entry);
  }

  @Override
  public void rejoinAll() {
    engine.registry().rejoin(entry);
  }

  @Override
  public long nanoTime() {
    return engine.nanoTime();
  }

  // ---- Injector --------------------------------------------------------------------------------

  @Override
  public Packet newPacket(Connection connection, Direction direction) {
    Lane lane = lane(connection);
    lane.kernelPath().takeBack(own(connection)); // it is to fit the model of this moment
    return lane.injection().made(entry, own(connection), direction);
  }

  @Override
  public Packet newFrame(Link link) {
    return lane(link).injection().made(entry);
  }

  @Override
  public Packet copy(Packet packet) {
    Packet copy = laneOf(packet).injection().made(entry);
    if (copy != null) {
      copy.copyOf(packet);
    }
    return copy;
  }

  @Override
  public void inject(Packet packet, Connection connection) {
    Lane lane = lane(connection);
    lane.kernelPath().takeBack(own(connection));
    lane.injection().inject(entry, packet, own(connection));
  }

  @Override
  public void release(Packet packet) {
    laneOf(packet).injection().release(entry, packet);
  }

  @Override
  public int allowance(Link link) {
    return lane(link).injection().allowance(entry);
  }

  // ---- Timers ----------------------------------------------------------------------------------

  @Override
  public long start(Connection connection, long delayNanos, long token) {
    if (entry.timerListener == null) {
      throw new IllegalStateException(
          "Service " + entry.name + " starts a timer and does not implement TimerListener.");
    }
    Lane lane = lane(connection);
    TrackedConnection of = own(connection);
    if (!entry.isServing() || of.isTracked() && !of.isLive()) {
      return NONE; // it would fire in a departed bundle, or for the place's next connection
    }
    lane.kernelPath().takeBack(of);
    long timer = lane.timers().start(entry, of, lane.now(), delayNanos, token);
    if (timer == NONE) {
      lane.statistics().timersExhausted++;
    }
    return timer;
  }

  @Override
  public void cancel(long timer) {
    if (timer != NONE) {
      Lane lane = engine.links().lane(TimerWheel.laneOf(timer));
      if (lane != null) {
        lane.helm().requireThread();
        lane.timers().cancel(timer);
      }
    }
  }

  // ---- lanes -----------------------------------------------------------------------------------

  private static Lane lane(Connection connection) {
    return lane(connection.link());
  }

  private static Lane lane(Link link) {
    Lane lane = (Lane) link;
    lane.helm().requireThread();
    return lane;
  }

  /** The lane's own object for a connection that a service names. */
  private static TrackedConnection own(Connection connection) {
    return (TrackedConnection) connection;
  }

  private static Lane laneOf(Packet packet) {
    Lane lane = ((PacketState) packet.attachment()).lane;
    lane.helm().requireThread();
    return lane;
  }
}
