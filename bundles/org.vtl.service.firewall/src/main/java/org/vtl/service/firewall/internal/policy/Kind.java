package org.vtl.service.firewall.internal.policy;

/** What a value is, and with it how it is read and written, and which numbers there are. */
public enum Kind {
  /** IP addresses of both versions, in a set only. */
  ADDRESS("IP addresses", 0, -1),
  IPV4("an IPv4 address such as 10.0.0.1 or 10.0.0.0/8", 0xffff_0000_0000L, 0xffff_ffff_ffffL),
  IPV6("an IPv6 address such as 2001:db8::1 or 2001:db8::/32", 0, -1),
  MAC("a MAC address such as 02:00:00:00:00:01", 0, 0xffff_ffff_ffffL),
  PORT("a port, 0 to 65535 or a name such as ssh", 0, 65_535),
  PROTOCOL("an IP protocol, 0 to 255 or a name such as tcp", 0, 255),
  ETHER_TYPE("an EtherType, 0x0000 to 0xffff or a name such as arp", 0, 65_535),
  ICMP_TYPE("an ICMP type, 0 to 255 or a name such as echo-request", 0, 255),
  ICMP_CODE("an ICMP code, 0 to 255 or a name such as port-unreachable", 0, 255),
  ICMPV6_TYPE("an ICMPv6 type, 0 to 255 or a name such as nd-neighbor-solicit", 0, 255),
  ICMPV6_CODE("an ICMPv6 code, 0 to 255 or a name such as admin-prohibited", 0, 255),
  STATE("a state: new, established, related, invalid or untracked", 0, 4),
  CONNECTION_DIRECTION("original or reply", 0, 1),
  FAMILY("ipv4 or ipv6", 0, 1),
  VLAN("a VLAN identifier, 0 to 4095", 0, 4095),
  BYTE("a number, 0 to 255", 0, 255),
  NUMBER("a number, 0 to 65535", 0, 65_535);

  private final String description;
  private final RangeSet domain;

  Kind(String description, long first, long last) {
    this.description = description;
    this.domain = last < 0 ? RangeSet.ALL : RangeSet.range(first, last);
  }

  /** What is expected, for a sentence: "an IPv4 address such as ...". */
  public String description() {
    return description;
  }

  /** All numbers there are. */
  public RangeSet domain() {
    return domain;
  }
}
