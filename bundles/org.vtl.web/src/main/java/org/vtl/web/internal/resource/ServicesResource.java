package org.vtl.web.internal.resource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.ServiceInfo;
import org.vtl.web.internal.Providers;

/** The services of the pipeline: their order, and whether they are on. */
public final class ServicesResource implements ManagementResource {
  private static final String PRIORITY = "vtl.priority";
  private static final String ORDER = "The order of the services";
  private static final int GREATEST = 1_000_000;
  private static final long PATIENCE_NANOS = 2_000_000_000L;
  private static final long POLL_MILLIS = 20;

  private final Providers providers;
  private final Components components;
  private final Versions versions;

  /** What of a service is known by name and place; the version of a list is made of these. */
  private record Place(String name, int priority) {}

  /**
   * What of a service is to change.
   *
   * @param priority distance from the VM, 0 to 1,000,000; -1 gives it its own back
   * @param enabled whether it is to be in the pipeline; off lasts until VTL starts again
   */
  record Change(Optional<Integer> priority, Optional<Boolean> enabled) {}

  public ServicesResource(Providers providers, Components components, Versions versions) {
    this.providers = providers;
    this.components = components;
    this.versions = versions;
  }

  @Override
  public String title() {
    return "Services";
  }

  @Override
  public List<Route> routes() {
    Parameter service = Parameter.segment("service", "The service's name.");
    return List.of(
        Route.get(
            "/services",
            Role.VIEWER,
            "Lists the services from the VM outward; those that are off have state DISABLED.",
            Shape.listOf(ServiceInfo.class),
            request -> {
              List<ServiceInfo> all = all();
              return Answer.of(all).version(version(all));
            }),
        Route.get(
                "/services/{service}",
                Role.VIEWER,
                "Shows a service.",
                Shape.of(ServiceInfo.class),
                request -> {
                  List<ServiceInfo> all = all();
                  return Answer.of(one(all, request.text("service"))).version(version(all));
                })
            .with(service),
        Route.patch(
                "/services/{service}",
                Role.OPERATOR,
                "Gives a service another priority, or turns it on or off, without a gap for"
                    + " others.",
                Shape.of(Change.class),
                Shape.of(ServiceInfo.class),
                this::change)
            .with(service));
  }

  private List<ServiceInfo> all() {
    List<ServiceInfo> all = new ArrayList<>(providers.runtime().services());
    components.disabled().forEach((pid, name) -> all.add(disabled(pid, name)));
    return all;
  }

  private static ServiceInfo disabled(String pid, String name) {
    return new ServiceInfo(
        name,
        "DISABLED",
        "It is turned off until it is turned on, or VTL starts again.",
        0,
        List.of(),
        List.of(),
        List.of(),
        "",
        pid,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of());
  }

  private static String version(List<ServiceInfo> all) {
    return Versions.of(
        all.stream()
            .map(service -> new Place(service.name() + service.state(), service.priority()))
            .toList());
  }

  private static ServiceInfo one(List<ServiceInfo> all, String name) {
    return all.stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Refusal.missing("There is no service %s.".formatted(name)));
  }

  // One change at a time: of two that were made from the same order, the second must see the first.
  private synchronized Answer change(Request request) {
    List<ServiceInfo> all = all();
    versions.require(request, ORDER, version(all));
    ServiceInfo service = one(all, request.text("service"));
    Change change = request.body(Change.class);
    if (service.pid().isEmpty()) {
      throw Refusal.conflict(
          "Service %s has no configuration, so it cannot be changed.".formatted(service.name()));
    }
    change.priority().ifPresent(wanted -> prioritise(service, wanted));
    change.enabled().ifPresent(on -> enable(service, on));
    versions.changed(ORDER, request);
    List<ServiceInfo> now = all();
    return Answer.of(
            now.stream()
                .filter(one -> one.name().equals(service.name()) || one.pid().equals(service.pid()))
                .findFirst()
                .orElse(service))
        .version(version(now));
  }

  private void prioritise(ServiceInfo service, int wanted) {
    if (wanted < -1 || wanted > GREATEST) {
      throw new IllegalArgumentException(
          "Priority %d of %s must be from 0 to %d, or -1 for its own."
              .formatted(wanted, service.name(), GREATEST));
    }
    // A map that may hold the null by which a key is removed.
    Map<String, Object> values = new HashMap<>();
    values.put(PRIORITY, wanted < 0 ? null : Integer.valueOf(wanted));
    providers.configurations().set(service.pid(), values);
    if (wanted >= 0 && !awaited(service.name(), true, wanted)) {
      throw Refusal.conflict(
          "Service %s has not taken priority %d yet; its component's name has to be its configuration's, as in @Component(name = \"...\")."
              .formatted(service.name(), wanted));
    }
  }

  private void enable(ServiceInfo service, boolean on) {
    if (!components.enable(service.pid(), on)) {
      throw Refusal.conflict(
          "Service %s cannot be turned on and off, because it is no declarative component; uninstall its bundle instead."
              .formatted(service.name()));
    }
    awaited(service.name(), on, -1);
  }

  /** Whether the pipeline has the service so, sooner or later: components follow by and by. */
  private boolean awaited(String name, boolean present, int priority) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() - end < 0) {
      boolean is =
          providers.runtime().services().stream()
              .anyMatch(
                  one ->
                      one.name().equals(name)
                          && !one.state().equals("ABSENT")
                          && (priority < 0 || one.priority() == priority));
      if (is == present) {
        return true;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }
}
