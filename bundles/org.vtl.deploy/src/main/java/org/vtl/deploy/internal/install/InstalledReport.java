package org.vtl.deploy.internal.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.vtl.runtime.Installer;

/** Says how what was installed is now. From any thread. */
final class InstalledReport {
  private final BundleContext context;
  private final Activation activation;
  private final PresentBundles present;

  InstalledReport(BundleContext context, Activation activation, PresentBundles present) {
    this.context = context;
    this.activation = activation;
    this.present = present;
  }

  /** How each installation is now, and what failed. */
  List<Installer.Installed> states(Installations installations) {
    List<Installer.Installed> states = new ArrayList<>();
    for (Installation item : installations.all()) {
      if (installations.failure(item.name()).isEmpty()) {
        states.add(state(item));
      }
    }
    states.addAll(installations.failures());
    return List.copyOf(states);
  }

  private Installer.Installed state(Installation item) {
    String state = "ACTIVE";
    String reason = "";
    for (Installation.Content content : item.bundles()) {
      Optional<Bundle> found = present.find(content.symbolicName());
      Optional<String> why =
          found.isEmpty()
              ? Optional.of(content.symbolicName() + " was removed by someone else")
              : found.get().getState() < Bundle.RESOLVED
                  ? new Resolution(context)
                      .problem(found.get())
                      .or(() -> Optional.of(content.symbolicName() + " is not resolved"))
                  : activation.failed(found.get());
      if (why.isPresent()) {
        return new Installer.Installed(
            item.name(), item.version(), item.source(), "FAILED", why.get());
      }
      boolean runs = (found.get().getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0;
      boolean fragment = found.get().getHeaders("").get("Fragment-Host") != null;
      Optional<String> waiting = activation.waiting(found.get());
      if (!runs && !fragment || waiting.isPresent()) {
        state = "INSTALLED";
        reason = waiting.orElse(content.symbolicName() + " is stopped");
      }
    }
    return new Installer.Installed(item.name(), item.version(), item.source(), state, reason);
  }
}
