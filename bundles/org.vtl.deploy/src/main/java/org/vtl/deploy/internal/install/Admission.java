package org.vtl.deploy.internal.install;

import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;

/**
 * Tells whether the engine has taken a bundle's services into the pipeline. It takes or refuses
 * them while they are registered, so the answer holds as soon as the bundle has started.
 */
final class Admission {
  private final BundleContext context;

  Admission(BundleContext context) {
    this.context = context;
  }

  /**
   * Why a service of {@code bundle} is refused, as a clause; empty if none is, or no engine runs.
   */
  Optional<String> refusal(Bundle bundle) {
    String title = Resolution.title(bundle);
    return services().stream()
        .filter(service -> service.state().equals("REFUSED") && service.bundle().equals(title))
        .map(service -> service.reason().replaceFirst("\\.$", ""))
        .findFirst();
  }

  private List<ServiceInfo> services() {
    ServiceReference<VtlRuntime> reference = context.getServiceReference(VtlRuntime.class);
    VtlRuntime runtime = reference == null ? null : context.getService(reference);
    if (runtime == null) {
      return List.of();
    }
    try {
      return runtime.services();
    } finally {
      context.ungetService(reference);
    }
  }
}
