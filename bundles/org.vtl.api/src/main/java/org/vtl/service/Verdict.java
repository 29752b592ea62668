package org.vtl.service;

/** What a service says of a packet. */
public enum Verdict {
  /** On to the next service. */
  CONTINUE,
  /** Skip the services that are left and send it. Required services are not skipped. */
  ACCEPT,
  /** Discard it; {@link org.vtl.metrics.Reason#drop} says why. */
  DROP,
  /**
   * The packet now belongs to the service, which injects or releases it later, once. It stays
   * charged to the service; when the service leaves, the engine sends on what it still held.
   */
  TAKE
}
