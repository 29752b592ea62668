package org.vtl.shell.internal.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.vtl.port.PortStatistics;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionPage;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.ConnectionTimeline;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.EndpointInfo;
import org.vtl.runtime.Explanation;
import org.vtl.runtime.Installer;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.PortInfo;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.TimePerPacket;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;

/**
 * A VTL with one link up, one waiting, and services in several states; remembers what was asked.
 */
public final class FakeVtl implements VtlRuntime, Installer, Configurations, ConfigurationTrials {
  /** Of a VTL whose bundles are all away. */
  static final Providers NOTHING = new Providers(() -> null, () -> null, () -> null, () -> null);

  public final Providers providers = new Providers(() -> this, () -> this, () -> this, () -> this);
  final List<String> asked = new ArrayList<>();
  final Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
  List<String> refresh = List.of();
  List<String> problems = List.of();
  long dropped = 3;
  boolean takesPriority = true;

  /** Events that a trace gets at once; it ends behind them when there are as many as asked for. */
  List<TraceEvent> events = List.of();

  public FakeVtl() {
    configurations.put("org.vtl.link~vm1", new LinkedHashMap<>(Map.of("vm.port", "tap:vm1")));
    configurations.put(
        "org.vtl.service.impair",
        new LinkedHashMap<>(Map.of("delay.millis", 20, "links", new String[] {"vm1", "a,b"})));
  }

  private static PortInfo port(String address, String side, String state, String reason) {
    return new PortInfo(
        address,
        "vm1",
        side,
        state,
        reason,
        "checksum,tcp",
        state.equals("OPEN") ? 1500 : 0,
        1,
        new PortStatistics(10, 12_000, 20, 3_400_000, 1, 2));
  }

  boolean onlyRefused;

  List<LinkInfo.WorkerInfo> workers = List.of(new LinkInfo.WorkerInfo(0, 2, 100, 200, 3, 0, 1000));

  @Override
  public List<LinkInfo> links() {
    if (onlyRefused) {
      return List.of(
          new LinkInfo(
              "vm3",
              "FAILED",
              "Wrong.",
              null,
              null,
              List.of(),
              List.of(),
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              "its configuration is refused",
              0,
              List.of()));
    }
    return List.of(
        new LinkInfo(
            "vm1",
            "UP",
            "",
            port("tap:vm1", "vm", "OPEN", ""),
            port("packet:eth1", "network", "OPEN", ""),
            List.of("firewall"),
            List.of(),
            2,
            100,
            12_345,
            200,
            6_789_000,
            dropped,
            1000,
            1024,
            "",
            1,
            workers),
        new LinkInfo(
            "vm2",
            "WAITING",
            "Port tap:vm2 is missing; create it or start the VM.",
            port("tap:vm2", "vm", "WAITING", "No interface vm2."),
            port("packet:eth2", "network", "OPEN", ""),
            List.of(),
            List.of(),
            0,
            0,
            0,
            0,
            0,
            0,
            1024,
            1024,
            "its ports are not open",
            0,
            List.of(new LinkInfo.WorkerInfo(0, 0, 0, 0, 0, 0, 1024))));
  }

  @Override
  public List<PortInfo> ports() {
    return List.of(links().getFirst().vmPort(), links().getLast().vmPort());
  }

  @Override
  public List<ServiceInfo> services() {
    return List.of(
        new ServiceInfo(
            "firewall",
            "ABSENT",
            "Link vm1 requires it, and no bundle has it.",
            200,
            List.of(),
            List.of(),
            List.of("vm1"),
            "",
            "",
            0,
            0,
            0,
            0,
            0,
            0,
            List.of()),
        new ServiceInfo(
            "impair",
            "ACTIVE",
            "",
            priority(),
            List.of("TCP", "UDP"),
            List.of(),
            List.of(),
            "org.vtl.service.impair 0.1.0",
            "org.vtl.service.impair",
            300,
            3,
            20,
            20,
            0,
            5,
            List.of(new CounterInfo("impair/delayed", "", false, 20, "packets delayed")),
            new TimePerPacket(90, 7_600, 84, 1_279)));
  }

  private int priority() {
    Object configured =
        configurations
            .getOrDefault("org.vtl.service.impair", Map.of())
            .getOrDefault("vtl.priority", 600);
    return takesPriority ? (Integer) configured : 600;
  }

  private static EndpointInfo end(String address, int port, String state, long bytes) {
    return new EndpointInfo(
        address,
        port,
        "52:54:00:12:34:56",
        state,
        64,
        1000,
        2000,
        1990,
        1500,
        65_535,
        7,
        1460,
        true,
        true,
        false,
        10,
        bytes);
  }

  static ConnectionInfo connection() {
    return new ConnectionInfo(
        17,
        "vm1",
        0,
        "tcp",
        -1,
        end("10.0.0.2", 43_210, "ESTABLISHED", 1234),
        end("fd00::1", 443, "CLOSE_WAIT", 5_600_000),
        "OUTBOUND",
        false,
        true,
        125,
        0.25,
        List.of("impair"),
        List.of("firewall"),
        0,
        "kernel");
  }

  @Override
  public ConnectionPage connections(ConnectionQuery query) {
    asked.add(query.toString());
    if (query.filter().contains("bogus")) {
      throw new IllegalArgumentException("Word \"bogus\" is no filter; use host, port, tcp.");
    }
    return new ConnectionPage(
        90, query.offset() < 90 ? List.of(connection(), connection()) : List.of());
  }

  @Override
  public Optional<ConnectionInfo> connection(long id) {
    return id == 17 ? Optional.of(connection()) : Optional.empty();
  }

  @Override
  public ConnectionTimeline timeline(long id) {
    return switch ((int) id) {
      case 17 ->
          new ConnectionTimeline(
              17,
              "vm1",
              true,
              List.of(
                  event("OPENED", 60.25, "vm", "", "", "The VM opened it."),
                  event("ESTABLISHED", 60.2, "", "", "", "It is established."),
                  event("DROPPED", 1, "vm", "wall", "wall/rule", "wall dropped a packet.")));
      case 16 ->
          new ConnectionTimeline(
              16, "vm1", false, List.of(event("EXPIRED", 5, "", "", "", "It was forgotten.")));
      default -> new ConnectionTimeline(id, "", false, List.of());
    };
  }

  private static ConnectionTimeline.Event event(
      String kind, double age, String end, String service, String reason, String text) {
    return new ConnectionTimeline.Event(kind, age, end, service, reason, text);
  }

  @Override
  public Explanation explain(String link, String connection) {
    asked.add("explain " + link + " " + connection);
    return new Explanation(
        "vm1",
        "tcp 10.0.0.2:1 > 10.0.0.3:80",
        connection.equals("17") ? 17 : 0,
        List.of(
            new Explanation.Stage("firewall", 200, false, "absent"),
            new Explanation.Stage("impair", 600, true, "in chain")));
  }

  static TraceEvent event(String fate) {
    return new TraceEvent(
        "vm1",
        "OUTBOUND",
        17,
        "tcp 10.0.0.2:1 > 10.0.0.3:80 SYN",
        74,
        List.of(
            new TraceEvent.Stage("arrival", "", "", List.of()),
            new TraceEvent.Stage("impair", "DROP", "impair/lost", List.of("26: 0a00 > 0b00"))),
        fate);
  }

  @Override
  public Tracing trace(String filter, int count, Consumer<TraceEvent> each) {
    asked.add("trace " + filter + " " + count);
    if (filter.contains("bogus")) {
      throw new IllegalArgumentException("Word \"bogus\" is no filter; use host, port, tcp.");
    }
    events.stream().limit(count).forEach(each);
    return new Tracing() {
      @Override
      public boolean isDone() {
        return events.size() >= count;
      }

      @Override
      public void close() {
        asked.add("trace closed");
      }
    };
  }

  @Override
  public List<CounterInfo> counters() {
    return List.of(
        new CounterInfo("core/malformed", "vm1", true, dropped, "packets that could not be read"),
        new CounterInfo("core/pool-exhausted", "vm1", false, 4, "polls without a free packet"),
        new CounterInfo("impair/delayed", "", false, 20, "packets delayed"),
        new CounterInfo("impair/never", "", false, 0, "what has not happened yet"));
  }

  /** Of {@link VtlRuntime} and {@link Configurations}: the same fault, told by both. */
  @Override
  public List<String> faults() {
    return List.of("Service firewall: Link vm1 requires it, and no bundle has it.");
  }

  @Override
  public Plan plan(String source) {
    if (source.equals("nowhere")) {
      throw new IllegalArgumentException("\"nowhere\" is neither a file nor a feature.");
    }
    return new Plan(source, List.of("org.x 1.0"), List.of(), List.of("org.x"), refresh, problems);
  }

  @Override
  public Outcome install(String source, Consumer<String> progress) {
    asked.add("install " + source);
    progress.accept("Starting org.x.");
    return new Outcome("org.x 1.0 is installed.", List.of("org.x 1.0"), 12);
  }

  @Override
  public Outcome update(String name, String source, Consumer<String> progress) {
    asked.add("update " + name + " " + source);
    return new Outcome("org.x 1.1 replaces 1.0.", List.of("org.x 1.1"), 12);
  }

  @Override
  public Outcome uninstall(String name, Consumer<String> progress) {
    asked.add("uninstall " + name);
    return new Outcome("org.x is removed.", List.of("org.x 1.0"), 3);
  }

  @Override
  public String refusal(String name) {
    return "";
  }

  @Override
  public List<Installed> installed() {
    return List.of(
        new Installed("org.x", "1.0", "file:/x.jar", "ACTIVE", ""),
        new Installed("bad.jar", "", "file:/bad.jar", "FAILED", "It is no zip file."));
  }

  @Override
  public List<Feature> features() {
    return List.of(
        new Feature("capture", "Writes capture files.", true, List.of("a:b:1")),
        new Feature("portblock", "Drops packets to ports.", false, List.of("a:c:1")));
  }

  @Override
  public List<Entry> list() {
    return configurations.keySet().stream().map(this::entry).toList();
  }

  private Entry entry(String pid) {
    return new Entry(
        pid,
        pid + ".cfg.json",
        configurations.get(pid),
        List.of(
            new Key("vm.port", "String", "", "port on the VM's side"),
            new Key("delay.millis", "Integer", "0", "how long each packet waits"),
            new Key("links", "String[]", "", "links that it serves")));
  }

  @Override
  public Entry check(String pid, Map<String, ?> changes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Trial start(String pid, Map<String, ?> changes, int seconds, String user) {
    asked.add("try " + pid + " " + changes.keySet() + " " + seconds);
    return new Trial(pid, user, "2026-11-23T12:00:00Z");
  }

  @Override
  public List<Trial> running() {
    return List.of();
  }

  @Override
  public Trial confirm(String pid) {
    asked.add("confirm " + pid);
    return new Trial(pid, "the shell", "2026-11-23T12:00:00Z");
  }

  @Override
  public Trial revert(String pid) {
    throw new IllegalStateException("Configuration " + pid + " is not on trial.");
  }

  @Override
  public Entry set(String pid, Map<String, ?> changes) {
    asked.add("set " + pid + " " + changes.keySet());
    Map<String, Object> values =
        configurations.computeIfAbsent(pid, absent -> new LinkedHashMap<>());
    changes.forEach(
        (name, value) -> {
          if (value == null) {
            values.remove(name);
          } else {
            values.put(name, value);
          }
        });
    return entry(pid);
  }

  @Override
  public void delete(String pid) {
    configurations.remove(pid);
  }
}
