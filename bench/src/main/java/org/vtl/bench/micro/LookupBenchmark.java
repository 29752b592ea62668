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
import org.vtl.packet.Direction;

/**
 * Finds a packet's conversation among many, in random order. Both figures hold the making of the
 * packet, which {@link #packet} measures alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LookupBenchmark {
  /** Conversations in the table. */
  @Param({"1000", "100000", "1000000"})
  public int connections;

  private Flows flows;
  private long now;

  @Setup
  public void fill() {
    flows = new Flows(connections);
    flows.open(connections, now);
  }

  @TearDown
  public void release() {
    flows.close();
  }

  /** Writes a conversation into the packet and parses it. */
  @Benchmark
  public Object packet() {
    return flows.outbound(flows.next(connections));
  }

  /** The same, and looks its conversation up. */
  @Benchmark
  public Object find() {
    return flows.table().find(flows.outbound(flows.next(connections)), Direction.OUTBOUND);
  }

  /** The same, and has the model and the timeouts follow. */
  @Benchmark
  public Object track() {
    now += 1000;
    return flows.table().track(flows.outbound(flows.next(connections)), Direction.OUTBOUND, now);
  }
}
