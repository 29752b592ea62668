package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The load tool of {@code src/main/native/load.c}: packets and transactions. */
final class Load {
  private static final int WARM_MILLIS = 200;

  private final String program;

  Load(Path program) {
    this.program = program.toString();
  }

  /** 64-byte frames of {@code flows} conversations from A to B, counted where they arrive. */
  Measurement blast(Testbed bed, Contestant contestant, int flows, int millis) {
    Measurement measurement = new Measurement();
    String count = Integer.toString(flows);
    String length = Integer.toString(millis);
    try (Program sink =
        Program.start(
            bed.b()
                .inside(
                    program,
                    "sink",
                    "-i",
                    "b0",
                    "-t",
                    length,
                    "-w",
                    "" + WARM_MILLIS,
                    "-c",
                    count))) {
      sink.await("ready", 10);
      String longer = Integer.toString(millis + WARM_MILLIS + 300);
      try (Program blast =
          Program.start(
              bed.a()
                  .inside(
                      program,
                      "blast",
                      "-i",
                      "a0",
                      "-m",
                      Testbed.MAC_A,
                      "-M",
                      Testbed.MAC_B,
                      "-s",
                      Testbed.ADDRESS_A,
                      "-d",
                      Testbed.ADDRESS_B,
                      "-c",
                      count,
                      "-t",
                      longer))) {
        sink.await("counting", 15);
        CpuClock clock = CpuClock.start(contestant.pid());
        String counted = sink.await("packets", millis / 1000 + 10);
        clock.stop(measurement);
        blast.await("sent", 10);
        measurement.put(
            Metric.KPPS, Words.number(counted, "packets") / Words.number(counted, "nanos") * 1e6);
      }
    }
    return measurement;
  }

  /** Transactions of {@code mode}, rr or crr, from A to a server at B. */
  Measurement transactions(
      Testbed bed, Contestant contestant, int millis, String mode, String... options) {
    Measurement measurement = new Measurement();
    List<String> serve = new ArrayList<>(List.of(program, "serve"));
    serve.addAll(Arrays.asList(options));
    try (Program server = Program.start(bed.b().inside(serve))) {
      server.await("ready", 10);
      List<String> words =
          new ArrayList<>(
              List.of(program, mode, "-d", Testbed.ADDRESS_B, "-t", Integer.toString(millis)));
      words.addAll(Arrays.asList(options));
      CpuClock clock = CpuClock.start(contestant.pid());
      String line = Program.must(millis / 1000 + 20, bed.a().inside(words));
      clock.stop(measurement);
      measurement.put(
          Metric.TRANSACTIONS,
          Words.number(line, "transactions") / Words.number(line, "nanos") * 1e9);
      measurement.put(Metric.P50, Words.number(line, "p50"));
      measurement.put(Metric.P99, Words.number(line, "p99"));
      measurement.put(Metric.P999, Words.number(line, "p999"));
    }
    return measurement;
  }

  /** Compiles {@code source} into {@code folder} unless that is newer, and names the program. */
  static Path compile(Path source, Path folder, String... libraries) {
    String name = source.getFileName().toString().replace(".c", "");
    Path made = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      if (Files.exists(made)
          && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(source)) > 0) {
        return made;
      }
    } catch (IOException e) {
      throw new BenchException("The folder " + folder + " cannot be written to: " + e + ".", e);
    }
    List<String> words =
        new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-o", made.toString(), source.toString()));
    words.addAll(Arrays.asList(libraries));
    Program.must(60, words);
    return made;
  }
}
