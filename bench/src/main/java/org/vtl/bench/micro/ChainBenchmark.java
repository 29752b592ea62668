package org.vtl.bench.micro;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.VirtualClock;

/**
 * A packet's whole walk through the engine, from poll to transmission, in batches of 64: 60 bytes
 * of UDP, copied into the slot, parsed, tracked, seen by every service, sealed and sent.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChainBenchmark {
  private static final int BATCH = 64;

  /** Services that see every packet. */
  @Param({"0", "8"})
  public int services;

  /** Held, since a logger nobody holds forgets its level. */
  private static final Logger LOG = Logger.getLogger("org.vtl");

  private final VirtualClock clock = new VirtualClock();
  private PacketPool pool;
  private MirrorPort vm;
  private MirrorPort network;
  private Engine engine;

  @Setup
  public void start() {
    LOG.setLevel(Level.WARNING);
    pool = new PacketPool(1);
    Packet frame = pool.acquire();
    Frames.udp().payload("x".repeat(18)).build(frame);
    vm = new MirrorPort(frame);
    network = new MirrorPort(null);
    engine = Engine.create(clock, Engine.Drive.STEPPED);
    engine.addProvider(
        (address, context) -> address.target().equals("vm") ? vm : network, "mirror");
    engine.addLink("lab", Map.of("vm.port", "mirror:vm", "network.port", "mirror:network"));
    for (int i = 0; i < services; i++) {
      PacketService service = (packet, connection) -> Verdict.CONTINUE;
      engine.addService(service, Map.of("vtl.name", "service-" + i, "vtl.priority", 100 + i));
    }
    engine.step();
    engine.step();
    if (walk() == 0) {
      throw new IllegalStateException("the engine sends nothing");
    }
  }

  @TearDown
  public void stop() {
    engine.close();
    pool.close();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long walk() {
    clock.advance(1000);
    vm.arrive(BATCH);
    engine.step();
    return network.transmitted();
  }
}
