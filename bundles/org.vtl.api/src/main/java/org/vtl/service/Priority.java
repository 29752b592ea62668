package org.vtl.service;

/**
 * Bands of priorities: a service's distance from the VM. OUTBOUND packets pass services upward,
 * INBOUND downward, so each service sees one address space in both directions.
 */
public final class Priority {
  /** Observes what the VM itself sends and gets. */
  public static final int OBSERVE_VM = 100;

  /** Decides what may pass (firewall). */
  public static final int FILTER = 200;

  /** Sends connections elsewhere (Tor). */
  public static final int REDIRECT = 300;

  /** Speaks TCP itself (local acknowledgments, split TCP). */
  public static final int TRANSPORT = 400;

  /** Keeps connections alive over an absence. */
  public static final int PERSISTENCE = 500;

  /** Changes the protocol on the wire. */
  public static final int TRANSFORM = 600;

  /** Wraps frames for another place (subnet tunneling, VNET). */
  public static final int TUNNEL = 700;

  /** Observes what the network itself sends and gets (capture, wormhole). */
  public static final int OBSERVE_NETWORK = 800;

  private Priority() {}
}
