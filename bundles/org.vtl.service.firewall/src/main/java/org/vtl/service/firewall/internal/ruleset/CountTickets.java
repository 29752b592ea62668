package org.vtl.service.firewall.internal.ruleset;

/**
 * The places in rules' {@code ct count} that one connection holds; a part of the firewall's state
 * in the connection, recycled with it. On the connection's worker.
 */
public final class CountTickets {
  /** Gives all places back: the connection ended, or was refused. */
  public void release() {}

  /** How many places it holds. */
  public int size() {
    return 0;
  }
}
