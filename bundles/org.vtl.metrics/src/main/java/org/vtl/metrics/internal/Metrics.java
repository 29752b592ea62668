package org.vtl.metrics.internal;

import java.util.ArrayList;
import java.util.List;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;
import org.vtl.metrics.internal.exposition.Format;
import org.vtl.metrics.internal.source.Counts;
import org.vtl.metrics.internal.source.JavaMachine;
import org.vtl.metrics.internal.source.Links;
import org.vtl.metrics.internal.source.Ports;
import org.vtl.metrics.internal.source.Services;
import org.vtl.metrics.internal.source.Source;
import org.vtl.metrics.internal.source.SystemProcess;
import org.vtl.runtime.VtlRuntime;

/** All that is measured. Any thread. */
final class Metrics {
  private static final double NANOS = 1e9;

  private static final Family LEFT_OUT =
      Family.gauge("vtl_scrape_samples_left_out", "Samples left out here, as there are too many.");
  private static final Family DURATION =
      Family.gauge("vtl_scrape_duration_seconds", "Time that it took to tell all this.");

  private final List<Source> sources = new ArrayList<>();

  /**
   * What VTL of this version measures.
   *
   * @param runtime the engine; null while there is none
   */
  Metrics(String version, VtlRuntime runtime) {
    sources.add(new SystemProcess(version));
    sources.add(new JavaMachine());
    if (runtime != null) {
      sources.add(new Links(runtime));
      sources.add(new Ports(runtime));
      sources.add(new Services(runtime));
      sources.add(new Counts(runtime));
    }
  }

  /** All metrics that may be told. */
  List<Family> families() {
    List<Family> all = new ArrayList<>(List.of(LEFT_OUT, DURATION));
    sources.forEach(source -> all.addAll(source.families()));
    return all;
  }

  String text(Format format) {
    long start = System.nanoTime();
    Exposition out = new Exposition(format);
    sources.forEach(source -> source.write(out));
    int leftOut = out.dropped();
    out.begin(LEFT_OUT);
    out.add(leftOut);
    out.begin(DURATION);
    out.add((System.nanoTime() - start) / NANOS);
    return out.end();
  }
}
