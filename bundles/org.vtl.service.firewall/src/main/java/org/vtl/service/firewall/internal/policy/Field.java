package org.vtl.service.firewall.internal.policy;

/** What a match looks at, by nft's words, and what it implies of the packet. */
public enum Field {
  ETHER_TYPE("ether type", Kind.ETHER_TYPE, Dimension.ETHER_TYPE, Implied.ANY),
  ETHER_SOURCE("ether saddr", Kind.MAC, Dimension.SOURCE_MAC, Implied.ANY),
  ETHER_DESTINATION("ether daddr", Kind.MAC, Dimension.DESTINATION_MAC, Implied.ANY),
  VLAN("vlan id", Kind.VLAN, Dimension.VLAN, Implied.ANY),
  FAMILY("meta nfproto", Kind.FAMILY, Dimension.FAMILY, Implied.ANY),
  IP_SOURCE("ip saddr", Kind.IPV4, Dimension.SOURCE_ADDRESS, Dimension.IPV4),
  IP_DESTINATION("ip daddr", Kind.IPV4, Dimension.DESTINATION_ADDRESS, Dimension.IPV4),
  IP6_SOURCE("ip6 saddr", Kind.IPV6, Dimension.SOURCE_ADDRESS, Dimension.IPV6),
  IP6_DESTINATION("ip6 daddr", Kind.IPV6, Dimension.DESTINATION_ADDRESS, Dimension.IPV6),
  PROTOCOL("meta l4proto", Kind.PROTOCOL, Dimension.PROTOCOL, Implied.ANY),
  IP_PROTOCOL("ip protocol", Kind.PROTOCOL, Dimension.PROTOCOL, Dimension.IPV4),
  IP6_PROTOCOL("ip6 nexthdr", Kind.PROTOCOL, Dimension.PROTOCOL, Dimension.IPV6),
  TCP_SOURCE("tcp sport", Kind.PORT, Dimension.SOURCE_PORT, Implied.ANY, Implied.TCP),
  TCP_DESTINATION("tcp dport", Kind.PORT, Dimension.DESTINATION_PORT, Implied.ANY, Implied.TCP),
  TCP_FLAGS("tcp flags", Kind.BYTE, Dimension.TCP_FLAGS, Implied.ANY, Implied.TCP),
  UDP_SOURCE("udp sport", Kind.PORT, Dimension.SOURCE_PORT, Implied.ANY, Implied.UDP),
  UDP_DESTINATION("udp dport", Kind.PORT, Dimension.DESTINATION_PORT, Implied.ANY, Implied.UDP),
  SCTP_SOURCE("sctp sport", Kind.PORT, Dimension.SOURCE_PORT, Implied.ANY, Implied.SCTP),
  SCTP_DESTINATION("sctp dport", Kind.PORT, Dimension.DESTINATION_PORT, Implied.ANY, Implied.SCTP),
  ANY_SOURCE("th sport", Kind.PORT, Dimension.SOURCE_PORT, Implied.ANY),
  ANY_DESTINATION("th dport", Kind.PORT, Dimension.DESTINATION_PORT, Implied.ANY),
  ICMP_TYPE("icmp type", Kind.ICMP_TYPE, Dimension.ICMP_TYPE, Dimension.IPV4, Implied.ICMP),
  ICMP_CODE("icmp code", Kind.ICMP_CODE, Dimension.ICMP_CODE, Dimension.IPV4, Implied.ICMP),
  ICMPV6_TYPE("icmpv6 type", Kind.ICMPV6_TYPE, Dimension.ICMP_TYPE, Dimension.IPV6, Implied.ICMPV6),
  ICMPV6_CODE("icmpv6 code", Kind.ICMPV6_CODE, Dimension.ICMP_CODE, Dimension.IPV6, Implied.ICMPV6),
  CT_STATE("ct state", Kind.STATE, Dimension.STATE, Implied.ANY),
  CT_DIRECTION(
      "ct direction", Kind.CONNECTION_DIRECTION, Dimension.CONNECTION_DIRECTION, Implied.ANY),
  LENGTH("meta length", Kind.NUMBER, Dimension.LENGTH, Implied.ANY),
  IP_TTL("ip ttl", Kind.BYTE, Dimension.HOPS, Dimension.IPV4),
  IP6_HOPLIMIT("ip6 hoplimit", Kind.BYTE, Dimension.HOPS, Dimension.IPV6);

  /** What a field implies: the numbers of IP protocols, and nothing. */
  private static final class Implied {
    static final int ANY = -1;
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;
    static final int SCTP = 132;
  }

  private final String words;
  private final Kind kind;
  private final Dimension dimension;
  private final int family;
  private final int protocol;

  Field(String words, Kind kind, Dimension dimension, int family) {
    this(words, kind, dimension, family, Implied.ANY);
  }

  Field(String words, Kind kind, Dimension dimension, int family, int protocol) {
    this.words = words;
    this.kind = kind;
    this.dimension = dimension;
    this.family = family;
    this.protocol = protocol;
  }

  /** The two words of nft. */
  public String words() {
    return words;
  }

  public Kind kind() {
    return kind;
  }

  public Dimension dimension() {
    return dimension;
  }

  /** The number of {@link Dimension#FAMILY} that it implies; -1 for none. */
  int family() {
    return family;
  }

  /** The IP protocol that it implies; -1 for none. */
  int protocol() {
    return protocol;
  }

  /** The field of nft's two words, or null. */
  static Field of(String first, String second) {
    for (Field field : values()) {
      if (field.words.length() == first.length() + second.length() + 1
          && field.words.startsWith(first + " ")
          && field.words.endsWith(second)) {
        return field;
      }
    }
    return null;
  }
}
