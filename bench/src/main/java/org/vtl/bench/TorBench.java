package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * {@code ./vtl bench tor}: what carries a host's connections to a SOCKS server, compared: VTL's Tor
 * service, redsocks, and tun2socks of badvpn and of hev where they are on the path. Each has hosts
 * of its own, and each round measures all of them, one after the other. The SOCKS server is a plain
 * one, so that not Tor is measured.
 */
final class TorBench implements AutoCloseable {
  private static final String OTHER_VTL = "vtl+dist=";
  private static final int FIRST_COUNT = 500;
  private static final int HELD = 5000;
  private static final int PATIENCE_SECONDS = 60;

  private final List<String> names;
  private final SocksServer server;
  private final int rounds;
  private final int millis;
  private final Path target;
  private final Progress progress;
  private final List<SocksCarrier> carriers;
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final List<Contest> beds = new CopyOnWriteArrayList<>();

  /** What was measured of one carrier; NaN where it was not. */
  private record Figures(
      double upMbit, double downMbit, double firstMillis, double idle, double held) {}

  /**
   * A run of {@code words}: {@code --quick}, {@code --rounds N}, {@code --seconds N} and names.
   *
   * @param dist the built VTL
   * @param target where the results go
   */
  TorBench(List<String> words, Path dist, Path target, Progress progress) {
    this.target = target;
    this.progress = progress;
    List<String> wanted = new ArrayList<>();
    SocksServer chosen = SocksServer.DANTE;
    int count = 3;
    double seconds = 3;
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "--quick" -> {
          count = 1;
          seconds = 1.5;
        }
        case "--rounds" -> count = (int) number(words, ++i);
        case "--microsocks" -> chosen = SocksServer.MICROSOCKS;
        case "--seconds" -> seconds = number(words, ++i);
        default -> wanted.add(words.get(i));
      }
    }
    names = wanted;
    server = chosen;
    rounds = count;
    millis = (int) (seconds * 1000);
    carriers = new ArrayList<>(SocksCarrier.all(dist, target));
    names.stream()
        .filter(name -> name.startsWith(OTHER_VTL))
        .forEach(
            name ->
                carriers.add(SocksCarrier.vtl(name, Path.of(name.substring(OTHER_VTL.length())))));
    for (String name : names) {
      if (carriers.stream().noneMatch(carrier -> carrier.name().equals(name))) {
        throw new BenchException(
            "\"%s\" is nothing that \"bench tor\" measures; it has %s."
                .formatted(
                    name, String.join(", ", carriers.stream().map(SocksCarrier::name).toList())));
      }
    }
  }

  private static double number(List<String> words, int index) {
    String word = index < words.size() ? words.get(index) : "";
    if (!word.matches("\\d{1,3}(\\.\\d+)?")) {
      throw new BenchException(
          words.get(index - 1) + " needs a number, not \"" + word + "\"; write for example 3.");
    }
    return Math.max(0.1, Double.parseDouble(word));
  }

  /** Measures and writes; returns whether nothing failed. */
  boolean run(String machine) throws IOException {
    if (!server.missing().isEmpty()) {
      throw new BenchException(server.missing());
    }
    beds.addAll(beds());
    for (int round = 0; round < rounds; round++) {
      progress.show("round " + (round + 1) + " of " + rounds, 0);
      for (Contest one : beds) {
        each(one, () -> one.round(millis));
      }
    }
    for (Contest one : beds) {
      progress.show(one.name() + " with " + HELD + " connections", 0);
      each(one, () -> hold(one));
    }
    Map<String, Figures> all = new LinkedHashMap<>();
    beds.stream()
        .filter(one -> !failures.containsKey(one.name()))
        .forEach(one -> all.put(one.name(), one.figures()));
    progress.clear();
    String text = table(all);
    System.out.print(text);
    failures.forEach((name, sentence) -> System.out.println(name + " is out: " + sentence));
    Path json = target.resolve("tor.json");
    Files.writeString(json, json(all, machine));
    System.out.println("\n" + json);
    return failures.isEmpty();
  }

  /** All that are measured, each with hosts of its own, ready. */
  private List<Contest> beds() {
    List<Contest> ready = new ArrayList<>();
    for (SocksCarrier carrier : carriers) {
      if (!names.isEmpty() && !names.contains(carrier.name()) && !carrier.speaksSocks()) {
        continue;
      }
      if (!carrier.missing().isEmpty()) {
        progress.say(carrier.name() + " is left out: " + carrier.missing());
        continue;
      }
      progress.show(carrier.name(), 0);
      Contest one = new Contest(new TorBed(carrier, server, target));
      ready.add(one);
      each(one, one::start);
    }
    return ready;
  }

  private void each(Contest one, Runnable what) {
    if (!failures.containsKey(one.name())) {
      try {
        what.run();
      } catch (BenchException e) {
        failures.put(one.name(), e.getMessage());
      }
    }
  }

  /** Who does not carry so many keeps its other figures. */
  private void hold(Contest one) {
    try {
      one.hold();
    } catch (BenchException e) {
      failures.put(one.name() + " with " + HELD + " connections", e.getMessage());
    }
  }

  /** A carrier between its hosts, and what was measured of it. */
  private static final class Contest {
    private final TorBed bed;
    private final List<Double> firsts = new ArrayList<>();
    private final List<Double> up = new ArrayList<>();
    private final List<Double> down = new ArrayList<>();
    private double idle = Double.NaN;
    private double held = Double.NaN;

    Contest(TorBed bed) {
      this.bed = bed;
    }

    String name() {
      return bed.name();
    }

    void start() {
      bed.start();
      idle = bed.residentMebibytes();
    }

    void round(int millis) {
      firsts.add(ask(bed, "first", FIRST_COUNT)[0] / 1000);
      up.add(mbit(ask(bed, "up", millis)));
      down.add(mbit(ask(bed, "down", millis)));
    }

    void hold() {
      try (Program holder = bed.client("hold", Integer.toString(HELD))) {
        holder.await("held", PATIENCE_SECONDS);
        held = bed.residentMebibytes();
      }
    }

    Figures figures() {
      return new Figures(median(up), median(down), median(firsts), idle, held);
    }
  }

  private static double[] ask(TorBed bed, String what, int number) {
    try (Program client = bed.client(what, Integer.toString(number))) {
      String line = client.await(what.equals("first") ? "first" : "moved", PATIENCE_SECONDS);
      return Arrays.stream(line.split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
    }
  }

  private static double mbit(double[] moved) {
    return moved[0] * 8 / (moved[1] / 1000);
  }

  private static double median(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static String table(Map<String, Figures> all) {
    double direct = all.containsKey("direct") ? all.get("direct").firstMillis() : Double.NaN;
    TextTable table = new TextTable();
    table.row(
        "", "up Mbit/s", "down Mbit/s", "first byte ms", "added ms", "MiB idle", "MiB at " + HELD);
    all.forEach(
        (name, one) ->
            table.row(
                name,
                "%.0f".formatted(one.upMbit()),
                "%.0f".formatted(one.downMbit()),
                "%.2f".formatted(one.firstMillis()),
                name.equals("direct") ? "-" : "%.2f".formatted(one.firstMillis() - direct),
                text(one.idle()),
                text(one.held())));
    return "One connection to a plain SOCKS5 server; medians of all rounds.\n" + table;
  }

  private static String text(double mebibytes) {
    return Double.isNaN(mebibytes) ? "-" : "%.0f".formatted(mebibytes);
  }

  private static String json(Map<String, Figures> all, String machine) {
    List<String> rows = new ArrayList<>();
    all.forEach(
        (name, one) ->
            rows.add(
                "\"%s\":{\"upMbit\":%.1f,\"downMbit\":%.1f,\"firstMillis\":%.3f,\"idleMiB\":%s,\"heldMiB\":%s}"
                    .formatted(
                        name,
                        one.upMbit(),
                        one.downMbit(),
                        one.firstMillis(),
                        Double.isNaN(one.idle()) ? "null" : "%.1f".formatted(one.idle()),
                        Double.isNaN(one.held()) ? "null" : "%.1f".formatted(one.held()))));
    return "{\"machine\":%s,\"connections\":%d,\"carriers\":{%s}}\n"
        .formatted(machine, HELD, String.join(",", rows));
  }

  /** Ends what runs; from any thread. */
  @Override
  public void close() {
    beds.forEach(one -> one.bed.close());
    Namespace.removeOwn();
  }
}
