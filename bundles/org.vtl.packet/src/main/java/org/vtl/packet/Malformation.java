package org.vtl.packet;

/** Why a frame could not be parsed as what it claims to be. */
public enum Malformation {
  /** Shorter than an Ethernet header and its VLAN tags. */
  ETHERNET_TRUNCATED,
  /** An ARP packet shorter than its addresses, or with address lengths other than 6 and 4. */
  ARP_TRUNCATED,
  /** Shorter than a minimal IP header. */
  IP_TRUNCATED,
  /** The version field contradicts the EtherType. */
  IP_VERSION,
  /** An IPv4 header length below 5 words or beyond the frame. */
  IPV4_HEADER_LENGTH,
  /** A total or payload length below the header's, or beyond the frame. */
  IP_LENGTH,
  /** An IPv6 extension header that ends beyond the datagram, or more than eight of them. */
  IPV6_EXTENSION,
  /**
   * A first fragment without the whole header chain (RFC 7112), one that overruns 65,535, one
   * inside the TCP header (RFC 3128), or two fragment headers.
   */
  FRAGMENT,
  /** A TCP header beyond the datagram or a data offset below 5 words. */
  TCP_HEADER,
  /** A UDP header beyond the datagram, or a length field below 8 or beyond the datagram. */
  UDP_HEADER,
  /** An ICMP or ICMPv6 header beyond the datagram. */
  ICMP_HEADER
}
