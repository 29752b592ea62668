package org.vtl.metrics.internal.health;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.VtlRuntime;

/**
 * Registers VTL's own checks. They stay while the engine comes and goes: that it is missing is what
 * they tell then. Other bundles' checks count at {@code /health}, too, with the tag {@code vtl}.
 */
@Component(service = Checks.class, immediate = true)
public final class Checks {
  /** The tag of checks that {@code /health} asks. */
  static final String TAG = "vtl";

  private final BundleContext context;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final WorkersCheck workers = new WorkersCheck();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile VtlRuntime runtime;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Configurations configurations;

  @Activate
  public Checks(BundleContext context) {
    this.context = context;
    ofEngine("links", engine -> LinksCheck.of(engine.links()));
    ofEngine("pools", engine -> LinksCheck.pools(engine.links()));
    ofEngine("services", engine -> ServicesCheck.of(engine.services()));
    ofEngine("workers", workers::of);
    Path data = Path.of(data());
    add("disk", () -> DiskCheck.of(data));
    add("configuration", this::configuration);
  }

  private String data() {
    String data = context.getProperty("vtl.data");
    return data == null ? "." : data;
  }

  private Result configuration() {
    Configurations present = configurations;
    return ConfigurationCheck.of(
        present == null
            ? List.of("The configuration of VTL is not there; the log says why.")
            : present.faults());
  }

  private void ofEngine(String name, Function<VtlRuntime, Result> check) {
    add(
        name,
        () -> {
          VtlRuntime present = runtime;
          return present == null
              ? new Result(Result.Status.CRITICAL, "The engine is not running; the log says why.")
              : check.apply(present);
        });
  }

  private void add(String name, HealthCheck check) {
    registrations.add(
        context.registerService(
            HealthCheck.class,
            check,
            new Hashtable<>(Map.of(HealthCheck.NAME, name, HealthCheck.TAGS, TAG))));
  }

  @Deactivate
  void close() {
    registrations.forEach(ServiceRegistration::unregister);
  }
}
