package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vtl.bench.peer.ConsolePage;

/**
 * {@code ./vtl bench console}: what an open web console costs forwarding. One VTL, in user space,
 * is measured without and with {@link ConsolePage}, round after round in turn. The page runs on the
 * same machine, so that its own processor time counts as the console's.
 */
final class ConsoleBench implements AutoCloseable {
  private static final double MOST_COST = 0.02;
  private static final String FEATURES = "core,linux,pcap,shell,capture,impair,tcp,web";
  private static final Pattern ADDRESS = Pattern.compile("(http://[^/]+)/\\S*#token=([\\w-]+)");
  private static final int PATIENCE_SECONDS = 20;
  private static final int WARM_ROUNDS = 3;
  private static final int SETTLING_EVENTS = 3;

  private final int rounds;
  private final int millis;
  private final VtlSettings settings;
  private final Path target;
  private final Load load;
  private final Progress progress;
  private final List<ConsoleCost> costs =
      List.of(new ConsoleCost(Workload.TCP1), new ConsoleCost(Workload.PPS64));
  private volatile Load.Place place;
  private VtlContestant vtl;

  /**
   * A run of {@code words}: {@code --quick}, {@code --rounds N}, {@code --seconds N}.
   *
   * @param dist the built VTL
   * @param natives where the load tool is
   * @param target where the results go
   */
  ConsoleBench(List<String> words, Path dist, Path natives, Path target, Progress progress) {
    this.target = target;
    this.progress = progress;
    load = new Load(natives);
    settings = VtlSettings.usual(dist).with("features", FEATURES).with("offload", "off");
    int count = 7;
    int seconds = 1;
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "--quick" -> count = 3;
        case "--rounds" -> count = number(words, ++i);
        case "--seconds" -> seconds = number(words, ++i);
        default ->
            throw new BenchException(
                "\"%s\" is nothing that \"bench console\" knows; write --quick, --rounds N or --seconds N."
                    .formatted(words.get(i)));
      }
    }
    rounds = count;
    millis = seconds * 1000;
  }

  private static int number(List<String> words, int index) {
    String word = index < words.size() ? words.get(index) : "";
    if (!word.matches("[1-9]\\d{0,2}")) {
      throw new BenchException(
          words.get(index - 1) + " needs a number, not \"" + word + "\"; write for example 3.");
    }
    return Integer.parseInt(word);
  }

  /** Measures and writes; returns whether an open console costs as little as promised. */
  boolean run(String machine) throws IOException {
    progress.show("starting VTL with its web console", 0);
    start();
    warmUp();
    for (int round = 1; round <= rounds; round++) {
      progress.show("round " + round + " of " + rounds, 0);
      without();
      with();
    }
    without();
    progress.clear();
    TextTable table = new TextTable();
    table.row(ConsoleCost.heads());
    costs.forEach(cost -> table.row(cost.cells()));
    List<Verdicts.Verdict> verdicts =
        costs.stream().flatMap(cost -> cost.verdicts(MOST_COST).stream()).toList();
    System.out.println(
        "VTL in user space, without and with an open web console; medians.\n" + table);
    verdicts.forEach(System.out::println);
    Path json = target.resolve("console.json");
    Files.writeString(json, ConsoleCost.json(machine, costs, verdicts));
    System.out.println("\n" + json);
    return verdicts.stream().allMatch(verdict -> verdict.held() || Double.isNaN(verdict.figure()));
  }

  private void start() {
    vtl = new VtlContestant("vtl-user", settings);
    Testbed bed = new Testbed("console", true);
    place = new Load.Place(vtl, bed);
    // The console listens on the loopback of where VTL is.
    bed.middle().ip("link", "set", "lo", "up");
    bed.offloads(vtl.offloads());
    vtl.start(bed);
  }

  /** With the console, whose code is as cold as the rest. */
  private void warmUp() {
    try (Program page = page()) {
      page.await("links", PATIENCE_SECONDS);
      for (int i = 0; i < WARM_ROUNDS; i++) {
        for (ConsoleCost cost : costs) {
          cost.workload().run(load, place, millis);
        }
      }
    }
  }

  private void without() {
    for (ConsoleCost cost : costs) {
      ThreadClock clock = ThreadClock.start(vtl.pid());
      Measurement measurement = cost.workload().run(load, place, millis);
      cost.addWithout(measurement, clock.stop());
    }
  }

  private void with() {
    try (Program page = page()) {
      // A console that is open is meant, not the opening of one.
      for (int i = 0; i < SETTLING_EVENTS; i++) {
        page.await("links", PATIENCE_SECONDS);
      }
      for (ConsoleCost cost : costs) {
        ThreadClock clock = ThreadClock.start(vtl.pid());
        Measurement measurement = cost.workload().run(load, place, millis);
        cost.addWith(measurement, clock.stop());
        // It followed all the while.
        page.await("links", PATIENCE_SECONDS);
      }
    }
  }

  private Program page() {
    String said = vtl.shell("web", "token");
    Matcher address = ADDRESS.matcher(said);
    if (!address.find()) {
      throw new BenchException("VTL gives no login for its console: " + Program.sentence(said));
    }
    return Program.start(
        place
            .bed()
            .middle()
            .inside(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ConsolePage.class.getName(),
                address.group(1),
                address.group(2)));
  }

  /** Ends what runs; from any thread. */
  @Override
  public void close() {
    if (place != null) {
      place.close();
    }
    Namespace.removeOwn();
  }
}
