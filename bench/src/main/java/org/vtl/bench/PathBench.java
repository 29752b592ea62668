package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * {@code ./vtl bench tcp}: goodput over long paths, of TCP end to end and of what helps it.
 *
 * <p>All columns have hosts and a path of their own. On slow lines they are measured at the same
 * time, so that the machine's moods are the same for all; that they do not hinder each other shows
 * in the column of cores.
 */
final class PathBench implements AutoCloseable {
  private static final LongPath EASY = new LongPath(100, 10, 0);
  private static final int WARM_MILLIS = 6000;
  private static final int SETTLE_MILLIS = 300;
  private static final int OVERHEAD_MILLIS = 2500;

  private final PathOptions options;
  private final List<PathColumn> columns;
  private final Path dist;
  private final Path target;
  private final PathStream stream;
  private final Progress progress;
  private final PathResults results = new PathResults();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final List<PathBed> beds = new ArrayList<>();
  private final Executor threads =
      task -> Thread.ofPlatform().daemon().name("bench-path").start(task);
  private volatile boolean ended;
  private PathEmulator emulator;

  /**
   * A run of {@code options}.
   *
   * @param dist the built VTL
   * @param natives the programs in C
   * @param target where the results go
   */
  PathBench(PathOptions options, Path dist, Path natives, Path target, Progress progress) {
    this.options = options;
    this.dist = dist;
    this.target = target;
    this.progress = progress;
    stream = new PathStream(natives);
    List<PathColumn> wanted = options.choose(PathColumn.all(dist));
    columns = wanted.stream().filter(column -> column.missing().isEmpty()).toList();
    wanted.stream()
        .filter(column -> !columns.contains(column))
        .forEach(column -> progress.say(column.name() + " is left out: " + column.missing()));
  }

  /** Measures and writes; returns whether every cell has its figures. */
  boolean run(String machine) throws IOException {
    String name = options.down() ? "tcp-down" : "tcp";
    Path kept = target.resolve(name + ".rounds");
    if (options.adding()) {
      results.read(kept);
    }
    open();
    long left =
        options.rounds() * options.paths().stream().mapToLong(this::wholeMillis).sum()
            + WARM_MILLIS
            + WARM_MILLIS / 4 * beds.size();
    progress.say(
        "%d columns, %d paths, %d rounds: about %s"
            .formatted(
                columns.size(), options.paths().size(), options.rounds(), Progress.time(left)));
    warm();
    for (int round = 1; round <= options.rounds(); round++) {
      for (LongPath path : options.paths()) {
        progress.show("round %d, %s".formatted(round, path.title()), left);
        measure(path);
        left -= wholeMillis(path);
      }
    }
    progress.clear();
    results.write(kept);
    PathTable table = new PathTable(results, PathColumn.all(dist));
    Files.writeString(target.resolve(name + ".json"), table.json(machine, options.down()));
    Files.writeString(target.resolve(name + ".md"), table.markdown());
    System.out.println(
        "Goodput in Mbit/s, "
            + (options.down() ? "to" : "from")
            + " the VM, medians of all rounds");
    System.out.print(table);
    failures.forEach((cell, sentence) -> System.out.println(cell + " failed: " + sentence));
    System.out.println("\n" + target.resolve(name + ".json") + " " + name + ".md");
    return failures.isEmpty();
  }

  private void open() {
    emulator = new PathEmulator("line", columns.size());
    for (int i = 0; i < columns.size(); i++) {
      beds.add(new PathBed(columns.get(i), emulator, i));
    }
    emulator.start(dist);
    beds.forEach(PathBed::start);
  }

  /** What runs on Java becomes faster with use: it is used before it is measured. */
  private void warm() {
    emulator.become(EASY);
    Program.pause(SETTLE_MILLIS);
    for (PathBed bed : beds) {
      transfer(EASY, bed, WARM_MILLIS / 4);
    }
    atOnce(EASY, WARM_MILLIS);
  }

  private Map<PathBed, PathStream.Goodput> atOnce(LongPath path, int millis) {
    Map<PathBed, CompletableFuture<PathStream.Goodput>> running = new LinkedHashMap<>();
    for (PathBed bed : beds) {
      running.put(bed, CompletableFuture.supplyAsync(() -> transfer(path, bed, millis), threads));
    }
    Map<PathBed, PathStream.Goodput> figures = new LinkedHashMap<>();
    running.forEach((bed, figure) -> figures.put(bed, join(figure)));
    return figures;
  }

  private void measure(LongPath path) {
    emulator.become(path);
    Program.pause(SETTLE_MILLIS);
    CpuClock clock = CpuClock.start(emulator.pid());
    Map<PathBed, PathStream.Goodput> figures = new LinkedHashMap<>();
    if (options.atOnce(path)) {
      figures.putAll(atOnce(path, options.millis(path)));
    } else {
      beds.forEach(bed -> figures.put(bed, transfer(path, bed, options.millis(path))));
    }
    Measurement cores = new Measurement();
    clock.stop(cores);
    double connect = Double.NaN;
    for (Map.Entry<PathBed, PathStream.Goodput> figure : figures.entrySet()) {
      PathColumn column = figure.getKey().column();
      results.add(path, column.name(), figure.getValue().mbit());
      if (column.near() == null && !(figure.getValue().connectMillis() > connect)) {
        connect = figure.getValue().connectMillis();
      }
    }
    results.add(path, PathResults.CONNECT, connect);
    results.add(path, PathResults.CORES, cores.value(Metric.MACHINE_CORES));
  }

  private static PathStream.Goodput join(CompletableFuture<PathStream.Goodput> figure) {
    try {
      return figure.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }

  /** A cell's figures, NaN where the transfer failed: the others go on. */
  private PathStream.Goodput transfer(LongPath path, PathBed bed, int millis) {
    try {
      return stream.measure(bed, millis, options.down());
    } catch (BenchException e) {
      if (ended) {
        throw e;
      }
      synchronized (failures) {
        failures.putIfAbsent(path.title() + ", " + bed.column().name(), e.getMessage());
      }
      return new PathStream.Goodput(Double.NaN, Double.NaN, Double.NaN);
    }
  }

  private long wholeMillis(LongPath path) {
    int times = options.atOnce(path) ? 1 : columns.size();
    return OVERHEAD_MILLIS + times * (options.millis(path) + 2L * path.rttMillis());
  }

  /** Ends what runs; from any thread. */
  @Override
  public void close() {
    ended = true;
    beds.forEach(PathBed::close);
    if (emulator != null) {
      emulator.close();
    }
    Namespace.removeOwn();
  }
}
