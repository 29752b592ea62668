package org.vtl.bench;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.vtl.bench.micro.Micro;

/** All figures of a run as JSON, every round of them, for other programs. */
final class JsonReport {
  private final StringBuilder text = new StringBuilder();

  private JsonReport() {}

  /**
   * The report.
   *
   * @param machine what the figures were measured on
   * @param micro figures of JMH; may be empty
   * @param scale what {@link org.vtl.bench.micro.Scale} said; may be empty
   */
  static String of(
      Map<String, String> machine,
      Results results,
      List<Micro.Figure> micro,
      String scale,
      List<Verdicts.Verdict> verdicts) {
    JsonReport report = new JsonReport();
    report.text.append("{\n  \"machine\": ").append(strings(machine)).append(",\n");
    report.workloads(results);
    report.micro(micro);
    report.text.append("  \"scale\": ").append(quote(scale)).append(",\n");
    report.verdicts(verdicts);
    report.text.append("  \"out\": ").append(strings(results.failures())).append(",\n");
    report.text.append("  \"leftOut\": ").append(strings(results.leftOut())).append("\n}\n");
    return report.text.toString();
  }

  private void workloads(Results results) {
    StringJoiner workloads = new StringJoiner(",\n", "  \"workloads\": [\n", "\n  ],\n");
    for (Workload workload : results.workloads()) {
      StringJoiner contestants = new StringJoiner(",\n");
      for (String name : results.contestants(workload)) {
        StringJoiner metrics = new StringJoiner(", ");
        metrics.add("\"ratio\": " + series(results.ratio(workload, name)));
        for (Metric metric : Metric.values()) {
          Series series = results.series(workload, name, metric);
          if (!Double.isNaN(series.median())) {
            metrics.add(quote(metric.key()) + ": " + series(series));
          }
        }
        contestants.add("      {\"name\": " + quote(name) + ", " + metrics + "}");
      }
      workloads.add(
          "    {\"workload\": %s, \"main\": %s, \"contestants\": [\n%s\n    ]}"
              .formatted(quote(workload.title()), quote(workload.main().key()), contestants));
    }
    text.append(workloads);
  }

  /** The median of {@code series} and each of its rounds. */
  static String series(Series series) {
    StringJoiner rounds = new StringJoiner(", ", "[", "]");
    for (int i = 0; i < series.size(); i++) {
      rounds.add(number(series.at(i)));
    }
    return "{\"median\": %s, \"rounds\": %s}".formatted(number(series.median()), rounds);
  }

  private void micro(List<Micro.Figure> figures) {
    StringJoiner all = new StringJoiner(",\n", "  \"micro\": [\n", "\n  ],\n");
    for (Micro.Figure figure : figures) {
      all.add(
          "    {\"name\": %s, \"nanos\": %s, \"error\": %s, \"bytes\": %s}"
              .formatted(
                  quote(figure.name()),
                  number(figure.nanos()),
                  number(figure.error()),
                  number(figure.bytes())));
    }
    text.append(all);
  }

  private void verdicts(List<Verdicts.Verdict> verdicts) {
    text.append(verdictList(verdicts)).append(",\n");
  }

  /** The member {@code verdicts}, without what follows it. */
  static String verdictList(List<Verdicts.Verdict> verdicts) {
    StringJoiner all = new StringJoiner(",\n", "  \"verdicts\": [\n", "\n  ]");
    for (Verdicts.Verdict verdict : verdicts) {
      all.add(
          "    {\"promise\": %s, \"outcome\": %s, \"figure\": %s}"
              .formatted(
                  quote(verdict.promise()), quote(verdict.outcome()), number(verdict.figure())));
    }
    return all.toString();
  }

  static String strings(Map<String, String> map) {
    StringJoiner all = new StringJoiner(", ", "{", "}");
    map.forEach((key, value) -> all.add(quote(key) + ": " + quote(value)));
    return all.toString();
  }

  /** Four digits behind the point; what is no number is null. */
  private static String number(double value) {
    return Double.isNaN(value) || Double.isInfinite(value) ? "null" : "%.4f".formatted(value);
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c < ' ') {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
