package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.vtl.bench.micro.Micro;

/** The program behind {@code ./vtl bench}, which builds, installs what is needed and starts it. */
public final class Main {
  private final Path folder = Path.of(System.getProperty("vtl.bench.folder"));
  private final Path dist = Path.of(System.getProperty("vtl.dist"));
  private final Path target = folder.resolve("../target/bench").normalize();
  private final Path natives = folder.resolve("target/native");
  private final Progress progress =
      new Progress(System.err, System.console() != null && System.console().isTerminal());
  private final Field field = new Field(natives);

  private Main() {}

  /**
   * Measures what the words ask for.
   *
   * @param words the words of the command line; the properties {@code vtl.bench.folder} (this
   *     module) and {@code vtl.dist} (the built VTL) are set
   */
  public static void main(String[] words) {
    Locale.setDefault(Locale.ROOT);
    try {
      System.exit(new Main().run(Arrays.asList(words)));
    } catch (BenchException | IOException e) {
      System.err.println("vtl: " + e.getMessage());
      System.exit(1);
    }
  }

  private int run(List<String> words) throws IOException {
    if (words.equals(List.of("--list"))) {
      System.out.print(list());
      return 0;
    }
    if (!words.isEmpty() && words.getFirst().equals("tcp")) {
      return paths(PathOptions.parse(words.subList(1, words.size()))) ? 0 : 1;
    }
    if (!words.isEmpty() && words.getFirst().equals("tor")) {
      return carriers(TorOptions.parse(words.subList(1, words.size()))) ? 0 : 1;
    }
    if (!words.isEmpty() && words.getFirst().equals("console")) {
      return console(words.subList(1, words.size())) ? 0 : 1;
    }
    Options options = Options.parse(words);
    Plan plan = Plan.of(options, field, options.vtl(dist));
    Files.createDirectories(target);
    Schedule schedule = new Schedule(plan, options);
    long micros = plan.microMillis(options);
    progress.say(plan.text(options) + ": about " + Progress.time(schedule.leftMillis(0) + micros));

    Results results = plan.contestants().isEmpty() ? new Results() : rounds(plan, schedule, micros);
    System.out.print(TextTable.of(results));
    if (!results.congestionControl().isEmpty()) {
      System.out.println("\nThe hosts' TCP: " + results.congestionControl());
    }
    results
        .leftOut()
        .forEach((name, sentence) -> System.out.println(name + " is left out: " + sentence));
    results
        .failures()
        .forEach((name, sentence) -> System.out.println(name + " is out: " + sentence));

    if (!plan.micro().isEmpty()) {
      progress.show("small benchmarks", micros);
    }
    List<Micro.Figure> micro = List.of();
    String scale = "";
    String firewall = "";
    try {
      List<String> java = plan.micro().isEmpty() ? List.of() : javaOptions();
      micro = MicroGroup.run(plan.micro(), java, target, options.quick());
      scale = MicroGroup.scale(plan.micro(), java);
      firewall = MicroGroup.firewall(plan.micro(), java);
    } catch (BenchException e) {
      // What the rounds gave, which takes much longer, is reported all the same.
      results.fail(MicroGroup.ALL, e.getMessage());
      System.out.println(MicroGroup.ALL + " is out: " + e.getMessage());
    }
    progress.clear();
    if (!micro.isEmpty()) {
      System.out.print("\n" + MicroGroup.table(micro));
    }
    if (!scale.isEmpty()) {
      System.out.println("\nscale: " + scale);
    }
    if (!firewall.isEmpty()) {
      System.out.println("\n" + firewall);
    }

    List<Verdicts.Verdict> verdicts = Verdicts.of(results, field.peers(), micro, scale);
    System.out.println();
    verdicts.stream()
        .filter(verdict -> !Double.isNaN(verdict.figure()))
        .forEach(System.out::println);
    write(results, micro, scale, verdicts);
    return results.failures().isEmpty() ? 0 : 1;
  }

  /** As VTL comes, with room for a million connections. */
  private List<String> javaOptions() {
    List<String> options = new ArrayList<>(List.of(JavaOptions.of(dist).split(" +")));
    options.add("-Xmx3g");
    return options;
  }

  /** Long paths; returns whether nothing failed. */
  private boolean paths(PathOptions options) throws IOException {
    prepare();
    try (PathBench bench = new PathBench(options, dist, natives, target, progress)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(bench::close));
      return bench.run(JsonReport.strings(machine()));
    }
  }

  /** What carries connections to a SOCKS server; returns whether nothing failed. */
  private boolean carriers(TorOptions options) throws IOException {
    prepare();
    try (TorBench bench = new TorBench(options, dist, target, progress)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(bench::close));
      return bench.run(JsonReport.strings(machine()));
    }
  }

  /** What an open web console costs; returns whether that is as little as promised. */
  private boolean console(List<String> words) throws IOException {
    prepare();
    try (ConsoleBench bench = new ConsoleBench(words, dist, natives, target, progress)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(bench::close));
      return bench.run(JsonReport.strings(machine()));
    }
  }

  /** Clears what was left, and makes what is needed. */
  private void prepare() throws IOException {
    Files.createDirectories(target);
    Namespace.removeAbandoned();
    TemporaryFolder.removeAbandoned();
    Natives.compile(folder.resolve("src/main/native"), natives, progress);
  }

  private Results rounds(Plan plan, Schedule schedule, long microMillis) throws IOException {
    prepare();
    Rounds rounds = new Rounds(schedule, microMillis, new Load(natives), progress);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(rounds::close));
    Results results = rounds.run(plan.contestants());
    progress.clear();
    return results;
  }

  private void write(
      Results results, List<Micro.Figure> micro, String scale, List<Verdicts.Verdict> verdicts)
      throws IOException {
    Map<String, String> machine = machine();
    if (!results.congestionControl().isEmpty()) {
      machine.put("tcp", "TCP " + results.congestionControl());
    }
    Path json = target.resolve("bench.json");
    Files.writeString(json, JsonReport.of(machine, results, micro, scale, verdicts));
    System.out.print("\n" + json);
    if (!results.workloads().isEmpty()) {
      Path picture = target.resolve("bench.svg");
      Files.writeString(picture, Picture.of(results, String.join(", ", machine.values())));
      System.out.print(" " + picture);
    }
    System.out.println();
  }

  private static Map<String, String> machine() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("cores", Runtime.getRuntime().availableProcessors() + " cores");
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("java", "Java " + Runtime.version());
    machine.put("time", OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return machine;
  }

  private String list() {
    return "contestants\n"
        + field.list()
        + "\nworkloads: group throughput and latency\n"
        + Arrays.stream(Workload.values())
            .map(
                workload ->
                    "  %-8s  %-10s  %s%n"
                        .formatted(
                            workload.title(),
                            workload.group().name().toLowerCase(Locale.ROOT),
                            workload.description()))
            .collect(Collectors.joining())
        + "\ngroups of contestants\n  peers     forwarders of others, beside bridge and vtl-user\n"
        + "  relays    vtl-user and vtl-split, by tcp1, tcp10k and crr\n"
        + "\nwithout a kernel\n"
        + MicroGroup.list();
  }
}
