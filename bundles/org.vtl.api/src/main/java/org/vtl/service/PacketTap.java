package org.vtl.service;

import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;

/**
 * Watches packets at every place of the pipeline without being part of it; registered as an OSGi
 * service while it wants to watch. It may not change, take or keep the packet. An exception ends
 * the watching, not the packet.
 */
@ConsumerType
public interface PacketTap {
  /** Service property: names of the links to watch (String[]); absent means all. */
  String LINKS = "vtl.tap.links";

  /**
   * Service property: {@code true} (Boolean) to be shown {@link TapPoint.Kind#DROP} alone. Such a
   * tap costs what is not dropped nothing, and the kernel carries connections past it.
   */
  String DROPS_ONLY = "vtl.tap.drops.only";

  /**
   * A packet passes {@code point}. On the worker that owns the connection: several at once.
   *
   * @param verdict the service's, at {@link TapPoint.Kind#SERVICE} and drops; else null
   * @param reason why it is dropped, where that is known; else null
   */
  void seen(TapPoint point, Packet packet, Connection connection, Verdict verdict, Reason reason);
}
