package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.vtl.metrics.Counter;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionPage;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.ConnectionTimeline;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Explanation;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.PortInfo;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;

/** What the engine tells of itself. Any thread but a worker's. */
final class RuntimeView implements VtlRuntime {
  private final EngineCore engine;
  private final Explainer explainer;
  private final ConnectionSearch search;

  RuntimeView(EngineCore engine) {
    this.engine = engine;
    this.explainer = new Explainer(engine);
    this.search = new ConnectionSearch(engine);
  }

  // ---- links and ports -------------------------------------------------------------------------

  @Override
  public List<LinkInfo> links() {
    List<LinkInfo> links = new ArrayList<>();
    for (Crew crew : engine.links().crews()) {
      links.add(LinkReport.of(crew));
    }
    engine.links().refused().forEach((name, refused) -> links.add(LinkReport.of(name, refused)));
    links.sort(Comparator.comparing(LinkInfo::name));
    return links;
  }

  @Override
  public List<PortInfo> ports() {
    List<PortInfo> ports = new ArrayList<>();
    for (Crew crew : engine.links().crews()) {
      ports.add(LinkReport.port(crew, Lane::vmPort));
      ports.add(LinkReport.port(crew, Lane::networkPort));
    }
    return ports;
  }

  // ---- services --------------------------------------------------------------------------------

  @Override
  public List<ServiceInfo> services() {
    List<ServiceInfo> services = new ArrayList<>();
    List<ServiceEntry> entries = engine.registry().entries();
    entries.sort(null);
    for (ServiceEntry entry : entries) {
      services.add(service(entry));
    }
    requiredBy()
        .forEach(
            (name, links) -> {
              if (entries.stream().noneMatch(entry -> entry.name.equals(name))) {
                services.add(
                    unusable(
                        name,
                        "ABSENT",
                        "Link "
                            + String.join(", ", links)
                            + " requires it and it is not installed; nothing passes there.",
                        links,
                        ""));
              }
            });
    engine
        .registry()
        .refused()
        .forEach(
            (name, refusal) ->
                services.add(
                    unusable(name, "REFUSED", refusal.reason(), List.of(), refusal.bundle())));
    return services;
  }

  /** Names of required services and the links that require them. */
  private Map<String, List<String>> requiredBy() {
    Map<String, List<String>> requiredBy = new LinkedHashMap<>();
    for (Crew crew : engine.links().crews()) {
      for (String name : crew.settings().required()) {
        requiredBy.computeIfAbsent(name, key -> new ArrayList<>()).add(crew.name());
      }
    }
    return requiredBy;
  }

  private ServiceInfo service(ServiceEntry entry) {
    long packets = 0;
    long dropped = 0;
    long taken = 0;
    long injected = 0;
    long failures = 0;
    int held = 0;
    List<CallTimes> times = new ArrayList<>();
    for (Lane lane : engine.lanes()) {
      ServiceStatistics of = lane.calls().counted(entry);
      if (of == null) {
        continue;
      }
      packets += of.packets;
      dropped += of.dropped;
      taken += of.taken;
      injected += of.injected;
      failures += of.failures;
      held += of.held.size();
      times.add(of.times);
    }
    List<CounterInfo> own = new ArrayList<>();
    for (CounterInfo counter : counters()) {
      if (counter.name().startsWith(entry.name + "/")) {
        own.add(counter);
      }
    }
    return new ServiceInfo(
        entry.name,
        entry.state().name(),
        entry.reason().isEmpty() ? shutOut(entry) : entry.reason(),
        entry.priority(),
        entry.traffic().stream().map(Enum::name).sorted().toList(),
        entry.links(),
        requiredBy().getOrDefault(entry.name, List.of()),
        entry.bundle,
        entry.pid,
        packets,
        dropped,
        taken,
        injected,
        failures,
        held,
        own,
        CallTimes.together(times));
  }

  /** On which links it is not in the chain since they have several workers; empty when on none. */
  private String shutOut(ServiceEntry entry) {
    List<String> links =
        engine.links().crews().stream()
            .map(crew -> crew.lane(0))
            .filter(lane -> entry.needsOneWorker(lane) && entry.isFor(lane.name()))
            .map(Lane::name)
            .toList();
    return links.isEmpty()
        ? ""
        : "it needs both directions of all traffic on one worker, so it sees nothing of link "
            + String.join(", ", links)
            + "; set workers to 1 there, or vtl.links to other links.";
  }

  private static ServiceInfo unusable(
      String name, String state, String reason, List<String> requiredBy, String bundle) {
    return new ServiceInfo(
        name,
        state,
        reason,
        0,
        List.of(),
        List.of(),
        requiredBy,
        bundle,
        "",
        0,
        0,
        0,
        0,
        0,
        0,
        List.of());
  }

  // ---- connections -----------------------------------------------------------------------------

  @Override
  public ConnectionPage connections(ConnectionQuery query) {
    return search.page(query);
  }

  @Override
  public Optional<ConnectionInfo> connection(long id) {
    return search.find(id);
  }

  @Override
  public ConnectionTimeline timeline(long id) {
    return TimelineReport.of(engine, id);
  }

  @Override
  public Explanation explain(String link, String connection) {
    return explainer.explain(link, connection);
  }

  @Override
  public Tracing trace(String filter, int count, Consumer<TraceEvent> each) {
    Tracer tracer = new Tracer(engine, FlowFilter.parse(filter), count, each);
    engine.addTap(tracer, Map.of());
    return tracer;
  }

  // ---- counters --------------------------------------------------------------------------------

  @Override
  public List<CounterInfo> counters() {
    List<CounterInfo> counters = new ArrayList<>();
    for (Crew crew : engine.links().crews()) {
      counters.addAll(LinkReport.counters(crew, engine.reasons().all()));
    }
    for (Counter counter : engine.counters().all()) {
      counters.add(
          new CounterInfo(counter.name(), "", false, counter.value(), counter.description()));
    }
    counters.sort(Comparator.comparing(CounterInfo::name).thenComparing(CounterInfo::link));
    return counters;
  }

  @Override
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    engine.links().refused().values().forEach(refused -> faults.add(refused.reason()));
    for (LinkInfo link : links()) {
      // FAILED is told above; a link that is UP may wait for its VM, which is no fault.
      if (!link.reason().isEmpty()
          && !link.state().equals("FAILED")
          && !link.state().equals("UP")) {
        faults.add(link.reason());
      }
    }
    for (ServiceInfo service : services()) {
      if (!service.reason().isEmpty()) {
        faults.add("Service " + service.name() + ": " + service.reason());
      }
    }
    return faults;
  }
}
