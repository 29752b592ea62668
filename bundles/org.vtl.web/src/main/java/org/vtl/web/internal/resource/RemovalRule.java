package org.vtl.web.internal.resource;

import java.util.List;
import java.util.Set;
import org.vtl.runtime.Installer;

/** What is not removed by way of the console: what VTL needs, and the console itself. */
final class RemovalRule {
  /** The bundles without which nobody is here to put them back. */
  private static final Set<String> CONSOLE = Set.of("org.vtl.web", "org.vtl.web.pages");

  private RemovalRule() {}

  /** Why {@code name} is not removed here, in one sentence; empty when it is if asked. */
  static String refusal(Installer installer, String name) {
    String refusal = installer.refusal(name);
    if (refusal.isEmpty() && isConsole(installer, name)) {
      return "%s carries this console, which cannot remove itself; vtl:uninstall %s does at VTL's prompt."
          .formatted(name, name);
    }
    return refusal;
  }

  private static boolean isConsole(Installer installer, String name) {
    return CONSOLE.contains(name)
        || installer.features().stream()
            .filter(feature -> feature.name().equals(name))
            .flatMap(feature -> feature.bundles().stream())
            .flatMap(bundle -> List.of(bundle.split(":")).stream())
            .anyMatch(CONSOLE::contains);
  }
}
