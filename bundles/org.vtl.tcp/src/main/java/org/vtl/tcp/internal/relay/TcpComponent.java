package org.vtl.tcp.internal.relay;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.vtl.service.PacketService;
import org.vtl.service.Traffic;
import org.vtl.tcp.TcpRelays;
import org.vtl.tcp.internal.stream.ChunkPool;

/**
 * Registers the service {@code tcp}, and takes it back in an order of its own: first nobody opens
 * relays any more, then those there are leave, with their packets still coming, and only then the
 * pipeline does without.
 */
@Component(
    name = TcpComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = TcpConfig.class)
@Requirement(
    namespace = "osgi.implementation",
    name = "vtl.pipeline",
    version = "1.0.0",
    effective = "active")
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>='org.vtl.tcp.TcpRelays'")
public final class TcpComponent {
  /** Persistent identity of the configuration. */
  public static final String PID = "org.vtl.tcp";

  private static final long MEBIBYTE = 1 << 20;

  private final ChunkPool pool;
  private final TcpService service;
  private final ServiceRegistration<PacketService> packets;
  private final ServiceRegistration<TcpRelays> relays;
  private int drainSeconds;

  @Activate
  public TcpComponent(BundleContext bundle, TcpConfig config, Map<String, Object> properties) {
    pool = new ChunkPool(config.buffer_memory() * MEBIBYTE);
    service = new TcpService(pool);
    limit(config);
    packets = bundle.registerService(PacketService.class, service, properties(properties));
    relays = bundle.registerService(TcpRelays.class, service, null);
  }

  @Modified
  void change(TcpConfig config, Map<String, Object> properties) {
    limit(config);
    packets.setProperties(properties(properties));
  }

  private void limit(TcpConfig config) {
    service.limit(config.most_relays(), TimeUnit.MILLISECONDS.toNanos(config.time_wait()));
    drainSeconds = config.drain();
  }

  /** The service's properties; what is configured of them overrides. */
  private static Dictionary<String, Object> properties(Map<String, Object> configured) {
    Dictionary<String, Object> all = new Hashtable<>();
    all.put(PacketService.NAME, TcpService.NAME);
    all.put(PacketService.PRIORITY, TcpService.PRIORITY);
    all.put(PacketService.PROTOCOLS, new String[] {Traffic.TCP.name()});
    all.put(Constants.SERVICE_PID, PID);
    configured.forEach(
        (key, value) -> {
          if (key.equals(PacketService.PRIORITY) || key.equals(PacketService.LINKS)) {
            all.put(key, value);
          }
        });
    return all;
  }

  @Deactivate
  void deactivate() {
    relays.unregister();
    try {
      service.close(drainSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever interrupts wants it done now
    }
    packets.unregister();
    pool.close();
  }
}
