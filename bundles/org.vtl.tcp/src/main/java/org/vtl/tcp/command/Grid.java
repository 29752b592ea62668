package org.vtl.tcp.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of aligned cells. A column whose heading begins with {@code >} is aligned to the right, as
 * numbers are; an empty cell shows {@code -}.
 */
final class Grid {
  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  Grid(String... headings) {
    right = new boolean[headings.length];
    String[] row = new String[headings.length];
    for (int i = 0; i < row.length; i++) {
      right[i] = headings[i].startsWith(">");
      row[i] = right[i] ? headings[i].substring(1) : headings[i];
    }
    rows.add(row);
  }

  /** Adds a row of as many cells as there are headings. Returns this. */
  Grid row(Object... cells) {
    rows.add(
        Arrays.stream(cells)
            .map(String::valueOf)
            .map(cell -> cell.isEmpty() ? "-" : cell)
            .toArray(String[]::new));
    return this;
  }

  /** The headings and rows, each line with its end. */
  @Override
  public String toString() {
    int[] widths = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row[i].length());
        line.append(i > 0 ? "  " : "");
        line.append(right[i] ? padding + row[i] : row[i] + padding);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
