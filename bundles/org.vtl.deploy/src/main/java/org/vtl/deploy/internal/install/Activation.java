package org.vtl.deploy.internal.install;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Tells how the components of a bundle are, once it has started. */
final class Activation {
  private final BundleContext context;
  private final ServiceComponentRuntime components;

  Activation(BundleContext context, ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
  }

  /** As {@link #failed}, once every component that can be has been activated. */
  Optional<String> failure(Bundle bundle) {
    for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
      for (ComponentConfigurationDTO state : components.getComponentConfigurationDTOs(component)) {
        if (state.state == ComponentConfigurationDTO.SATISFIED) {
          tryOut(state);
        }
      }
    }
    return failed(bundle);
  }

  /** What failed when a component was activated, as the end of a sentence; empty if none did. */
  Optional<String> failed(Bundle bundle) {
    for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
      for (ComponentConfigurationDTO state : components.getComponentConfigurationDTOs(component)) {
        if (state.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
          return Optional.of(
              "its component %s fails: %s".formatted(component.name, cause(state.failure)));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What its components wait for, as the end of a sentence; empty if for nothing.
   *
   * <p>A component that requires a configuration is there once for each. While there is none, a
   * bundle waits for one only if none of its other components is there.
   */
  Optional<String> waiting(Bundle bundle) {
    Optional<String> unconfigured = Optional.empty();
    boolean serves = false;
    for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
      if (!components.isComponentEnabled(component)) {
        continue;
      }
      var states = components.getComponentConfigurationDTOs(component);
      if (states.isEmpty() && component.configurationPolicy.equals("require")) {
        unconfigured = Optional.of(configuration(component));
      }
      for (ComponentConfigurationDTO state : states) {
        switch (state.state) {
          case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
              unconfigured = Optional.of(configuration(component));
          case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> {
            return Optional.of(
                "its component %s waits for %s"
                    .formatted(
                        component.name,
                        Arrays.stream(state.unsatisfiedReferences)
                            .map(reference -> type(component, reference.name))
                            .collect(Collectors.joining(", "))));
          }
          default -> serves = true;
        }
      }
    }
    return serves ? Optional.empty() : unconfigured;
  }

  private static String configuration(ComponentDescriptionDTO component) {
    return "its component %s waits for configuration %s"
        .formatted(component.name, String.join(", ", component.configurationPid));
  }

  private static String type(ComponentDescriptionDTO component, String reference) {
    return Arrays.stream(component.references)
        .filter(declared -> declared.name.equals(reference))
        .map(declared -> declared.interfaceName)
        .findFirst()
        .orElse(reference);
  }

  /** A delayed component is made for its first user; so be one, and see whether it can be made. */
  private void tryOut(ComponentConfigurationDTO state) {
    if (state.service == null) {
      return;
    }
    try {
      ServiceReference<?>[] found =
          context.getAllServiceReferences(null, "(service.id=" + state.service.id + ")");
      for (ServiceReference<?> reference : found == null ? new ServiceReference<?>[0] : found) {
        if (context.getService(reference) != null) {
          context.ungetService(reference);
        }
      }
    } catch (InvalidSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The last cause in a stack trace, without the name of a class that says nothing. */
  private static String cause(String trace) {
    String cause = trace == null ? "unknown" : trace.lines().findFirst().orElse("unknown");
    for (String line : trace == null ? new String[0] : trace.split("\n")) {
      if (line.startsWith("Caused by: ")) {
        cause = line.substring("Caused by: ".length());
      }
    }
    return cause.strip();
  }
}
