package org.vtl.service;

/** Kinds of packets that a service may ask for. */
public enum Traffic {
  TCP,
  UDP,
  /** ICMP and ICMPv6, Neighbor Discovery included. */
  ICMP,
  /** IP with any other protocol. */
  OTHER_IP,
  ARP,
  /** Everything that is neither IP nor ARP, and malformed frames that the link lets pass. */
  OTHER
}
