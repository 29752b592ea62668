package org.vtl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The table of long paths, as text, as Markdown for the documentation, and as JSON. */
final class PathTable {
  private final PathResults results;
  private final List<PathColumn> columns;

  PathTable(PathResults results, List<PathColumn> columns) {
    this.results = results;
    this.columns = results.measured(columns);
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("path"));
    columns.forEach(column -> head.add(column.name()));
    boolean hasSplit = columns.stream().anyMatch(column -> column.name().equals("split"));
    if (hasSplit) {
      head.add("split / " + PathColumn.MEASURE);
    }
    head.addAll(List.of("connect ms", "all cores"));
    rows.add(head);
    for (LongPath path : results.paths()) {
      List<String> row = new ArrayList<>(List.of(path.title()));
      columns.forEach(column -> row.add(text(results.series(path, column.name()).median())));
      if (hasSplit) {
        row.add(text(results.ratio(path, "split", PathColumn.MEASURE)));
      }
      row.add(text(results.series(path, PathResults.CONNECT).least()));
      row.add(text(results.series(path, PathResults.CORES).median()));
      rows.add(row);
    }
    return rows;
  }

  /** Three digits that mean something. */
  private static String text(double value) {
    return Double.isNaN(value)
        ? "-"
        : (value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f").formatted(value);
  }

  @Override
  public String toString() {
    TextTable table = new TextTable();
    rows().forEach(row -> table.row(row.toArray(String[]::new)));
    return table.toString();
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows()) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
      if (text.indexOf("\n") == text.length() - 1) {
        text.append("|---").append("|--:".repeat(row.size() - 1)).append("|\n");
      }
    }
    return text.toString();
  }

  /** Every round of every cell; {@code machine} as JSON. */
  String json(String machine, boolean down) {
    StringJoiner paths = new StringJoiner(",\n");
    for (LongPath path : results.paths()) {
      StringJoiner cells = new StringJoiner(", ");
      List<String> names = new ArrayList<>(columns.stream().map(PathColumn::name).toList());
      names.addAll(List.of(PathResults.CONNECT, PathResults.CORES));
      for (String name : names) {
        Series series = results.series(path, name);
        StringJoiner rounds = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < series.size(); i++) {
          rounds.add(Double.isNaN(series.at(i)) ? "null" : "%.3f".formatted(series.at(i)));
        }
        cells.add("\"%s\": %s".formatted(name, rounds));
      }
      paths.add(
          "    {\"mbit\": %d, \"rttMillis\": %d, \"lossPercent\": %s, \"queueBytes\": %d, %s}"
              .formatted(
                  path.mbit(), path.rttMillis(), path.lossPercent(), path.queueBytes(), cells));
    }
    return "{\n  \"machine\": %s,\n  \"down\": %s,\n  \"paths\": [\n%s\n  ]\n}\n"
        .formatted(machine, down, paths);
  }
}
