package org.vtl.web.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.util.promise.Promise;
import org.vtl.service.PacketService;
import org.vtl.web.internal.resource.Components;

/** The components of the framework that are services of the pipeline. */
final class FrameworkComponents implements Components {
  private final ServiceComponentRuntime runtime;

  FrameworkComponents(ServiceComponentRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public Map<String, String> disabled() {
    Map<String, String> disabled = new TreeMap<>();
    for (ComponentDescriptionDTO component : services()) {
      if (!runtime.isComponentEnabled(component)) {
        disabled.put(component.name, String.valueOf(component.properties.get(PacketService.NAME)));
      }
    }
    return disabled;
  }

  @Override
  public boolean enable(String name, boolean on) {
    for (ComponentDescriptionDTO component : services()) {
      if (component.name.equals(name) || List.of(component.configurationPid).contains(name)) {
        Promise<Void> done =
            on ? runtime.enableComponent(component) : runtime.disableComponent(component);
        try {
          done.getValue();
          return true;
        } catch (java.lang.reflect.InvocationTargetException e) {
          throw new IllegalStateException(
              "Component %s cannot be turned %s (%s)."
                  .formatted(name, on ? "on" : "off", e.getCause()),
              e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return true;
        }
      }
    }
    return false;
  }

  private List<ComponentDescriptionDTO> services() {
    return runtime.getComponentDescriptionDTOs().stream()
        .filter(
            component ->
                List.of(component.serviceInterfaces).contains(PacketService.class.getName()))
        .toList();
  }
}
