package org.vtl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of text: the first to the left, the others to the right. */
final class TextTable {
  private final List<String[]> rows = new ArrayList<>();

  void row(String... cells) {
    rows.add(cells);
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.stream().mapToInt(row -> row.length).max().orElse(0)];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String blank = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? row[i] + blank : "  " + blank + row[i]);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** The tables of {@code results}: one per workload. */
  static String of(Results results) {
    StringBuilder text = new StringBuilder();
    for (Workload workload : results.workloads()) {
      text.append('\n').append(workload.title()).append(": ").append(workload.description());
      text.append('\n').append(table(results, workload));
    }
    return text.toString();
  }

  private static TextTable table(Results results, Workload workload) {
    List<Metric> metrics =
        Arrays.stream(Metric.values())
            .filter(
                metric ->
                    results.contestants(workload).stream()
                        .map(name -> results.series(workload, name, metric).median())
                        .anyMatch(median -> !Double.isNaN(median)))
            .toList();
    TextTable table = new TextTable();
    List<String> head = new ArrayList<>(List.of("", "x bridge", "spread"));
    metrics.forEach(metric -> head.add(metric.unit()));
    table.row(head.toArray(String[]::new));
    for (String name : results.contestants(workload)) {
      double ratio = results.ratio(workload, name).median();
      double spread = results.series(workload, name, workload.main()).spread();
      List<String> row = new ArrayList<>(List.of(name));
      row.add(Double.isNaN(ratio) ? "-" : "%.2f".formatted(ratio));
      row.add(Double.isNaN(spread) ? "-" : "±%.0f %%".formatted(spread * 100));
      for (Metric metric : metrics) {
        row.add(metric.text(results.series(workload, name, metric).median()));
      }
      table.row(row.toArray(String[]::new));
    }
    return table;
  }
}
