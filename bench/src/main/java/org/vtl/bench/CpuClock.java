package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many processor cores were busy between two moments: all of the machine's, and a process's.
 */
final class CpuClock {
  /** The kernel's USER_HZ, the same on every architecture that Java 25 runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private final long pid;
  private final long startNanos = System.nanoTime();
  private final long startMachine;
  private final long startProcess;

  private CpuClock(long pid) {
    this.pid = pid;
    startMachine = machine();
    startProcess = process();
  }

  /** Starts; {@code pid} 0 means that no process is the contestant's. */
  static CpuClock start(long pid) {
    return new CpuClock(pid);
  }

  /** Adds the cores busy since the start to {@code measurement}. */
  void stop(Measurement measurement) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    measurement.put(Metric.MACHINE_CORES, (machine() - startMachine) / TICKS_PER_SECOND / seconds);
    if (pid != 0) {
      measurement.put(Metric.OWN_CORES, (process() - startProcess) / TICKS_PER_SECOND / seconds);
    }
  }

  /** Ticks of all cores that were not idle, from the first line of {@code /proc/stat}. */
  private static long machine() {
    return busy(read(Path.of("/proc/stat")));
  }

  /** User, nice, system, hard and soft interrupts; neither idle, waiting nor stolen time. */
  static long busy(String stat) {
    String[] words = stat.lines().findFirst().orElse("").trim().split("\\s+");
    long ticks = 0;
    for (int i : new int[] {1, 2, 3, 6, 7}) {
      ticks += Long.parseLong(words[i]);
    }
    return ticks;
  }

  private long process() {
    return pid == 0 ? 0 : used(read(Path.of("/proc/" + pid + "/stat")));
  }

  /** User and system time of a process with all its threads; its name may hold anything. */
  static long used(String stat) {
    String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(words[11]) + Long.parseLong(words[12]);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new BenchException(
          "The contestant ended during a measurement: " + file + " cannot be read.", e);
    }
  }
}
