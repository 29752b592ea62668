package org.vtl.service.impair.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** A link with the emulated line in it, and the numbers and times of what comes out. */
final class ImpairRig implements AutoCloseable {
  static final long MILLI = 1_000_000;

  /**
   * A packet that came out.
   *
   * @param number its sequence number
   * @param nanos when, from the start
   */
  record Arrival(long number, long nanos) {}

  private static final Map<String, Object> PROPERTIES =
      Map.of("vtl.name", "impair", "vtl.priority", 750);

  final VirtualClock clock = new VirtualClock();
  final MemoryPortProvider ports = new MemoryPortProvider();
  final MemoryPort vm = ports.port("vm");
  final MemoryPort network = ports.port("net");
  final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  final PacketPool pool = new PacketPool(2);
  final Packet packet = pool.acquire();
  Impair service;

  private final long start = clock.nanos();
  private final Packet received = pool.acquire();
  private final Map<String, Object> values = new HashMap<>();

  /** A rig with these keys and values. */
  ImpairRig(Object... keysAndValues) {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink(
        "lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net", "packets", "8192"));
    put(keysAndValues);
    service = add();
    engine.step();
  }

  /** Gives the link so many workers. */
  void workers(int count) {
    engine.addLink(
        "lab",
        Map.of(
            "vm.port",
            "memory:vm",
            "network.port",
            "memory:net",
            "packets",
            "8192",
            "workers",
            count));
    engine.step();
    engine.step();
  }

  /** Changes the configuration of the running service. */
  void configure(Object... keysAndValues) {
    put(keysAndValues);
    service.configure(Configuration.of(ImpairConfig.class, values));
    engine.changeService(service, PROPERTIES); // as the framework does
  }

  /** Another version of the service, configured alike. */
  Impair add() {
    Impair made = new Impair();
    made.configure(Configuration.of(ImpairConfig.class, values));
    engine.addService(made, PROPERTIES);
    return made;
  }

  private void put(Object... keysAndValues) {
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
  }

  /** The VM sends a TCP segment with this sequence number. */
  void send(long number, int payload) {
    vm.deliver(Frames.tcp().seq(number).ack(1).payload(payload).build(packet));
    engine.step();
  }

  /** Packets that the service was shown. */
  long seen() {
    return engine.runtime().services().getFirst().packets();
  }

  /** Nanoseconds since the start. */
  long now() {
    return clock.nanos() - start;
  }

  /** What has come out at the network's side so far. */
  List<Arrival> arrivals() {
    List<Arrival> arrivals = new ArrayList<>();
    while (network.sent(received)) {
      arrivals.add(new Arrival(received.tcp().sequenceNumber() & 0xffff_ffffL, now()));
    }
    return arrivals;
  }

  /** Lets {@code millis} pass in steps of a quarter millisecond; what comes out meanwhile. */
  List<Arrival> pass(long millis) {
    List<Arrival> arrivals = new ArrayList<>(arrivals());
    for (long i = 0; i < millis * 4; i++) {
      clock.advance(MILLI / 4);
      engine.step();
      arrivals.addAll(arrivals());
    }
    return arrivals;
  }

  static List<Long> numbers(List<Arrival> arrivals) {
    return arrivals.stream().map(Arrival::number).toList();
  }

  /** A counter or a reason's count, such as {@code impair/lost}. */
  long count(String name) {
    return engine.runtime().counters().stream()
        .filter(counter -> counter.name().equals(name))
        .mapToLong(counter -> counter.value())
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    engine.close();
    pool.close();
  }
}
