package org.vtl.core.internal;

import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.vtl.core.internal.engine.EngineCore;
import org.vtl.port.PortProvider;
import org.vtl.runtime.Engine;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;

/**
 * The framework's engine: runs the services, drivers and taps that bundles register, for as long as
 * they are registered.
 */
@Component(service = EngineComponent.class, immediate = true)
@Capability(
    namespace = "osgi.implementation",
    name = "vtl.pipeline",
    version = "1.0.0",
    effective = "active",
    uses = PacketService.class)
public final class EngineComponent {
  private final ServiceComponentRuntime components;
  private final EngineCore engine;
  private final ServiceRegistration<VtlRuntime> runtime;

  @Activate
  public EngineComponent(BundleContext context, @Reference ServiceComponentRuntime components) {
    this.components = components;
    long start = System.nanoTime();
    engine = new EngineCore(() -> System.nanoTime() - start, Engine.Drive.THREADS);
    Dictionary<String, Object> none = new Hashtable<>();
    runtime = context.registerService(VtlRuntime.class, engine.runtime(), none);
  }

  EngineCore engine() {
    return engine;
  }

  @Deactivate
  void deactivate() {
    runtime.unregister();
    engine.close();
  }

  // ---- services --------------------------------------------------------------------------------

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindService(
      ServiceReference<PacketService> reference,
      PacketService service,
      Map<String, Object> properties) {
    Bundle bundle = reference.getBundle();
    try {
      engine.addService(
          service,
          withPid(bundle, properties),
          bundle.getSymbolicName() + " " + bundle.getVersion());
    } catch (IllegalArgumentException | IllegalStateException e) {
      // Kept by the engine and shown by vtl:services; the others go on.
    }
  }

  void updatedService(
      ServiceReference<PacketService> reference,
      PacketService service,
      Map<String, Object> properties) {
    try {
      engine.changeService(service, withPid(reference.getBundle(), properties));
    } catch (IllegalArgumentException | IllegalStateException e) {
      // as above
    }
  }

  void unbindService(PacketService service) {
    engine.removeService(service);
  }

  /** Adds the PID that would configure the component, which it does not have as a property. */
  private Map<String, Object> withPid(Bundle bundle, Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    ComponentDescriptionDTO component =
        components.getComponentDescriptionDTO(
            bundle, String.valueOf(properties.get("component.name")));
    if (component != null) {
      all.put(EngineCore.CONFIGURATION_PID, component.configurationPid[0]);
    }
    return all;
  }

  // ---- drivers ---------------------------------------------------------------------------------

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindProvider(PortProvider provider, Map<String, Object> properties) {
    if (properties.get(PortProvider.SCHEMES) instanceof String[] schemes) {
      engine.addProvider(provider, schemes);
    } else if (properties.get(PortProvider.SCHEMES) instanceof String scheme) {
      engine.addProvider(provider, scheme);
    }
  }

  void unbindProvider(PortProvider provider) {
    engine.removeProvider(provider);
  }

  // ---- taps ------------------------------------------------------------------------------------

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindTap(PacketTap tap, Map<String, Object> properties) {
    engine.addTap(tap, properties);
  }

  void unbindTap(PacketTap tap) {
    engine.removeTap(tap);
  }
}
