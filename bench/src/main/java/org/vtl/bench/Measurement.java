package org.vtl.bench;

import java.util.EnumMap;
import java.util.Map;

/** What one run of one workload gave. */
final class Measurement {
  private final Map<Metric, Double> values = new EnumMap<>(Metric.class);

  void put(Metric metric, double value) {
    values.put(metric, value);
  }

  /** Adds what follows from cores busy and work done: processor time per gigabit and packet. */
  void complete() {
    double cores = value(Metric.MACHINE_CORES);
    if (values.containsKey(Metric.GBIT)) {
      put(Metric.MILLIS_PER_GBIT, cores * 1e3 / value(Metric.GBIT));
    }
    if (values.containsKey(Metric.KPPS)) {
      put(Metric.MILLIS_PER_MILLION, cores * 1e6 / value(Metric.KPPS));
    }
  }

  /** The value, or NaN if this workload does not give it. */
  double value(Metric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }
}
