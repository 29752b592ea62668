package org.vtl.bench.micro;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of this package by JMH, with its profiler of allocation. */
public final class Micro {
  /** Names on the command line; each is a class of this package. */
  public static final List<String> NAMES = List.of("parse", "lookup", "chain", "checksum");

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /**
   * One figure.
   *
   * @param name of benchmark and parameters
   * @param nanos average time of an operation
   * @param error half the width of its 99.9 % confidence interval
   * @param bytes allocated per operation
   */
  public record Figure(String name, double nanos, double error, double bytes) {}

  private Micro() {}

  /**
   * Runs {@code names}.
   *
   * @param java options of the Java virtual machine
   * @param log where JMH's own report goes
   * @param quick whether half a second per iteration is enough
   */
  public static List<Figure> run(List<String> names, List<String> java, Path log, boolean quick)
      throws RunnerException {
    TimeValue each = TimeValue.milliseconds(quick ? 500 : 1000);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .forks(1)
            .warmupIterations(quick ? 2 : 4)
            .warmupTime(each)
            .measurementIterations(quick ? 3 : 5)
            .measurementTime(each)
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.NORMAL)
            .output(log.toString())
            .jvmArgs(java.toArray(String[]::new))
            .jvmArgsAppend("--enable-native-access=ALL-UNNAMED")
            .shouldFailOnError(true);
    for (String name : names) {
      options.include("org\\.vtl\\.bench\\.micro\\.(?i:" + name + ")Benchmark\\.");
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    return results.stream().map(Micro::figure).toList();
  }

  private static Figure figure(RunResult run) {
    String method = run.getParams().getBenchmark();
    StringBuilder name =
        new StringBuilder(
            method.substring("org.vtl.bench.micro.".length()).replace("Benchmark", ""));
    for (String key : run.getParams().getParamsKeys()) {
      name.append(' ').append(key).append('=').append(run.getParams().getParam(key));
    }
    Result<?> primary = run.getPrimaryResult();
    Result<?> allocated = run.getSecondaryResults().get(ALLOCATED);
    return new Figure(
        name.toString().toLowerCase(java.util.Locale.ROOT),
        primary.getScore(),
        primary.getScoreError(),
        allocated == null ? Double.NaN : allocated.getScore());
  }
}
