package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The program behind {@code ./vtl bench}, which builds, installs what is needed and starts it. */
public final class Main {
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
      System.exit(run(Arrays.asList(words)));
    } catch (BenchException e) {
      System.err.println("vtl: " + e.getMessage());
      System.exit(1);
    }
  }

  private static int run(List<String> words) {
    Path folder = Path.of(System.getProperty("vtl.bench.folder"));
    Path dist = Path.of(System.getProperty("vtl.dist"));
    Field field = new Field();
    if (words.equals(List.of("--list"))) {
      System.out.print(
          "contestants\n"
              + field.list()
              + "\nworkloads\n"
              + workloads()
              + "\nmicro\n"
              + MicroGroup.list());
      return 0;
    }
    Options options = Options.parse(words);
    List<String> micro = options.names().stream().filter(MicroGroup::has).toList();
    if (!micro.isEmpty()) {
      System.out.print(MicroGroup.table(MicroGroup.run(micro, target(folder), options.quick())));
      System.out.println(MicroGroup.scale(micro));
      if (micro.size() == options.names().size()) {
        return 0;
      }
    }
    List<Contestant> contestants = field.choose(contestants(field, options), options.vtl(dist));
    List<Workload> workloads = choose(options);
    Load load =
        new Load(
            Load.compile(
                folder.resolve("src/main/native/load.c"), folder.resolve("target/native")));
    Namespace.removeAbandoned();
    Progress progress =
        new Progress(System.err, System.console() != null && System.console().isTerminal());
    progress.say(
        "%d contestants, %d workloads, %d rounds: about %d s"
            .formatted(
                contestants.size(),
                workloads.size(),
                options.rounds(),
                seconds(contestants, workloads, options)));
    Rounds rounds = new Rounds(workloads, options, load, progress);
    Thread end = Thread.ofPlatform().unstarted(rounds::close);
    Runtime.getRuntime().addShutdownHook(end);
    Results results = rounds.run(contestants);
    progress.show("");
    System.out.print(TextTable.of(results));
    results
        .failures()
        .forEach((name, sentence) -> System.out.println("\n" + name + " is out: " + sentence));
    return results.failures().isEmpty() ? 0 : 1;
  }

  private static Path target(Path folder) {
    Path target = folder.resolve("../target/bench").normalize();
    try {
      return Files.createDirectories(target);
    } catch (IOException e) {
      throw new BenchException("The folder " + target + " cannot be made: " + e + ".", e);
    }
  }

  /** Half a second to begin and end each measurement, and some to start each contestant. */
  private static long seconds(
      List<Contestant> contestants, List<Workload> workloads, Options options) {
    double each = options.rounds() * (options.millis() + 500) + options.warmMillis() + 500;
    return Math.round(contestants.size() * (workloads.size() * each + 2000) / 1000);
  }

  private static List<String> contestants(Field field, Options options) {
    List<String> chosen = new ArrayList<>();
    for (String name : options.names()) {
      if (field.has(name)) {
        chosen.add(name);
      } else if (!MicroGroup.has(name)
          && Arrays.stream(Workload.Group.values()).noneMatch(group -> called(group, name))) {
        throw new BenchException(
            "\"%s\" is neither a contestant nor a group; \"./vtl bench --list\" lists them all."
                .formatted(name));
      }
    }
    return chosen;
  }

  private static List<Workload> choose(Options options) {
    if (!options.workloads().isEmpty()) {
      return options.workloads().stream().map(Main::workload).distinct().toList();
    }
    List<Workload> chosen =
        Arrays.stream(Workload.values())
            .filter(workload -> options.names().stream().anyMatch(n -> called(workload.group(), n)))
            .toList();
    return chosen.isEmpty() ? List.of(Workload.values()) : chosen;
  }

  private static boolean called(Workload.Group group, String name) {
    return group.name().equalsIgnoreCase(name);
  }

  private static Workload workload(String title) {
    return Arrays.stream(Workload.values())
        .filter(workload -> workload.title().equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new BenchException(
                    "\"%s\" is no workload; there are %s."
                        .formatted(
                            title,
                            Arrays.stream(Workload.values())
                                .map(Workload::title)
                                .collect(Collectors.joining(", ")))));
  }

  private static String workloads() {
    return Arrays.stream(Workload.values())
        .map(workload -> "  %-8s %s%n".formatted(workload.title(), workload.description()))
        .collect(Collectors.joining());
  }
}
