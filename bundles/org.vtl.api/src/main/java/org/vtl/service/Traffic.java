package org.vtl.service;

/** Kinds of packets that a service may ask for. */
public enum Traffic {
  TCP,
  UDP,
  /**
   * ICMP and ICMPv6, Neighbor Discovery included. An error about a packet of a connection goes to
   * the services of that connection instead.
   */
  ICMP,
  /** IP with any other protocol. */
  OTHER_IP,
  ARP,
  /** Everything that is neither IP nor ARP, and malformed frames that the link lets pass. */
  OTHER
}
