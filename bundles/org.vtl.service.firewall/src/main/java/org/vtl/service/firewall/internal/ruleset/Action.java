package org.vtl.service.firewall.internal.ruleset;

/** What becomes of a packet. */
public enum Action {
  ACCEPT,
  DROP,
  /** Refused by {@link Decision#reject}. */
  REJECT,
  /** Answered by {@link Decision#synProxy}. */
  SYN_PROXY
}
