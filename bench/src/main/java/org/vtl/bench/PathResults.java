package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of long paths: of each path and column one per round. They are kept in a file of
 * plain lines, so that a table can be measured in parts.
 */
final class PathResults {
  /** Besides the columns: how many cores were busy, and the round trip as a connect saw it. */
  static final String CORES = "cores";

  static final String CONNECT = "connect";

  private final Map<LongPath, Map<String, Series>> all =
      new TreeMap<>(
          (one, other) ->
              one.mbit() != other.mbit()
                  ? Integer.compare(one.mbit(), other.mbit())
                  : one.rttMillis() != other.rttMillis()
                      ? Integer.compare(one.rttMillis(), other.rttMillis())
                      : Double.compare(one.lossPercent(), other.lossPercent()));

  private final List<String> lines = new ArrayList<>();

  void add(LongPath path, String column, double value) {
    all.computeIfAbsent(path, key -> new LinkedHashMap<>())
        .computeIfAbsent(column, key -> new Series())
        .add(value);
    lines.add(
        "%d %d %s %s %.3f"
            .formatted(path.mbit(), path.rttMillis(), path.lossPercent(), column, value));
  }

  /** Adds what {@link #write} wrote; nothing where there is no such file. */
  void read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      LongPath path =
          new LongPath(
              Integer.parseInt(words[0]), Integer.parseInt(words[1]), Double.parseDouble(words[2]));
      add(path, words[3], Double.parseDouble(words[4]));
    }
  }

  void write(Path file) throws IOException {
    Files.write(file, lines);
  }

  List<LongPath> paths() {
    return List.copyOf(all.keySet());
  }

  /** The rounds' figures; empty if there are none. */
  Series series(LongPath path, String column) {
    return all.getOrDefault(path, Map.of()).getOrDefault(column, new Series());
  }

  /** The column's median as a multiple of {@code other}'s; NaN where one was not measured. */
  double ratio(LongPath path, String column, String other) {
    return series(path, column).median() / series(path, other).median();
  }

  /** Those of {@code columns} that have a figure anywhere. */
  List<PathColumn> measured(List<PathColumn> columns) {
    return columns.stream()
        .filter(
            column ->
                paths().stream()
                    .anyMatch(path -> !Double.isNaN(series(path, column.name()).median())))
        .toList();
  }
}
