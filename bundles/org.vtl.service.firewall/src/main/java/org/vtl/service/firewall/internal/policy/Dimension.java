package org.vtl.service.firewall.internal.policy;

/** What of a packet a rule can look at, each as one unsigned number. */
public enum Dimension {
  /** 0 for IPv4, 1 for IPv6, 2 for what is not IP. */
  FAMILY(true),
  /** {@link org.vtl.packet.Direction}'s ordinal. */
  DIRECTION(true),
  /**
   * The connection's state as conntrack has it: 0 new, 1 established, 2 related, 3 invalid, 4
   * untracked.
   */
  STATE(true),
  /** The IP protocol behind all extension headers. */
  PROTOCOL(true),
  /** 128 bits, IPv4 mapped. */
  SOURCE_ADDRESS(true),
  /** 128 bits, IPv4 mapped. */
  DESTINATION_ADDRESS(true),
  SOURCE_PORT(true),
  DESTINATION_PORT(true),
  /** The outer tag's identifier. */
  VLAN(true),
  /** 0 when the packet goes the connection's opener's way, 1 the other. */
  CONNECTION_DIRECTION(true),
  ETHER_TYPE(false),
  SOURCE_MAC(false),
  DESTINATION_MAC(false),
  ICMP_TYPE(false),
  ICMP_CODE(false),
  /** The eight flags of RFC 9293 and RFC 3168. */
  TCP_FLAGS(false),
  /** Bytes of the IP datagram. */
  LENGTH(false),
  /** Time to live, or hop limit. */
  HOPS(false);

  /** Where an IP header that is not there would be: the family of other frames. */
  public static final int IPV4 = 0;

  public static final int IPV6 = 1;
  public static final int NOT_IP = 2;

  private final boolean steady;

  Dimension(boolean steady) {
    this.steady = steady;
  }

  /** Whether all packets of a connection have the same, in one direction and state. */
  public boolean isSteady() {
    return steady;
  }
}
