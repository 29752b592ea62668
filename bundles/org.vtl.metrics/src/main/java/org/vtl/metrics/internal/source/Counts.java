package org.vtl.metrics.internal.source;

import java.util.ArrayList;
import java.util.List;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.VtlRuntime;

/**
 * Reasons for drops, and what the engine and the services count besides. Their names are in their
 * code, so there are only so many.
 */
public final class Counts implements Source {
  private static final Family DROPS =
      Family.counter(
          "vtl_dropped_packets",
          "Packets discarded, by the service that did it, or core, and its reason.");
  private static final Family EVENTS =
      Family.counter("vtl_events", "What a service, or core, counts besides, by its own name.");

  private final VtlRuntime runtime;

  public Counts(VtlRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public List<Family> families() {
    return List.of(DROPS, EVENTS);
  }

  @Override
  public void write(Exposition out) {
    List<CounterInfo> drops = new ArrayList<>();
    List<CounterInfo> events = new ArrayList<>();
    runtime.counters().forEach(counter -> (counter.drop() ? drops : events).add(counter));
    write(out, DROPS, "reason", drops);
    write(out, EVENTS, "event", events);
  }

  private static void write(
      Exposition out, Family family, String label, List<CounterInfo> counters) {
    out.begin(family);
    for (CounterInfo counter : counters) {
      int slash = counter.name().indexOf('/');
      out.add(
          counter.value(),
          "link",
          counter.link(),
          "service",
          counter.name().substring(0, Math.max(0, slash)),
          label,
          counter.name().substring(slash + 1));
    }
  }
}
