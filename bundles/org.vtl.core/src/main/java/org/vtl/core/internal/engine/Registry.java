package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vtl.core.internal.connection.ServiceSlot;
import org.vtl.service.PacketService;

/**
 * The services that are registered, and the pipeline they make. Every change publishes a new
 * pipeline; removing a service then waits until no lane can be in it. Any thread; the lock is never
 * held while waiting for a lane.
 */
final class Registry {
  private static final System.Logger LOG = System.getLogger(Registry.class.getName());

  private final EngineCore engine;
  private final Map<PacketService, ServiceEntry> entries = new LinkedHashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, Refusal> refused = new LinkedHashMap<>();
  private final List<ServiceSlot<?>> slots = new ArrayList<>();
  private long version;
  private long edition;
  private volatile Pipeline pipeline = Pipeline.EMPTY;

  /**
   * A registration that could not be used.
   *
   * @param bundle symbolic name and version of its bundle, empty outside a framework
   * @param reason why, in one sentence
   */
  record Refusal(String bundle, String reason) {}

  Registry(EngineCore engine) {
    this.engine = engine;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  void add(PacketService service, Map<String, ?> properties, String bundle) {
    ServiceEntry entry;
    synchronized (this) {
      ServiceProperties read;
      try {
        read = ServiceProperties.read(service, properties, bundle);
        entry = new ServiceEntry(service, read, id(read.name()), engine);
      } catch (IllegalArgumentException e) {
        refuse(service, bundle, e.getMessage());
        throw e;
      }
    }
    try {
      service.attach(entry.context);
    } catch (RuntimeException | Error e) {
      String reason =
          "Service " + entry.name + " failed to attach: " + e + "; mend it and update its bundle.";
      refuse(service, bundle, reason);
      forgetSlots(entry);
      throw new IllegalStateException(reason, e);
    }
    synchronized (this) {
      refused.remove(service.getClass().getName());
      entries.put(service, entry);
      entry.setEdition(++edition);
      publish();
    }
    engine.awaitBoundary(version());
    LOG.log(Level.INFO, "Service {0} entered the pipeline at {1}.", entry.name, entry.priority());
  }

  private synchronized void refuse(PacketService service, String bundle, String reason) {
    refused.put(service.getClass().getName(), new Refusal(bundle, reason));
    LOG.log(Level.ERROR, reason);
  }

  /** Registrations that could not be used: class name and reason. */
  synchronized Map<String, Refusal> refused() {
    return Map.copyOf(refused);
  }

  void change(PacketService service, Map<String, ?> properties) {
    String bundle;
    synchronized (this) {
      ServiceEntry old = entries.get(service);
      Refusal before = refused.get(service.getClass().getName());
      bundle = old != null ? old.bundle : before != null ? before.bundle() : "";
      if (old != null) {
        ServiceProperties read;
        try {
          read = ServiceProperties.read(service, properties, old.bundle);
        } catch (IllegalArgumentException e) {
          refuse(service, old.bundle, e.getMessage()); // it goes on with the properties it has
          throw e;
        }
        refused.remove(service.getClass().getName());
        if (read.name().equals(old.name)) {
          old.change(read);
          old.setEdition(++edition);
          publish();
          return;
        }
      }
    }
    // Never seen, refused before, or under another name now: another service.
    remove(service);
    add(service, properties, bundle);
  }

  /** Puts a service back into all that it left. Waits for no lane, so workers may call it. */
  synchronized void rejoin(ServiceEntry entry) {
    if (entries.get(entry.service) == entry) {
      entry.setEdition(++edition);
      publish();
    }
  }

  /** When this returns, no lane is in {@code service}, nor will be. */
  void remove(PacketService service) {
    ServiceEntry entry;
    synchronized (this) {
      refused.remove(service.getClass().getName());
      entry = entries.remove(service);
      if (entry == null) {
        return;
      }
      entry.depart();
      publish();
    }
    boolean clean = engine.awaitBoundary(version());
    entry.go();
    forgetSlots(entry);
    entry.context.end();
    if (clean) {
      service.detach();
    }
    LOG.log(Level.INFO, "Service {0} left the pipeline.", entry.name);
  }

  /**
   * Takes a failed service out of the pipeline; it stays registered and is shown with its reason.
   */
  void fence(ServiceEntry entry, ServiceEntry.State state, String reason) {
    synchronized (this) {
      if (entry.state() != ServiceEntry.State.ACTIVE) {
        return;
      }
      entry.fail(state, reason);
      publish();
    }
    LOG.log(Level.ERROR, "Service {0} is fenced: {1}", entry.name, reason);
  }

  private boolean isActive(String name) {
    return entries.values().stream().anyMatch(entry -> entry.name.equals(name));
  }

  /** All registrations, also the fenced ones and those a successor stands before. */
  synchronized List<ServiceEntry> entries() {
    return new ArrayList<>(entries.values());
  }

  synchronized long version() {
    return version;
  }

  private synchronized void forgetSlots(ServiceEntry entry) {
    slots.removeIf(entry.context::owns);
  }

  /** A slot for the state of {@code entry}'s service, at an index no other slot has. */
  synchronized <T> ServiceSlot<T> slot(
      ServiceEntry entry, String name, Supplier<T> create, Consumer<T> reset) {
    String full = entry.name + "/" + Names.check("slot", name);
    boolean[] used = new boolean[Pipeline.MAX_SERVICES];
    for (ServiceSlot<?> slot : slots) {
      used[slot.index()] = true;
    }
    for (int index = 0; index < used.length; index++) {
      if (!used[index]) {
        ServiceSlot<T> slot =
            new ServiceSlot<>(full, index, create, reset, e -> engine.failures().note(entry, e));
        slots.add(slot);
        return slot;
      }
    }
    throw new IllegalStateException(
        "Service " + entry.name + " declares a slot too many: there are " + used.length + ".");
  }

  /** The number of {@code name}: the one it had before, else a free one. */
  private int id(String name) {
    Integer known = ids.get(name);
    if (known != null) {
      return known;
    }
    for (int id = 0; id < Pipeline.MAX_SERVICES; id++) {
      if (!ids.containsValue(id)) {
        ids.put(name, id);
        return id;
      }
    }
    for (String other : List.copyOf(ids.keySet())) {
      if (!isActive(other)) {
        int id = ids.remove(other);
        ids.put(name, id);
        return id;
      }
    }
    throw new IllegalArgumentException(
        "Service "
            + name
            + " is one too many: a pipeline has at most "
            + Pipeline.MAX_SERVICES
            + "; uninstall another.");
  }

  /** The name that number {@code id} is or was last given to; empty when it never was. */
  synchronized String name(int id) {
    for (Map.Entry<String, Integer> known : ids.entrySet()) {
      if (known.getValue() == id) {
        return known.getKey();
      }
    }
    return "";
  }

  /** Under the lock: a pipeline of the newest active registration of each name. */
  private void publish() {
    Map<String, ServiceEntry> byName = new LinkedHashMap<>();
    for (ServiceEntry entry : entries.values()) {
      if (entry.state() == ServiceEntry.State.ACTIVE) {
        byName.put(entry.name, entry);
      }
    }
    version++;
    pipeline = new Pipeline(version, List.copyOf(byName.values()));
    engine.pipelineChanged();
  }
}
