package org.vtl.metrics;

import org.osgi.annotation.versioning.ProviderType;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;

/**
 * Why packets were dropped: a counter with a name, so that giving a reason costs one addition. Made
 * once by {@link org.vtl.service.ServiceContext#reason}; counted per link by the engine.
 *
 * <pre>{@code return blocked.drop(packet);}</pre>
 */
@ProviderType
public interface Reason {
  /** The code that a packet carries, above 0, stable until the engine stops. */
  int code();

  /** {@code owner/name}: the service's name, or {@code core}, and the reason's. */
  String name();

  String description();

  /** Marks the packet with this reason and returns {@link Verdict#DROP}. */
  Verdict drop(Packet packet);
}
