package org.vtl.bench;

/** A figure that a workload gives. */
enum Metric {
  GBIT("Gbit/s", "%.2f", true),
  KPPS("kpps", "%.0f", true),
  TRANSACTIONS("per s", "%.0f", true),
  P50("p50 µs", "%.1f", false),
  P99("p99 µs", "%.1f", false),
  P999("p99.9 µs", "%.1f", false),
  OWN_CORES("own cores", "%.2f", false),
  MACHINE_CORES("all cores", "%.2f", false),
  /** Resident memory of the process that forwards. */
  OWN_MIB("own MiB", "%.0f", false),
  /** Processor time of the whole machine for what was carried. */
  MILLIS_PER_GBIT("ms per Gbit", "%.0f", false),
  MILLIS_PER_MILLION("ms per Mpkt", "%.0f", false);

  private final String unit;
  private final String format;
  private final boolean moreIsBetter;

  Metric(String unit, String format, boolean moreIsBetter) {
    this.unit = unit;
    this.format = format;
    this.moreIsBetter = moreIsBetter;
  }

  /** Its name in the JSON file. */
  String key() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The heading of its column. */
  String unit() {
    return unit;
  }

  boolean moreIsBetter() {
    return moreIsBetter;
  }

  String text(double value) {
    return Double.isNaN(value) ? "-" : format.formatted(value);
  }
}
