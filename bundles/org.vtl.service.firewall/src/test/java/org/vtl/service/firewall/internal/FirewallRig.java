package org.vtl.service.firewall.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.service.firewall.internal.ruleset.RuleCounter;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** A link with a firewall in it: the VM is 10.0.0.1, its peer 10.0.0.2. */
final class FirewallRig implements AutoCloseable {
  static final long MILLI = 1_000_000;

  /** A policy as a server has it. */
  static final String[] USUAL = {
    "policy inbound drop",
    "policy outbound accept",
    "antispoof off",
    "ct state invalid drop id invalid",
    "ct state established,related accept id established",
    "inbound tcp dport 22 accept id ssh",
    "inbound tcp dport 23 reject with tcp reset id telnet",
    "inbound udp dport 53 accept id dns",
    "inbound udp dport 69 reject with icmpx admin-prohibited id tftp"
  };

  final VirtualClock clock = new VirtualClock();
  final MemoryPortProvider ports = new MemoryPortProvider();
  final MemoryPort vm = ports.port("vm");
  final MemoryPort network = ports.port("net");
  final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  final PacketPool pool = new PacketPool(4);
  final Packet frame = pool.acquire();
  final Packet out = pool.acquire();
  final Alarms alarms = new Alarms();
  final Map<String, Object> configuration = new HashMap<>();
  Firewall firewall;

  /** What configuration was written, each time. */
  final List<List<String>> written = new ArrayList<>();

  /** A firewall with these rules, its link with room for 1,024 connections. */
  FirewallRig(String... rules) {
    this(Map.of(), rules);
  }

  /** The same with further keys of the link. */
  FirewallRig(Map<String, Object> link, String... rules) {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    Map<String, Object> keys = new HashMap<>();
    keys.put("vm.port", "memory:vm");
    keys.put("network.port", "memory:net");
    keys.put("connections", 1024);
    keys.putAll(link);
    engine.addLink("lab", keys);
    engine.step();
    engine.step();
    configuration.put("rules", rules);
    if (rules.length > 0) {
      firewall = add();
    }
  }

  /** Another version of the firewall, configured alike; the one before stays until removed. */
  Firewall add() {
    Firewall made = new Firewall(alarms, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    made.configurations = new Kept();
    made.configure(Configuration.of(FirewallConfig.class, configuration));
    engine.addService(made, properties());
    turn();
    return made;
  }

  /** Changes keys of the configuration, as the framework does. */
  void configure(Object... keysAndValues) {
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    firewall.configure(Configuration.of(FirewallConfig.class, configuration));
    engine.changeService(firewall, properties());
    turn();
  }

  static Map<String, Object> properties() {
    return Map.of("vtl.name", "firewall", "vtl.priority", 200);
  }

  /** What {@code lines} come to as lines. */
  static List<String> lines(String... lines) {
    return List.of(lines);
  }

  // ---- traffic ---------------------------------------------------------------------------------

  /** The VM sends; true if the peer gets it. */
  boolean outbound(Frames frames) {
    vm.deliver(frames.build(frame));
    turn();
    return network.sent(out);
  }

  /** The peer sends; true if the VM gets it. */
  boolean inbound(Frames frames) {
    network.deliver(frames.macs("02:00:00:00:00:02", "02:00:00:00:00:01").build(frame));
    turn();
    return vm.sent(out);
  }

  void turn() {
    while (engine.step() > 0) {
      // until nothing is left to do
    }
  }

  void pass(long millis) {
    for (long i = 0; i < millis; i++) {
      clock.advance(MILLI);
      turn();
    }
  }

  /** All that was sent to the VM, as text. */
  List<String> toVm() {
    return drain(vm);
  }

  List<String> toNetwork() {
    return drain(network);
  }

  private List<String> drain(MemoryPort port) {
    List<String> all = new ArrayList<>();
    while (port.sent(out)) {
      all.add(PacketText.of(out));
    }
    return all;
  }

  /** The peer's frames to the VM's port. */
  static Frames tcpIn(int port) {
    return Frames.tcp().from("10.0.0.2:4000").to("10.0.0.1:" + port);
  }

  static Frames tcpOut(int port) {
    return Frames.tcp().from("10.0.0.1:" + port).to("10.0.0.2:4000");
  }

  /** The peer opens a connection to the VM's port; false at the first packet that is refused. */
  boolean openIn(int port) {
    return inbound(tcpIn(port).syn().seq(99).mss(1460))
        && outbound(tcpOut(port).syn().seq(899).ack(100).mss(1460))
        && inbound(tcpIn(port).seq(100).ack(900));
  }

  // ---- what can be seen ------------------------------------------------------------------------

  List<ConnectionInfo> connections() {
    return engine.runtime().connections(new ConnectionQuery("", "id", 0, 10_000)).connections();
  }

  long count(String counter) {
    return engine.runtime().counters().stream()
        .filter(one -> one.name().equals(counter))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  /** Packets that the firewall was shown. */
  long seen() {
    return engine.runtime().services().getFirst().packets();
  }

  @Override
  public void close() {
    if (count("core/engine-faults") != 0) {
      throw new AssertionError("The engine itself has faults; see the log.");
    }
    if (engine.runtime().services().stream().anyMatch(service -> service.failures() > 0)) {
      throw new AssertionError("The firewall threw exceptions; see the log.");
    }
    engine.close();
    pool.close();
  }

  /** The beginning of the IP packet that was sent last. */
  byte[] quote() {
    byte[] quote = new byte[28];
    long from = (long) frame.start() + frame.networkOffset();
    MemorySegment.copy(frame.memory(), ValueLayout.JAVA_BYTE, from, quote, 0, 28);
    return quote;
  }

  /** What rule {@code id} has counted. */
  RuleCounter counter(String id) {
    return firewall.policies().counters().counter(id);
  }

  /** Alarms that ring when a test says so. */
  static final class Alarms implements PolicyStore.Alarm {
    private final List<Runnable> set = new ArrayList<>();
    Duration delay;

    @Override
    public Runnable in(Duration delay, Runnable task) {
      this.delay = delay;
      set.add(task);
      return () -> set.remove(task);
    }

    int size() {
      return set.size();
    }

    void ring() {
      List.copyOf(set).forEach(Runnable::run);
    }
  }

  /** Keeps what is written, and tells nobody. */
  private final class Kept implements Configurations {
    @Override
    public List<Entry> list() {
      return List.of();
    }

    @Override
    public Entry check(String pid, Map<String, ?> changes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Entry set(String pid, Map<String, ?> changes) {
      written.add(List.of((String[]) changes.get("rules")));
      return null;
    }

    @Override
    public void delete(String pid) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> faults() {
      return List.of();
    }
  }
}
