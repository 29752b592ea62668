package org.vtl.port;

import org.osgi.annotation.versioning.ProviderType;

/** What the engine gives a port that it opens. */
@ProviderType
public interface PortContext {
  /** The name of the link the port belongs to. */
  String link();

  /**
   * Has the worker poll soon: for a port without a descriptor when frames are there. Any thread.
   */
  void wake();
}
