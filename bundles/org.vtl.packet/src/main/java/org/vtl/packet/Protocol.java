package org.vtl.packet;

/** Numbers that name protocols: EtherTypes (IEEE 802) and IP protocols (IANA). */
public final class Protocol {
  /** EtherType of IPv4. */
  public static final int ETHER_IPV4 = 0x0800;

  /** EtherType of ARP. */
  public static final int ETHER_ARP = 0x0806;

  /** EtherType of IPv6. */
  public static final int ETHER_IPV6 = 0x86dd;

  /** EtherType of an IEEE 802.1Q customer tag. */
  public static final int ETHER_VLAN = 0x8100;

  /** EtherType of an IEEE 802.1ad service tag. */
  public static final int ETHER_QINQ = 0x88a8;

  /** No IP protocol: not an IP packet. */
  public static final int NONE = -1;

  public static final int HOP_BY_HOP = 0;
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ROUTING = 43;
  public static final int FRAGMENT = 44;
  public static final int ESP = 50;
  public static final int AH = 51;
  public static final int ICMPV6 = 58;
  public static final int NO_NEXT_HEADER = 59;
  public static final int DESTINATION_OPTIONS = 60;
  public static final int MOBILITY = 135;

  private Protocol() {}
}
