package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of what carries connections to a SOCKS server, one of each round. They are kept in a
 * file of plain lines, so that a table can be measured in parts.
 */
final class TorResults {
  static final String UP = "upMbit";
  static final String DOWN = "downMbit";
  static final String FIRST = "firstMillis";
  static final String IDLE = "idleMiB";
  static final String HELD = "heldMiB";

  private static final String VTL = "vtl";

  private final Map<String, Map<String, Series>> all = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  void add(String carrier, String figure, double value) {
    all.computeIfAbsent(carrier, key -> new LinkedHashMap<>())
        .computeIfAbsent(figure, key -> new Series())
        .add(value);
    lines.add("%s %s %.3f".formatted(carrier, figure, value));
  }

  /** Adds what {@link #write} wrote; nothing where there is no such file. */
  void read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      add(words[0], words[1], Double.parseDouble(words[2]));
    }
  }

  void write(Path file) throws IOException {
    Files.write(file, lines);
  }

  /** The rounds' figures; empty if there are none. */
  Series series(String carrier, String figure) {
    return all.getOrDefault(carrier, Map.of()).getOrDefault(figure, new Series());
  }

  /** Medians and how far the rounds lie apart; below, VTL's transfers beside the others'. */
  String table(int held) {
    TextTable table = new TextTable();
    table.row(
        "",
        "up Mbit/s",
        "spread",
        "down Mbit/s",
        "spread",
        "first byte ms",
        "added ms",
        "MiB idle",
        "MiB at " + held);
    double direct = series("direct", FIRST).median();
    for (String name : all.keySet()) {
      double first = series(name, FIRST).median();
      table.row(
          name,
          text("%.0f", series(name, UP).median()),
          text("±%.0f %%", 100 * series(name, UP).spread()),
          text("%.0f", series(name, DOWN).median()),
          text("±%.0f %%", 100 * series(name, DOWN).spread()),
          text("%.2f", first),
          text("%.2f", name.equals("direct") ? Double.NaN : first - direct),
          text("%.0f", series(name, IDLE).median()),
          text("%.0f", series(name, HELD).median()));
    }
    return "One connection to a plain SOCKS5 server; medians of all rounds.\n" + table + beside();
  }

  private String beside() {
    StringBuilder text = new StringBuilder();
    for (String name : all.keySet()) {
      Series up = series(VTL, UP).ratioTo(series(name, UP));
      Series down = series(VTL, DOWN).ratioTo(series(name, DOWN));
      if (!name.equals(VTL) && up.size() + down.size() > 0) {
        text.append("vtl beside ").append(name).append(": ");
        text.append(ratio("up", up)).append(", ").append(ratio("down", down)).append('\n');
      }
    }
    return text.toString();
  }

  /** The median of what the same rounds gave, half of all rounds, and how many VTL won. */
  private static String ratio(String name, Series ratios) {
    int ahead = 0;
    for (int i = 0; i < ratios.size(); i++) {
      ahead += ratios.at(i) > 1 ? 1 : 0;
    }
    return "%s %s %s, ahead in %d of %d rounds"
        .formatted(
            name,
            text("x%.2f", ratios.median()),
            text("±%.0f %%", 100 * ratios.spread()),
            ahead,
            ratios.size());
  }

  private static String text(String format, double value) {
    return Double.isNaN(value) ? "-" : format.formatted(value);
  }

  String json(String machine, int held) {
    List<String> carriers = new ArrayList<>();
    all.forEach(
        (name, figures) -> {
          List<String> fields = new ArrayList<>();
          figures.forEach(
              (figure, series) ->
                  fields.add("\"%s\":%s".formatted(figure, number(series.median()))));
          List<String> rounds = new ArrayList<>();
          figures.forEach((figure, series) -> rounds.add(rounds(figure, series)));
          fields.add("\"rounds\":{%s}".formatted(String.join(",", rounds)));
          carriers.add("\"%s\":{%s}".formatted(name, String.join(",", fields)));
        });
    return "{\"machine\":%s,\"connections\":%d,\"carriers\":{%s}}\n"
        .formatted(machine, held, String.join(",", carriers));
  }

  private static String rounds(String figure, Series series) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      values.add(number(series.at(i)));
    }
    return "\"%s\":[%s]".formatted(figure, String.join(",", values));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "null" : "%.3f".formatted(value);
  }
}
