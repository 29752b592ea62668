package org.vtl.bench.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.testkit.Frames;

/** Finds all headers of a frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParseBenchmark {
  /** What the frame is. */
  @Param({"tcp4", "tcp6", "udp4"})
  public String frame;

  private PacketPool pool;
  private Packet packet;

  @Setup
  public void make() {
    pool = new PacketPool(1);
    packet = pool.acquire();
    Frames frames =
        switch (frame) {
          case "tcp4" -> Frames.tcp().ack(1).payload("x".repeat(1000));
          case "tcp6" -> Frames.tcp().from("[fd00::1]:5555").to("[fd00::2]:80").ack(1).payload("x");
          default -> Frames.udp().payload("x");
        };
    frames.build(packet);
  }

  @TearDown
  public void release() {
    pool.close();
  }

  @Benchmark
  public boolean parse() {
    return Parser.parse(packet);
  }
}
