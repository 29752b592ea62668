package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.Offloads;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.Relay;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/**
 * Many connections at once over bad paths, while relays are opened, asked to leave and aborted at
 * any moment, packets and memory run out and the clock jumps. All of it by one seed.
 */
final class Crowd implements AutoCloseable {
  private static final int FIRST_PORT = 2_000;
  private static final int PORTS = 4; // bytes
  private static final int ADDRESSES = 8;

  /** What else there is. */
  enum Circumstance {
    /** The link has two workers. */
    TWO_WORKERS,
    /** Frames have a tag. */
    VLAN,
    IPV6,
    /** A firewall on either side drops what does not fit the model. */
    FIREWALLS,
    /** The table has room for half of the connections. */
    FULL_TABLE,
    /** The link is taken away now and then, and comes back. */
    LINK_CLOSES
  }

  /** What one connection is. */
  private record Pair(int port, CrowdEnd vm, CrowdEnd peer, CrowdEnd opener) {}

  private final VirtualClock clock = new VirtualClock();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vmPort = ports.port("vm");
  private final MemoryPort networkPort = ports.port("net");
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private final PacketPool pool = new PacketPool(2);
  private final Packet out = pool.acquire();
  final Packet made = pool.acquire();
  final SegmentWriter writer = new SegmentWriter();
  final ChunkPool endChunks = new ChunkPool(64 << 20);
  private final ChunkPool chunks;
  private final TcpService tcp;
  private final Random random;
  private final Path[] paths = new Path[4];
  private final List<Pair> all = new ArrayList<>();
  private final List<Pair> living = new ArrayList<>();
  private final boolean[] disturbed = new boolean[65_536];
  private final String owner = "crowd";
  private final Set<Circumstance> circumstances;
  private boolean wild = true;
  private int corrupted;
  private long starvedUntil;

  Crowd(long seed, long memory, Set<Circumstance> circumstances) {
    this.circumstances = circumstances;
    random = new Random(seed);
    chunks = new ChunkPool(memory);
    tcp = new TcpService(chunks);
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    vmPort.setOffloads(Offloads.NONE);
    networkPort.setOffloads(Offloads.NONE);
    open();
    paths[0] = new Path(seed + 1, frame -> arrive(frame, vmPort::deliver));
    paths[1] = new Path(seed + 2, frame -> arrive(frame, networkPort::deliver));
    paths[2] = new Path(seed + 3, frame -> arrive(frame, this::toVm));
    paths[3] = new Path(seed + 4, frame -> arrive(frame, this::toPeer));
    for (Path path : paths) {
      path.delay = RelayRig.MILLI;
    }
    engine.addService(tcp, Map.of("vtl.name", "tcp", "vtl.priority", 450, "vtl.protocols", "tcp"));
    engine.addService(new Whim(), Map.of("vtl.name", "whim", "vtl.priority", 400));
    if (has(Circumstance.FIREWALLS)) {
      engine.addService(new Firewall(), Map.of("vtl.name", "inner", "vtl.priority", 200));
      engine.addService(new Firewall(), Map.of("vtl.name", "outer", "vtl.priority", 800));
    }
    engine.step();
  }

  boolean has(Circumstance circumstance) {
    return circumstances.contains(circumstance);
  }

  private void open() {
    Map<String, Object> keys = new HashMap<>();
    keys.put("vm.port", "memory:vm");
    keys.put("network.port", "memory:net");
    keys.put("connections", has(Circumstance.FULL_TABLE) ? 16 : 8_192);
    keys.put("packets", 512);
    keys.put("workers", has(Circumstance.TWO_WORKERS) ? 2 : 1);
    engine.addLink("lab", keys);
    engine.step();
    engine.step();
  }

  /** Whoever is connected may have lost what relays were to deliver, and is told so. */
  private void closeLink() {
    living.forEach(pair -> disturbed[pair.port] = true);
    engine.removeLink("lab");
    engine.step();
  }

  long now() {
    return clock.nanos();
  }

  // ---- the network -----------------------------------------------------------------------------

  private interface Receiver {
    boolean receive(Packet frame);
  }

  private void arrive(Packet frame, Receiver to) {
    int behind = frame.transportOffset() + PORTS;
    if (random.nextInt(1_000) < corrupted && frame.length() > behind) {
      MemorySegment memory = frame.memory();
      long at = frame.start() + behind + random.nextInt(frame.length() - behind);
      byte was = memory.get(ValueLayout.JAVA_BYTE, at);
      // Only ever upward: what is corrupted twice, up and down, has the right checksum at times.
      memory.set(ValueLayout.JAVA_BYTE, at, (byte) (was | 1 << random.nextInt(8)));
      Parser.parse(frame);
    }
    to.receive(frame);
  }

  private boolean toVm(Packet frame) {
    if (frame.isTcp()) {
      all.get(frame.tcp().destinationPort() - FIRST_PORT).vm.receive(frame);
    }
    return true;
  }

  private boolean toPeer(Packet frame) {
    if (frame.isTcp()) {
      all.get(frame.tcp().sourcePort() - FIRST_PORT).peer.receive(frame);
    }
    return true;
  }

  // ---- what happens ----------------------------------------------------------------------------

  /** Opens relays, has them leave and ends them, as a whim. */
  private final class Whim implements PacketService, ConnectionListener {
    @Override
    public void connectionClosed(Connection connection) {
      int place = connection.vm().port() - FIRST_PORT;
      if (place < all.size() && !(all.get(place).vm.isOver() && all.get(place).peer.isOver())) {
        disturbed[connection.vm().port()] = true; // evicted
      }
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (!packet.isTcp() || !connection.isTracked() || !wild) {
        return Verdict.CONTINUE;
      }
      Relay relay = tcp.of(connection);
      if (relay == null) {
        boolean opens = packet.tcp().isSyn() && !packet.tcp().isAck();
        if (random.nextInt(opens ? 2 : 60) == 0) {
          open(packet, connection, opens);
        }
      } else if (random.nextInt(150) == 0) {
        relay.leave();
      } else if (random.nextInt(3_000) == 0) {
        disturbed[connection.vm().port()] = true;
        relay.abort();
      }
      return Verdict.CONTINUE;
    }

    private void open(Packet packet, Connection connection, boolean opens) {
      SideOptions side = SideOptions.DEFAULT.withPacing(random.nextBoolean()).withBuffer(64 << 10);
      if (random.nextInt(3) == 0) {
        boolean one = random.nextBoolean();
        tcp.acknowledge(
            connection,
            new LocalAcknowledgmentOptions(
                owner, one ? side : null, one && random.nextBoolean() ? null : side));
      } else if (opens) {
        tcp.split(packet, connection, new SplitOptions(owner, side, side));
      } else {
        tcp.insert(connection, new SplitOptions(owner, side, side));
      }
    }
  }

  /** Drops what does not fit the model. */
  private static final class Firewall implements PacketService {
    private Reason invalid;

    @Override
    public void attach(ServiceContext context) {
      invalid = context.reason("invalid", "It does not fit the connection.");
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      boolean fits = !connection.isTracked() || !connection.isInvalid(packet);
      return fits ? Verdict.CONTINUE : invalid.drop(packet);
    }
  }

  private void happen() {
    if (has(Circumstance.LINK_CLOSES) && random.nextInt(1_500) == 0) {
      closeLink();
      clock.advance(random.nextInt(100) * RelayRig.MILLI);
      open();
    }
    if (random.nextInt(100) == 0) {
      Path path = paths[random.nextInt(paths.length)];
      path.lost = random.nextInt(3) == 0 ? random.nextInt(60) : 0;
      path.late = random.nextInt(3) == 0 ? random.nextInt(300) : 0;
      path.repeated = random.nextInt(3) == 0 ? random.nextInt(100) : 0;
      path.delay = (1 + random.nextInt(30)) * RelayRig.MILLI;
      corrupted = random.nextInt(4) == 0 ? 10 : 0;
    }
    if (random.nextInt(300) == 0) {
      (random.nextBoolean() ? vmPort : networkPort).limit(0); // packets run out
      starvedUntil = now() + random.nextInt(200) * RelayRig.MILLI;
    }
    if (now() >= starvedUntil) {
      vmPort.limit(Integer.MAX_VALUE);
      networkPort.limit(Integer.MAX_VALUE);
    }
    if (random.nextInt(400) == 0) {
      tcp.leaveAll(owner);
    }
    if (random.nextInt(400) == 0) {
      clock.advance(random.nextInt(400) * RelayRig.MILLI);
    }
    if (random.nextInt(200) == 0 && !living.isEmpty()) {
      Pair pair = living.get(random.nextInt(living.size()));
      disturbed[pair.port] = true;
      (random.nextBoolean() ? pair.vm : pair.peer).endpoint.abort(now());
    }
  }

  private void connect() {
    int port = FIRST_PORT + all.size();
    boolean version6 = has(Circumstance.IPV6);
    String address =
        version6 ? "[2001:db8::1%d]:%d" : "10.0.0.1%d:%d"; // others may be other workers'
    String own = address.formatted(port % ADDRESSES, port);
    String other = version6 ? "[2001:db8::2]:80" : "10.0.0.2:80";
    Frames there = tagged(Frames.tcp().from(own).to(other));
    Frames back =
        tagged(Frames.tcp().from(other).to(own).macs("02:00:00:00:00:02", "02:00:00:00:00:01"));
    CrowdEnd vm = new CrowdEnd(this, paths[0], there, random);
    CrowdEnd peer = new CrowdEnd(this, paths[1], back, random);
    Pair pair = new Pair(port, vm, peer, random.nextInt(4) == 0 ? peer : vm);
    all.add(pair);
    living.add(pair);
    pair.opener.connect();
  }

  private Frames tagged(Frames frames) {
    if (has(Circumstance.VLAN)) {
      frames.vlan(42);
    }
    return has(Circumstance.IPV6) ? frames : frames.dontFragment();
  }

  private void turn() {
    for (int i = living.size() - 1; i >= 0; i--) {
      Pair pair = living.get(i);
      pair.vm.turn(pair.peer, random);
      pair.peer.turn(pair.vm, random);
      if (pair.vm.closed != null && pair.peer.closed != null) {
        living.remove(i);
      }
    }
    int work = 1;
    for (int rounds = 0; work > 0 && rounds < 100; rounds++) {
      work = paths[0].arrive(now()) + paths[1].arrive(now()) + engine.step();
      while (vmPort.sent(out)) {
        paths[2].send(out, now());
        work++;
      }
      while (networkPort.sent(out)) {
        paths[3].send(out, now());
        work++;
      }
      work += paths[2].arrive(now()) + paths[3].arrive(now());
    }
  }

  /** Runs {@code count} connections, {@code atOnce} at most at a time, to their ends. */
  void run(int count, int atOnce) {
    connect(count, atOnce);
    end();
    assertTrue(count("tcp/relays-opened") > count / 4, "hardly any relay was opened");
    assertTrue(count("tcp/relays-spliced") > 0, "no relay has left");
  }

  /** As {@link #run}; halfway the relays' bundle is stopped, and the rest goes on without. */
  void runAndStop(int count, int atOnce) throws InterruptedException {
    connect(count / 2, atOnce);
    long aborted = count("tcp/relays-aborted");
    Thread stop = Thread.ofPlatform().start(this::stop);
    while (stop.isAlive()) {
      clock.advance(RelayRig.MILLI);
      turn();
    }
    stop.join();
    assertEquals(0, tcp.count(), "relays are left");
    assertEquals(0, chunks.used(), "chunks are left");
    assertTrue(count("tcp/relays-opened") > 0, "no relay was opened");
    if (count("tcp/relays-aborted") > aborted) {
      living.forEach(pair -> disturbed[pair.port] = true);
    }
    engine.removeService(tcp);
    engine.step();
    connect(count, atOnce);
    end();
  }

  private void stop() {
    try {
      tcp.close(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connect(int count, int atOnce) {
    while (all.size() < count) {
      if (living.size() < atOnce) {
        connect();
      }
      clock.advance(RelayRig.MILLI);
      happen();
      turn();
    }
  }

  private void end() {
    calm();
    pass(200_000);
    for (Pair pair : all) {
      String what = "port " + pair.port + ": VM " + pair.vm + "; peer " + pair.peer;
      pair.vm.drain(pair.peer);
      pair.peer.drain(pair.vm);
      if (!disturbed[pair.port]) {
        assertTrue(pair.vm.isComplete(pair.peer) && pair.peer.isComplete(pair.vm), what);
        assertTrue(pair.vm.isOver() && pair.peer.isOver(), what);
      }
    }
    for (Pair pair : living) {
      pair.vm.endpoint.abort(now()); // who waits for one that is gone
      pair.peer.endpoint.abort(now());
    }
    pass(70_000);
    assertEquals(0, tcp.count(), "relays are left");
    assertEquals(0, chunks.used(), "chunks are left");
    all.forEach(
        pair -> {
          pair.vm.clear();
          pair.peer.clear();
        });
    assertEquals(0, endChunks.used(), "chunks of the ends are left");
  }

  private void calm() {
    wild = false;
    corrupted = 0;
    vmPort.limit(Integer.MAX_VALUE);
    networkPort.limit(Integer.MAX_VALUE);
    for (Path path : paths) {
      path.lost = 0;
      path.repeated = 0;
      path.late = 0;
    }
  }

  private void pass(long millis) {
    long end = now() + millis * RelayRig.MILLI;
    while (now() < end && !(living.isEmpty() && tcp.count() == 0)) {
      clock.advance(5 * RelayRig.MILLI);
      turn();
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
    for (Path path : paths) {
      path.close();
    }
    endChunks.close();
    chunks.close();
  }
}
