package org.vtl.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.vtl.packet.Checksum;

/** Sums a frame's bytes for the Internet checksum. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {
  @Param({"46", "1480", "65000"})
  public int bytes;

  private MemorySegment memory;

  @Setup
  public void fill() {
    memory = Arena.ofAuto().allocate(bytes + 64L, 64);
    for (long i = 0; i < memory.byteSize(); i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
    }
  }

  @Benchmark
  public int checksum() {
    return Checksum.finish(Checksum.sum(memory, 2, bytes));
  }
}
