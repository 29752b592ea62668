package org.vtl.service.firewall.internal.ruleset;

/** What a packet is to its connection: nft's {@code ct state}. */
public enum State {
  /** Goes the opener's way, and the other end has not sent yet. */
  NEW,
  /** Belongs to a connection of which both ends have sent, this packet counted. */
  ESTABLISHED,
  /** An ICMP error that quotes a connection. */
  RELATED,
  /** Does not fit its connection, or any. */
  INVALID,
  /** Belongs to no connection that is followed. */
  UNTRACKED
}
