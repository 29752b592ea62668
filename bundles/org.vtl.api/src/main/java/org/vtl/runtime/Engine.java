package org.vtl.runtime;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;
import org.osgi.annotation.versioning.ProviderType;
import org.vtl.connection.Link;
import org.vtl.port.PortProvider;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;

/**
 * The engine without a framework, for embedding and for tests: the same code that the bundles run.
 *
 * <pre>{@code
 * try (Engine engine = Engine.create(clock, Engine.Drive.STEPPED)) {
 *   engine.addProvider(ports, "memory");
 *   engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
 *   engine.addService(new MyService(), Map.of("vtl.name", "my", "vtl.priority", 200));
 *   engine.step();
 * }
 * }</pre>
 */
@ProviderType
public interface Engine extends AutoCloseable {
  /** Who turns the workers. */
  enum Drive {
    /** Each worker of each link has a thread. */
    THREADS,
    /** The caller, by {@link #step}. Everything happens on its thread, in a fixed order. */
    STEPPED
  }

  /** Makes engines; found by {@link ServiceLoader}. */
  @ProviderType
  interface Maker {
    Engine create(LongSupplier nanoClock, Drive drive);
  }

  /**
   * An engine with the clock {@code nanoClock}, of the core found on the class path.
   *
   * @throws IllegalStateException if there is none
   */
  static Engine create(LongSupplier nanoClock, Drive drive) {
    return ServiceLoader.load(Maker.class, Engine.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No engine is on the class path; add the jar of org.vtl.core."))
        .create(nanoClock, drive);
  }

  /** Has the engine open ports of {@code schemes} by {@code provider}. */
  void addProvider(PortProvider provider, String... schemes);

  /**
   * Adds a link from the keys that its configuration would have.
   *
   * @return the link as its worker 0 has it
   * @throws IllegalArgumentException in one sentence, if the configuration is wrong
   */
  Link addLink(String name, Map<String, ?> configuration);

  void removeLink(String name);

  /** Puts a service into the pipeline, with the properties of {@link PacketService}. */
  void addService(PacketService service, Map<String, ?> properties);

  /** Gives a service other properties, without a gap. */
  void changeService(PacketService service, Map<String, ?> properties);

  /** Takes a service out; when this returns no worker is in it, nor will be. */
  void removeService(PacketService service);

  void addTap(PacketTap tap, Map<String, ?> properties);

  void removeTap(PacketTap tap);

  /**
   * One round of every link: poll, process, transmit, timers. With {@link Drive#STEPPED} only.
   *
   * @return how much was done; 0 when there was nothing to do
   */
  int step();

  VtlRuntime runtime();

  /** Closes links and ports; packets still held are discarded. */
  @Override
  void close();
}
