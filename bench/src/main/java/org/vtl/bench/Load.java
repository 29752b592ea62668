package org.vtl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The load tool of {@code src/main/native/load.c}: packets and transactions. */
final class Load {
  private static final int WARM_MILLIS = 200;
  private static final int BESIDE_PER_SECOND = 50_000;
  private static final int OPENING_SECONDS = 60;

  /** Where to measure: a contestant in its testbed. */
  record Place(Contestant contestant, Testbed bed) implements AutoCloseable {
    @Override
    public void close() {
      contestant.close();
      bed.close();
    }
  }

  private final String program;

  Load(Path natives) {
    this.program = natives.resolve("load").toString();
  }

  /** 64-byte frames of {@code flows} conversations from A to B, counted where they arrive. */
  Measurement blast(Place place, int flows, int millis) {
    Measurement measurement = new Measurement();
    try (Program sink = sink(place, flows, millis);
        Program blast = source(place, flows, millis + WARM_MILLIS + 300, 0)) {
      sink.await("counting", 15);
      CpuClock clock = CpuClock.start(place.contestant().pid());
      String counted = sink.await("packets", millis / 1000 + 10);
      clock.stop(measurement);
      blast.await("sent", 10);
      measurement.put(
          Metric.KPPS, Words.number(counted, "packets") / Words.number(counted, "nanos") * 1e6);
    }
    return measurement;
  }

  private Program sink(Place place, int flows, int millis) {
    List<String> words = new ArrayList<>(List.of(program, "sink", "-i", "b0"));
    words.addAll(List.of("-c", Integer.toString(flows), "-t", Integer.toString(millis)));
    words.addAll(List.of("-w", Integer.toString(WARM_MILLIS)));
    Program sink = Program.start(place.bed().b().inside(words));
    sink.await("ready", 10);
    return sink;
  }

  private Program source(Place place, int flows, int millis, int perSecond) {
    List<String> words = new ArrayList<>(List.of(program, "blast", "-i", "a0"));
    words.addAll(List.of("-m", Testbed.MAC_A, "-M", Testbed.MAC_B));
    words.addAll(List.of("-s", Testbed.ADDRESS_A, "-d", Testbed.ADDRESS_B));
    words.addAll(List.of("-c", Integer.toString(flows), "-t", Integer.toString(millis)));
    words.addAll(List.of("-r", Integer.toString(perSecond)));
    return Program.start(place.bed().a().inside(words));
  }

  /** Transactions of {@code mode}, rr or crr, from A to a server at B. */
  Measurement transactions(Place place, int millis, String mode, String... options) {
    Measurement measurement = new Measurement();
    List<String> serve = new ArrayList<>(List.of(program, "serve"));
    serve.addAll(Arrays.asList(options));
    try (Program server = Program.start(place.bed().b().inside(serve))) {
      server.await("ready", 10);
      List<String> words =
          new ArrayList<>(
              List.of(program, mode, "-d", Testbed.ADDRESS_B, "-t", Integer.toString(millis)));
      words.addAll(Arrays.asList(options));
      CpuClock clock = CpuClock.start(place.contestant().pid());
      String line = Program.must(millis / 1000 + 20, place.bed().a().inside(words));
      clock.stop(measurement);
      putTransactions(measurement, line);
    }
    return measurement;
  }

  /** Transactions of {@code connections} in turn, all of them open, some at a time. */
  Measurement transactionsInTurn(Place place, int connections, int millis) {
    Measurement measurement = new Measurement();
    List<String> many = List.of("-c", Integer.toString(connections), "-o", "64");
    List<String> serve = new ArrayList<>(List.of(program, "serve"));
    serve.addAll(many);
    List<String> ask = new ArrayList<>(List.of(program, "rr", "-d", Testbed.ADDRESS_B));
    ask.addAll(List.of("-t", Integer.toString(millis), "-w", Integer.toString(WARM_MILLIS)));
    ask.addAll(many);
    try (Program server = Program.start(place.bed().b().inside(serve))) {
      server.await("ready", 10);
      try (Program client = Program.start(place.bed().a().inside(ask))) {
        client.await("connected", OPENING_SECONDS);
        Program.pause(WARM_MILLIS);
        if (place.contestant().pid() != 0) {
          measurement.put(Metric.OWN_MIB, Resident.mebibytes(place.contestant().pid()));
        }
        CpuClock clock = CpuClock.start(place.contestant().pid());
        String line = client.await("transactions", millis / 1000 + 20);
        clock.stop(measurement);
        putTransactions(measurement, line);
        client.await("closed", OPENING_SECONDS);
      }
    }
    return measurement;
  }

  private static void putTransactions(Measurement measurement, String line) {
    measurement.put(
        Metric.TRANSACTIONS,
        Words.number(line, "transactions") / Words.number(line, "nanos") * 1e9);
    measurement.put(Metric.P50, Words.number(line, "p50"));
    measurement.put(Metric.P99, Words.number(line, "p99"));
    measurement.put(Metric.P999, Words.number(line, "p999"));
  }

  /** Transactions while packets of {@code flows} conversations pass, all of which are open. */
  Measurement transactionsBeside(Place place, int flows, int millis) {
    int opening = flows * 1000 / BESIDE_PER_SECOND;
    try (Program sink = sink(place, flows, opening + millis + 20_000);
        Program _ = source(place, flows, opening + millis + 20_000, BESIDE_PER_SECOND)) {
      sink.await("counting", 15);
      Program.pause(opening);
      return transactions(place, millis, "rr");
    }
  }
}
