package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Link;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;
import org.vtl.packet.Protocol;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.runtime.ServiceInfo;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** One link between two memory ports, stepped on a virtual clock. */
class Rig implements AutoCloseable {
  static final long MILLI = 1_000_000;

  /** How many workers the links of tests have: see {@link WithWorkers}. */
  static int workers = 1;

  final VirtualClock clock = new VirtualClock();
  final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  final MemoryPortProvider provider = new MemoryPortProvider();
  final MemoryPort vm = provider.port("vm");
  final MemoryPort net = provider.port("net");
  final PacketPool pool = new PacketPool(8);
  final Packet frame = pool.acquire();
  final Packet out = pool.acquire();
  final Link link;

  Rig(Object... keysAndValues) {
    engine.addProvider(provider, MemoryPortProvider.SCHEME);
    link = engine.addLink("lab", configuration(keysAndValues));
    engine.step();
    engine.step();
  }

  static Map<String, Object> configuration(Object... keysAndValues) {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("vm.port", "memory:vm");
    configuration.put("network.port", "memory:net");
    configuration.put("packets", 256);
    configuration.put("connections", 64);
    configuration.put("workers", workers);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return configuration;
  }

  /** Waits until all ports of an engine with threads are open: before, frames may find none. */
  static void awaitUp(Engine engine) throws InterruptedException {
    while (!engine.runtime().links().stream().allMatch(one -> one.state().equals("UP"))) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** The link as the worker has it that the default frames belong to, 10.0.0.1 and 10.0.0.2's. */
  Link owner() {
    long high = 0;
    long vm = Packet.mapped(0x0a000001);
    long network = Packet.mapped(0x0a000002);
    return link.owner(new ConnectionKey(Protocol.UDP, high, vm, 5555, high, network, 80, 0));
  }

  /** Puts a service in under {@code name} at {@code priority}. */
  <T extends PacketService> T add(String name, int priority, T service) {
    engine.addService(service, Map.of("vtl.name", name, "vtl.priority", priority));
    return service;
  }

  /** The VM sends; the lane is turned until it is quiet. */
  void fromVm(Frames frames) {
    vm.deliver(frames.build(frame));
    turn();
  }

  void fromNetwork(Frames frames) {
    net.deliver(frames.build(frame));
    turn();
  }

  void turn() {
    while (engine.step() > 0) {
      // until nothing is left to do
    }
  }

  /** Lets time pass in steps of a millisecond, turning after each. */
  void pass(long millis) {
    for (long i = 0; i < millis; i++) {
      clock.advance(MILLI);
      turn();
    }
  }

  /** The next frame that left towards the network, or null. */
  Packet toNetwork() {
    return net.sent(out) ? out : null;
  }

  Packet toVm() {
    return vm.sent(out) ? out : null;
  }

  /** All frames that left towards the network, as text. */
  List<String> allToNetwork() {
    List<String> all = new ArrayList<>();
    while (net.sent(out)) {
      all.add(PacketText.of(out));
    }
    return all;
  }

  /** The payloads of all frames that left towards the network. */
  List<String> payloadsToNetwork() {
    List<String> all = new ArrayList<>();
    while (net.sent(out)) {
      byte[] bytes = new byte[out.payloadLength()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            out.memory().get(ValueLayout.JAVA_BYTE, (long) out.start() + out.payloadOffset() + i);
      }
      all.add(new String(bytes, StandardCharsets.US_ASCII));
    }
    return all;
  }

  long count(String counter) {
    return engine.runtime().counters().stream()
        .filter(one -> one.name().equals(counter))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  ServiceInfo service(String name) {
    return engine.runtime().services().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<ConnectionInfo> connections(String filter) {
    return engine.runtime().connections(new ConnectionQuery(filter, "id", 0, 100)).connections();
  }

  static Frames udp(String payload) {
    return Frames.udp().payload(payload);
  }

  static Frames udpBack(String payload) {
    return Frames.udp()
        .from("10.0.0.2:80")
        .to("10.0.0.1:5555")
        .macs("02:00:00:00:00:02", "02:00:00:00:00:01")
        .payload(payload);
  }

  static Frames tcpBack() {
    return Frames.tcp()
        .from("10.0.0.2:80")
        .to("10.0.0.1:5555")
        .macs("02:00:00:00:00:02", "02:00:00:00:00:01");
  }

  /** The VM at 1000 and the peer at 9000 shake hands; what crossed is forgotten. */
  void handshake() {
    fromVm(Frames.tcp().syn().seq(999).mss(1460).timestamps(50, 0).windowScale(7));
    fromNetwork(tcpBack().syn().seq(8999).ack(1000).mss(1400).timestamps(70, 50).windowScale(7));
    fromVm(Frames.tcp().seq(1000).ack(9000).timestamps(51, 70).window(500));
    vm.clear();
    net.clear();
  }

  @Override
  public void close() {
    assertEquals(0, count("core/engine-faults"), "faults of the engine itself; see the log");
    engine.close();
    pool.close();
  }

  /** A service that keeps its context and lets packets pass. */
  static class Taking implements PacketService {
    ServiceContext context;

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      return Verdict.CONTINUE;
    }
  }

  /** A service that says one thing and remembers what it saw. */
  static final class Probe implements PacketService {
    final List<String> seen;
    final String name;
    Verdict verdict = Verdict.CONTINUE;

    Probe(String name, List<String> seen) {
      this.name = name;
      this.seen = seen;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      seen.add(name + (packet.direction() == Direction.OUTBOUND ? ">" : "<"));
      return verdict;
    }
  }
}
