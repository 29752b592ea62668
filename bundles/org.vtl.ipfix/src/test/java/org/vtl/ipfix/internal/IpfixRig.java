package org.vtl.ipfix.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** A link of a stepped engine that is observed, and the messages that tell of it. */
final class IpfixRig implements AutoCloseable {
  /** The wall clock at the engine's zero. */
  static final long WALL_MILLIS = 1_800_000_000_000L;

  static final int MESSAGE_BYTES = 1_400;

  final VirtualClock clock = new VirtualClock();
  final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  final MemoryPortProvider ports = new MemoryPortProvider();
  final MemoryPort vm = ports.port("vm");
  final MemoryPort net = ports.port("net");
  final FlowObserver observer;
  final MessageWriter message = new MessageWriter(MESSAGE_BYTES, 7, 32_473);
  private final PacketPool pool = new PacketPool(4);
  private final Packet frame = pool.acquire();

  IpfixRig(int queue) {
    observer =
        new FlowObserver(
            queue, () -> WALL_MILLIS + TimeUnit.NANOSECONDS.toMillis(clock.getAsLong()));
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink(
        "lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net", "packets", 512));
    add("ipfix", 990, observer);
    engine.addTap(observer, Map.of(PacketTap.DROPS_ONLY, true));
    turn();
  }

  void add(String name, int priority, PacketService service) {
    engine.addService(service, Map.of("vtl.name", name, "vtl.priority", priority));
    turn();
  }

  void turn() {
    while (engine.step() > 0) {
      // until nothing is left to do
    }
    engine.step(); // what was given to the worker meanwhile
    vm.clear();
    net.clear();
  }

  void fromVm(Frames frames) {
    vm.deliver(frames.build(frame));
    turn();
  }

  void fromNetwork(Frames frames) {
    net.deliver(frames.build(frame));
    turn();
  }

  /** Lets so much time pass that every connection of UDP ends. */
  void idle() {
    for (int i = 0; i < 400; i++) {
      clock.advance(TimeUnit.SECONDS.toNanos(1));
      turn();
    }
    settle();
  }

  /** Has the worker tell of what waits; of flows that go on if they are older than so much. */
  void settle() {
    observer.tellOfActive(TimeUnit.HOURS.toNanos(1));
    turn();
  }

  /** All messages now, the templates first. */
  List<byte[]> messages() {
    List<byte[]> all = new ArrayList<>();
    message.templates();
    for (Flows flows : observer.all()) {
      FlowRing ring = flows.ring();
      for (int at = ring.next(); at >= 0; at = ring.next()) {
        String reason = observer.reason(ring.rows()[at + FlowRow.REASON]);
        if (message.add(ring.rows(), at, flows.link(), reason)) {
          ring.free();
        } else {
          all.add(finish());
        }
      }
    }
    all.add(finish());
    return all;
  }

  private byte[] finish() {
    ByteBuffer whole = message.finish(WALL_MILLIS / 1_000);
    byte[] bytes = new byte[whole.remaining()];
    whole.get(bytes);
    message.sent();
    return bytes;
  }

  /** All records now. */
  List<Map<String, String>> records() {
    IpfixReader reader = new IpfixReader();
    messages().forEach(reader::read);
    return reader.records();
  }

  @Override
  public void close() {
    engine.close();
    pool.close();
  }
}
