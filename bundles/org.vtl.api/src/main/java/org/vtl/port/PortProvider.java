package org.vtl.port;

import org.osgi.annotation.versioning.ConsumerType;

/** Opens ports of one or more schemes. Registered as an OSGi service. */
@ConsumerType
public interface PortProvider {
  /** Service property: the schemes (String[]). */
  String SCHEMES = "vtl.port.schemes";

  /**
   * Opens a port. On a thread of the engine that may wait.
   *
   * @throws PortException if it cannot be opened now; tried again until it can
   * @throws IllegalArgumentException if it never can: an unknown option, a malformed target
   */
  PacketPort open(PortAddress address, PortContext context) throws PortException;
}
