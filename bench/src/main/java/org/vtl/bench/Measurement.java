package org.vtl.bench;

import java.util.EnumMap;
import java.util.Map;

/** What one run of one workload gave. */
final class Measurement {
  private final Map<Metric, Double> values = new EnumMap<>(Metric.class);

  void put(Metric metric, double value) {
    values.put(metric, value);
  }

  /** The value, or NaN if this workload does not give it. */
  double value(Metric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }
}
