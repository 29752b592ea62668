package org.vtl.bench;

import java.util.List;

/**
 * What one workload gave without a console and with one, in turn: each figure with is held against
 * the mean of the one before and the one behind it without, since a machine's speed drifts.
 */
final class ConsoleCost {
  /** From half the distance of the quartiles to the standard error of a median, times √n. */
  private static final double ERROR_OF_MEDIAN = 1.86;

  private final Workload workload;
  private final Series without = new Series();
  private final Series with = new Series();
  private final Series shareWithout = new Series();
  private final Series shareWith = new Series();

  ConsoleCost(Workload workload) {
    this.workload = workload;
  }

  Workload workload() {
    return workload;
  }

  /** Adds a figure without a console; there is one more of these than of the others at the end. */
  void addWithout(Measurement measurement, ThreadClock.Time time) {
    without.add(measurement.value(workload.main()));
    shareWithout.add(time.share());
  }

  /** Adds a figure with an open console. */
  void addWith(Measurement measurement, ThreadClock.Time time) {
    with.add(measurement.value(workload.main()));
    shareWith.add(time.share());
  }

  /** Of each figure with an open console to its neighbours without. */
  Series ratio() {
    Series ratios = new Series();
    for (int i = 0; i < with.size(); i++) {
      ratios.add(with.at(i) / ((without.at(i) + without.at(i + 1)) / 2));
    }
    return ratios;
  }

  /**
   * The processor time that VTL has for the console, as a share of what its threads that forward
   * have; hardly depends on what else the machine does.
   */
  double share() {
    return shareWith.median() - shareWithout.median();
  }

  /** The cells of its line in the table, below those of {@link #heads}. */
  String[] cells() {
    Metric metric = workload.main();
    return new String[] {
      workload.title() + " " + metric.unit(),
      metric.text(without.median()),
      spread(without),
      metric.text(with.median()),
      spread(with),
      "%.3f".formatted(ratio().median()),
      spread(ratio()),
      "%.2f %%".formatted(share() * 100)
    };
  }

  static String[] heads() {
    return new String[] {
      "", "without", "spread", "with", "spread", "ratio", "spread", "processor time"
    };
  }

  private static String spread(Series series) {
    double spread = series.spread();
    return Double.isNaN(spread) ? "-" : "±%.1f %%".formatted(spread * 100);
  }

  /**
   * The promise that a console costs at most the share {@code most}, held against processor time
   * and against the ratios. These count as not measured if they lie too far apart to tell.
   */
  List<Verdicts.Verdict> verdicts(double most) {
    double ratio = ratio().median();
    double least = 1 - most;
    double error = ratio().spread() * ratio * ERROR_OF_MEDIAN / Math.sqrt(with.size());
    return List.of(
        new Verdicts.Verdict(
            "%s: an open console takes less than %.0f %% of the processor time of forwarding"
                .formatted(workload.title(), most * 100),
            share() * 100,
            share() < most),
        new Verdicts.Verdict(
            "%s: an open console leaves more than %.2f of the speed"
                .formatted(workload.title(), least),
            Math.abs(ratio - least) > error ? ratio : Double.NaN,
            ratio > least));
  }

  private String json() {
    return "    {\"workload\": %s, \"main\": %s, \"without\": %s, \"with\": %s, \"ratio\": %s, \"shareWithout\": %s, \"shareWith\": %s}"
        .formatted(
            JsonReport.quote(workload.title()),
            JsonReport.quote(workload.main().key()),
            JsonReport.series(without),
            JsonReport.series(with),
            JsonReport.series(ratio()),
            JsonReport.series(shareWithout),
            JsonReport.series(shareWith));
  }

  /** All of {@code costs} and what they say of the promise, as one JSON text. */
  static String json(String machine, List<ConsoleCost> costs, List<Verdicts.Verdict> verdicts) {
    return "{\n  \"machine\": %s,\n  \"workloads\": [\n%s\n  ],\n%s\n}\n"
        .formatted(
            machine,
            String.join(",\n", costs.stream().map(ConsoleCost::json).toList()),
            JsonReport.verdictList(verdicts));
  }
}
