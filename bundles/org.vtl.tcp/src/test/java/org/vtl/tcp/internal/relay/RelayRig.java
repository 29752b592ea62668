package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.port.Offloads;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.tcp.Opening;
import org.vtl.tcp.TcpRelays;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/**
 * A VM and its peer, each an endpoint of ours, with an engine between them on a virtual clock. The
 * VM is 10.0.0.1:5555 and a fifth of a millisecond away, the peer 10.0.0.2:80 and as far as a test
 * says.
 */
final class RelayRig implements AutoCloseable {
  static final long MILLI = 1_000_000;
  private static final Map<String, Object> DECIDER =
      Map.of("vtl.name", "decider", "vtl.priority", 400);
  static final int VM_SEQUENCE = 999;
  static final int PEER_SEQUENCE = 0xffff_f000; // wraps early

  final VirtualClock clock = new VirtualClock();
  final MemoryPortProvider ports = new MemoryPortProvider();
  final MemoryPort vmPort = ports.port("vm");
  final MemoryPort networkPort = ports.port("net");
  final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  final PacketPool pool = new PacketPool(1);
  final Packet out = pool.acquire();
  final ChunkPool chunks;
  final TcpService tcp;
  final Host vm;
  final Host peer;
  final Path fromVm;
  final Path toVm;
  final Path fromPeer;
  final Path toPeer;

  RelayRig(long seed) {
    this(seed, 64 << 20);
  }

  /** One whose relays have so many bytes of memory. */
  RelayRig(long seed, long memory) {
    chunks = new ChunkPool(memory);
    tcp = new TcpService(chunks);
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    Map<String, Object> keys = new HashMap<>();
    keys.put("vm.port", "memory:vm");
    keys.put("network.port", "memory:net");
    keys.put("connections", 8192);
    keys.put("packets", 1024);
    vmPort.setOffloads(Offloads.NONE); // paths carry bytes alone
    networkPort.setOffloads(Offloads.NONE);
    engine.addLink("lab", keys);
    engine.step();
    engine.step();
    vm = new Host(seed, Frames.tcp().id(7000).dontFragment().ttl(61).trafficClass(0x20));
    peer =
        new Host(
            seed + 1,
            Frames.tcp()
                .from("10.0.0.2:80")
                .to("10.0.0.1:5555")
                .macs("02:00:00:00:00:02", "02:00:00:00:00:01")
                .id(9000)
                .dontFragment()
                .ttl(55));
    fromVm = new Path(seed + 2, vmPort::deliver);
    toVm = new Path(seed + 3, frame -> vm.receive(frame, VM_SEQUENCE, clock.nanos()));
    fromPeer = new Path(seed + 4, networkPort::deliver);
    toPeer = new Path(seed + 5, frame -> peer.receive(frame, PEER_SEQUENCE, clock.nanos()));
    fromVm.name = "VM   -->|           ";
    toVm.name = "VM   <--|           ";
    fromPeer.name = "        |<--    peer";
    toPeer.name = "        |-->    peer";
    vm.out = fromVm;
    peer.out = fromPeer;
    fromVm.delay = MILLI / 5;
    toVm.delay = MILLI / 5;
    engine.addService(tcp, Map.of("vtl.name", "tcp", "vtl.priority", 450, "vtl.protocols", "tcp"));
    turn();
  }

  /** Puts a service in that decides about connections. */
  <T extends PacketService> T add(T service) {
    engine.addService(service, DECIDER);
    turn();
    return service;
  }

  /** Has {@code service} decide anew, about connections it has left, too. */
  void decideAnew(PacketService service) {
    engine.changeService(service, DECIDER);
    turn();
  }

  /** One way to the peer takes this long. */
  void distance(long millis) {
    toPeer.delay = millis * MILLI;
    fromPeer.delay = millis * MILLI;
  }

  void connect() {
    vm.connect(VM_SEQUENCE, clock.nanos());
  }

  /** As {@link #connect}, from {@code vm} or {@code peer}. */
  void connectFrom(String opener) {
    if (opener.equals("vm")) {
      connect();
    } else {
      peer.connect(PEER_SEQUENCE, clock.nanos());
    }
  }

  /** Has everything happen that is due now. */
  void turn() {
    int work = 1;
    while (work > 0) {
      long now = clock.nanos();
      work = fromVm.arrive(now) + fromPeer.arrive(now);
      work += engine.step();
      while (vmPort.sent(out)) {
        work++;
        if (isOurs()) {
          toVm.send(out, now);
        }
      }
      while (networkPort.sent(out)) {
        work++;
        if (isOurs()) {
          toPeer.send(out, now);
        }
      }
      work += toVm.arrive(now) + toPeer.arrive(now);
    }
  }

  /** Whether {@link #out} is none of a {@link StalledCrowd}'s. */
  private boolean isOurs() {
    return out.sourceLow() != StalledCrowd.ADDRESS && out.destinationLow() != StalledCrowd.ADDRESS;
  }

  /** Lets time pass in steps of a fifth of a millisecond. */
  void pass(long millis) {
    pass(millis, MILLI / 5);
  }

  /** Lets time pass in other steps. */
  void pass(long millis, long stepNanos) {
    long end = clock.nanos() + millis * MILLI;
    while (clock.nanos() < end) {
      clock.advance(stepNanos);
      step();
    }
  }

  private void step() {
    vm.turn(clock.nanos());
    peer.turn(clock.nanos());
    turn();
  }

  /** Lets time pass until both ends have closed, at most so long; whether they have. */
  boolean passUntilClosed(long millis) {
    long end = clock.nanos() + millis * MILLI;
    while (clock.nanos() < end && !(vm.closed != null && peer.closed != null)) {
      clock.advance(MILLI / 5);
      step();
    }
    return vm.closed != null && peer.closed != null;
  }

  void passUntilVmClosed(long millis) {
    long end = clock.nanos() + millis * MILLI;
    while (clock.nanos() < end && vm.closed == null) {
      clock.advance(MILLI / 5);
      step();
    }
  }

  long count(String counter) {
    return engine.runtime().counters().stream()
        .filter(one -> one.name().equals(counter))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  @Override
  public void close() {
    assertEquals(0, count("core/engine-faults"), "faults of the engine itself; see the log");
    assertEquals(
        0,
        engine.runtime().services().stream().mapToLong(one -> one.failures()).sum(),
        "services threw; see the log");
    engine.close();
    pool.close();
    vm.close();
    peer.close();
    fromVm.close();
    toVm.close();
    fromPeer.close();
    toPeer.close();
    chunks.close();
  }

  /** Does with connections what a test says, and leaves each once that says something. */
  static final class Decider implements PacketService {
    interface Decision {
      Opening decide(Packet packet, Connection connection);
    }

    private final Decision decision;

    /** By which the packet is read that opens a relay; null where it goes on. */
    TcpRelays relays;

    Opening said;

    Decider(Decision decision) {
      this.decision = decision;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (connection.isTracked()) {
        said = decision.decide(packet, connection);
        if (said != null) {
          connection.leave(this);
        }
        if (said == Opening.OPENED && relays != null) {
          return relays.taken(packet);
        }
      }
      return Verdict.CONTINUE;
    }
  }
}
