package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.vtl.port.PortAddress;

/**
 * The links of one engine: adds, changes and removes them and their lanes, and keeps the refused
 * with the reason. Changes one at a time, on any thread but a worker's; the rest from any.
 */
final class Links {
  private static final System.Logger LOG = System.getLogger(Links.class.getName());
  private static final long STOP_MILLIS = 3_000;

  private final EngineCore engine;
  private final Lane[] byIndex = new Lane[Lane.MAX_LANES];
  private final Map<String, RefusedLink> refused = new ConcurrentSkipListMap<>();
  private volatile Lane[] lanes = {};
  private volatile List<Crew> crews = List.of();

  Links(EngineCore engine) {
    this.engine = engine;
  }

  /** The lanes of all links at this moment. */
  Lane[] lanes() {
    return lanes;
  }

  List<Crew> crews() {
    return crews;
  }

  Lane lane(int index) {
    return index < byIndex.length ? byIndex[index] : null;
  }

  /** The workers of link {@code name}, or null. */
  Crew crew(String name) {
    for (Crew crew : crews) {
      if (crew.name().equals(name)) {
        return crew;
      }
    }
    return null;
  }

  /** Links whose configuration is refused, by name. */
  Map<String, RefusedLink> refused() {
    return refused;
  }

  /** Adds a link, or changes the one of that name. */
  synchronized Crew add(String name, Map<String, ?> configuration, String where) {
    refused.remove(name);
    try {
      return admit(name, configuration, where);
    } catch (IllegalArgumentException e) {
      withdraw(name);
      refused.put(name, new RefusedLink(configuration, where, e.getMessage()));
      LOG.log(Level.ERROR, "{0}", e.getMessage());
      throw e;
    } finally {
      admitRefused();
    }
  }

  synchronized void remove(String name) {
    refused.remove(name);
    withdraw(name);
    admitRefused();
  }

  synchronized void removeAll() {
    refused.clear();
    for (Crew crew : crews) {
      withdraw(crew.name());
    }
  }

  private Crew admit(String name, Map<String, ?> configuration, String where) {
    Names.check("link", name);
    LinkSettings settings = LinkSettings.read(where, configuration);
    refuseSharedPorts(name, settings, where);
    Crew existing = crew(name);
    if (existing != null && existing.settings().sameLane(settings)) {
      existing.change(settings);
      return existing;
    }
    List<LinkSettings> others = new ArrayList<>();
    for (Crew crew : crews) {
      if (crew != existing) {
        others.add(crew.settings());
      }
    }
    HeapBudget.check(settings, others, Runtime.getRuntime().maxMemory(), where);
    withdraw(name);
    return open(name, settings, where);
  }

  /** Others may have been refused for what a link had and has no more, such as a port. */
  private void admitRefused() {
    refused.forEach(
        (name, link) -> {
          try {
            admit(name, link.configuration(), link.where());
            refused.remove(name);
          } catch (IllegalArgumentException e) {
            refused.put(name, link.because(e.getMessage()));
          }
        });
  }

  private void refuseSharedPorts(String name, LinkSettings settings, String where) {
    for (Crew other : crews) {
      if (!other.name().equals(name)) {
        for (LinkPort port : List.of(other.lane(0).vmPort(), other.lane(0).networkPort())) {
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

  private Crew open(String name, LinkSettings settings, String where) {
    Crew crew = new Crew(engine, name, freeIndexes(settings.workers(), where), settings, where);
    int before = lanes.length;
    Lane[] more = Arrays.copyOf(lanes, before + crew.workers());
    for (Lane lane : crew.lanes()) {
      byIndex[lane.index()] = lane;
      more[before++] = lane;
    }
    lanes = more;
    List<Crew> all = new ArrayList<>(crews);
    all.add(crew);
    crews = List.copyOf(all);
    engine.begin(crew);
    return crew;
  }

  private int[] freeIndexes(int workers, String where) {
    int[] indexes = new int[workers];
    int found = 0;
    for (int index = 0; index < byIndex.length && found < workers; index++) {
      if (byIndex[index] == null) {
        indexes[found++] = index;
      }
    }
    if (found < workers) {
      throw new IllegalArgumentException(
          where
              + ": an engine has at most "
              + Lane.MAX_LANES
              + " workers, those of all links together; remove another link or set fewer workers.");
    }
    return indexes;
  }

  private void withdraw(String name) {
    Crew crew = crew(name);
    if (crew == null) {
      return;
    }
    List<Crew> others = new ArrayList<>(crews);
    others.remove(crew);
    crews = List.copyOf(others);
    List<Lane> fewer = new ArrayList<>(List.of(lanes));
    fewer.removeAll(crew.lanes());
    lanes = fewer.toArray(Lane[]::new);
    for (Lane lane : crew.lanes()) {
      byIndex[lane.index()] = null;
      lane.helm().stop();
    }
    engine.awaitOpening(); // from now on no port of its lanes is opened
    boolean ended = true;
    for (Lane lane : crew.lanes()) {
      ended &= end(lane);
    }
    if (ended) {
      crew.close();
    }
  }

  private boolean end(Lane lane) {
    boolean ended = awaitEnd(lane);
    if (ended) {
      lane.close();
    } else {
      LOG.log(Level.ERROR, "The worker {0} did not stop.", lane.label());
    }
    return ended;
  }

  /** Waits for the lane's worker; one that a service does not let go of is abandoned. */
  private boolean awaitEnd(Lane lane) {
    Thread worker = lane.helm().owner();
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
    Excursion excursion = lane.calls().excursion();
    if (excursion.abandon(worker)) {
      lane.abandon();
      if (excursion.calling() != null) {
        engine
            .registry()
            .fence(
                excursion.calling(),
                ServiceEntry.State.STUCK,
                "a call on link "
                    + lane.name()
                    + " did not return when that was removed; update or uninstall its bundle.");
      }
      return true;
    }
    return lane.helm().owner() != worker && awaitEnd(lane); // the supervisor was faster
  }
}
