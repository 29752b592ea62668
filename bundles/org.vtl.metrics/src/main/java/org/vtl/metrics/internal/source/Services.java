package org.vtl.metrics.internal.source;

import java.util.List;
import java.util.function.ToLongFunction;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.TimePerPacket;
import org.vtl.runtime.VtlRuntime;

/** The services of the pipeline. */
public final class Services implements Source {
  private static final List<String> STATES =
      List.of("ACTIVE", "ABSENT", "FAILED", "STUCK", "REFUSED");

  private static final Family STATE =
      Family.gauge("vtl_service_state", "1 for the state that the service is in, else 0.");
  private static final Family PRIORITY =
      Family.gauge("vtl_service_priority", "The service's distance from the VM.");
  private static final Family PACKETS =
      Family.counter("vtl_service_packets", "Packets that the service has processed.");
  private static final Family DROPPED =
      Family.counter("vtl_service_dropped_packets", "Packets that the service dropped.");
  private static final Family TAKEN =
      Family.counter("vtl_service_taken_packets", "Packets that the service took.");
  private static final Family INJECTED =
      Family.counter("vtl_service_injected_packets", "Packets that the service injected.");
  private static final Family FAILURES =
      Family.counter("vtl_service_failures", "Exceptions that came out of the service.");
  private static final Family HELD =
      Family.gauge("vtl_service_held_packets", "Packets that the service holds now.");
  private static final Family TIME =
      Family.summary(
          "vtl_service_packet_seconds",
          "How long the service took for those of its packets that were measured.");
  private static final double NANOS = 1e9;

  private final VtlRuntime runtime;

  public Services(VtlRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public List<Family> families() {
    return List.of(STATE, PRIORITY, PACKETS, DROPPED, TAKEN, INJECTED, FAILURES, HELD, TIME);
  }

  @Override
  public void write(Exposition out) {
    List<ServiceInfo> services = runtime.services();
    out.begin(STATE);
    // One that was refused may bear the name of one that is there.
    services.stream()
        .map(ServiceInfo::name)
        .distinct()
        .forEach(
            name -> {
              for (String state : STATES) {
                boolean is =
                    services.stream()
                        .anyMatch(one -> one.name().equals(name) && one.state().equals(state));
                out.add(is ? 1 : 0, "service", name, "state", state);
              }
            });
    List<ServiceInfo> there =
        services.stream()
            .filter(one -> !one.state().equals("REFUSED") && !one.state().equals("ABSENT"))
            .toList();
    each(out, PRIORITY, there, ServiceInfo::priority);
    each(out, PACKETS, there, ServiceInfo::packets);
    each(out, DROPPED, there, ServiceInfo::dropped);
    each(out, TAKEN, there, ServiceInfo::taken);
    each(out, INJECTED, there, ServiceInfo::injected);
    each(out, FAILURES, there, ServiceInfo::failures);
    each(out, HELD, there, ServiceInfo::held);
    out.begin(TIME);
    for (ServiceInfo service : there) {
      TimePerPacket time = service.time();
      // Without a packet there is no quantile: NaN, as Prometheus has it.
      double p99 = time.measured() == 0 ? Double.NaN : time.p99Nanos() / NANOS;
      out.addQuantile("0.99", p99, "service", service.name());
      out.addSummary(time.measured(), time.measuredNanos() / NANOS, "service", service.name());
    }
  }

  private static void each(
      Exposition out,
      Family family,
      List<ServiceInfo> services,
      ToLongFunction<ServiceInfo> value) {
    out.begin(family);
    for (ServiceInfo service : services) {
      out.add(value.applyAsLong(service), "service", service.name());
    }
  }
}
