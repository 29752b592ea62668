package org.vtl.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that was measured: by workload, contestant, metric and round. */
final class Results {
  /** The contestant that ratios refer to. */
  static final String MEASURE = "bridge";

  private final Map<Workload, Map<String, Map<Metric, Series>>> all = new EnumMap<>(Workload.class);
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();
  private String congestionControl = "";

  /** Adds a round, from 1; every metric gets a figure for each, so that they keep their place. */
  void add(Workload workload, String contestant, int round, Measurement measurement) {
    Map<Metric, Series> series =
        all.computeIfAbsent(workload, key -> new LinkedHashMap<>())
            .computeIfAbsent(contestant, key -> new EnumMap<>(Metric.class));
    for (Metric metric : Metric.values()) {
      Series figures = series.computeIfAbsent(metric, key -> new Series());
      while (figures.size() < round - 1) {
        figures.add(Double.NaN); // not every one is measured in every round
      }
      figures.add(measurement.value(metric));
    }
  }

  /** Notes why {@code contestant} is out, of all or, with a workload behind the name, of that. */
  void fail(String contestant, String sentence) {
    failures.putIfAbsent(contestant, sentence);
  }

  /** Notes that {@code contestant} is not on this machine. */
  void leaveOut(String contestant, String sentence) {
    leftOut.put(contestant, sentence);
  }

  /** Contestants that are not on this machine, and what is missing. */
  Map<String, String> leftOut() {
    return leftOut;
  }

  /** Contestants that failed, and why, in the order they did. */
  Map<String, String> failures() {
    return failures;
  }

  /** Notes what TCP the hosts speak: all the same, since they are made alike on one machine. */
  void setCongestionControl(String name) {
    congestionControl = name;
  }

  /** The congestion control of the hosts' connections; empty if there were no hosts. */
  String congestionControl() {
    return congestionControl;
  }

  List<Workload> workloads() {
    return List.copyOf(all.keySet());
  }

  /** Those that have figures of {@code workload}, in the order they were added. */
  List<String> contestants(Workload workload) {
    return new ArrayList<>(all.getOrDefault(workload, Map.of()).keySet());
  }

  /** The rounds' figures; empty if there are none. */
  Series series(Workload workload, String contestant, Metric metric) {
    return all.getOrDefault(workload, Map.of())
        .getOrDefault(contestant, Map.of())
        .getOrDefault(metric, new Series());
  }

  /** The main figure as a multiple of the bridge's, round by round. */
  Series ratio(Workload workload, String contestant) {
    return series(workload, contestant, workload.main())
        .ratioTo(series(workload, MEASURE, workload.main()));
  }
}
