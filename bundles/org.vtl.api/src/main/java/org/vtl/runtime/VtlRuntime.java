package org.vtl.runtime;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a running VTL tells and lets do. Registered as an OSGi service by the core. All methods from
 * any thread but a worker's; answers are snapshots.
 */
@ProviderType
public interface VtlRuntime {
  List<LinkInfo> links();

  List<PortInfo> ports();

  /** All services from the VM outward; those absent or refused are among them, with the reason. */
  List<ServiceInfo> services();

  /**
   * @throws IllegalArgumentException in one sentence, if the filter or the order is none
   */
  ConnectionPage connections(ConnectionQuery query);

  Optional<ConnectionInfo> connection(long id);

  /** What happened to a connection, also to one that is over; without events when all is gone. */
  ConnectionTimeline timeline(long id);

  /**
   * Which services see connections that match, or would see a new one.
   *
   * @param link the link's name; empty for the only one
   * @param connection {@code tcp|udp|icmp SOURCE[:PORT] > DESTINATION[:PORT]}, the VM's side on
   *     either; {@code arp}; or a connection's number
   * @throws IllegalArgumentException in one sentence, if it cannot be read
   */
  Explanation explain(String link, String connection);

  /**
   * Follows the next {@code count} packets that match {@code filter} ({@link ConnectionQuery}'s
   * words, and {@code dropped}) through the pipeline.
   *
   * @return ends the tracing when closed; it ends by itself after {@code count}
   */
  Tracing trace(String filter, int count, Consumer<TraceEvent> each);

  /** All counters: reasons for drops by link, the engine's and the services' own. */
  List<CounterInfo> counters();

  /** Whether the engine's own wiring is whole, one sentence per fault; empty when it is. */
  List<String> faults();

  /** A running trace. */
  @ProviderType
  interface Tracing extends AutoCloseable {
    /** Whether all packets asked for were seen. */
    boolean isDone();

    @Override
    void close();
  }
}
