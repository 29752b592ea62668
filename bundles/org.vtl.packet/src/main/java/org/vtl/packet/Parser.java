package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * Finds all headers of a frame in one pass, each length checked once against what encloses it, so
 * that the views need no checks of their own.
 *
 * <p>What is not understood stays a frame with an EtherType; what contradicts itself gets a {@link
 * Malformation} and no header below the contradiction.
 */
public final class Parser {
  private static final int MAX_EXTENSIONS = 8;

  private Parser() {}

  /**
   * Parses the frame and records the result in {@code packet}.
   *
   * @return false if the frame is malformed
   */
  public static boolean parse(Packet packet) {
    MemorySegment memory = packet.memory();
    int start = packet.start();
    int limit = start + packet.length();
    packet.forgetHeaders();
    if (packet.length() < EthernetHeader.LENGTH) {
      return malformed(packet, Malformation.ETHERNET_TRUNCATED);
    }
    int at = start + 12;
    int type = Bytes.u16(memory, at);
    while (isVlanTag(type) && packet.vlanTags < 2) {
      if (at + 6 > limit) {
        return malformed(packet, Malformation.ETHERNET_TRUNCATED);
      }
      packet.vlanTags++;
      at += 4;
      type = Bytes.u16(memory, at);
    }
    packet.etherType = type;
    packet.network = at + 2;
    packet.transport = packet.network;
    packet.payload = packet.network;
    return switch (type) {
      case Protocol.ETHER_IPV4 -> ipv4(packet, memory, limit);
      case Protocol.ETHER_IPV6 -> ipv6(packet, memory, limit);
      case Protocol.ETHER_ARP -> arp(packet, memory, limit);
      default -> true;
    };
  }

  private static boolean isVlanTag(int type) {
    return type == Protocol.ETHER_VLAN || type == Protocol.ETHER_QINQ || type == 0x9100;
  }

  private static boolean arp(Packet packet, MemorySegment memory, int limit) {
    int at = packet.network;
    if (at + ArpHeader.LENGTH > limit
        || Bytes.u16(memory, at) != 1
        || Bytes.u16(memory, at + 2L) != Protocol.ETHER_IPV4
        || Bytes.u16(memory, at + 4L) != 0x0604) {
      return malformed(packet, Malformation.ARP_TRUNCATED);
    }
    packet.transport = at + ArpHeader.LENGTH;
    packet.payload = packet.transport;
    packet.end = packet.transport;
    return true;
  }

  private static boolean ipv4(Packet packet, MemorySegment memory, int limit) {
    int at = packet.network;
    if (at + Ipv4Header.MIN_LENGTH > limit) {
      return malformed(packet, Malformation.IP_TRUNCATED);
    }
    int first = Bytes.u8(memory, at);
    if (first >>> 4 != 4) {
      return malformed(packet, Malformation.IP_VERSION);
    }
    int headerLength = (first & 0xf) * 4;
    if (headerLength < Ipv4Header.MIN_LENGTH || at + headerLength > limit) {
      return malformed(packet, Malformation.IPV4_HEADER_LENGTH);
    }
    int totalLength = Bytes.u16(memory, at + 2L);
    if (totalLength < headerLength || at + totalLength > limit) {
      return malformed(packet, Malformation.IP_LENGTH);
    }
    int fragment = Bytes.u16(memory, at + 6L);
    int offset = (fragment & 0x1fff) * 8;
    int protocol = Bytes.u8(memory, at + 9L);
    if (offset + totalLength - headerLength > 65_535 || overlapsTcpHeader(offset, protocol)) {
      return malformed(packet, Malformation.FRAGMENT);
    }
    packet.end = at + totalLength;
    packet.transport = at + headerLength;
    packet.payload = packet.transport;
    packet.fragmentOffset = offset;
    packet.moreFragments = (fragment & 0x2000) != 0;
    packet.ipProtocol = protocol;
    return transport(packet, memory);
  }

  private static boolean ipv6(Packet packet, MemorySegment memory, int limit) {
    int at = packet.network;
    if (at + Ipv6Header.LENGTH > limit) {
      return malformed(packet, Malformation.IP_TRUNCATED);
    }
    if (Bytes.u8(memory, at) >>> 4 != 6) {
      return malformed(packet, Malformation.IP_VERSION);
    }
    int end = at + Ipv6Header.LENGTH + Bytes.u16(memory, at + 4L);
    if (end > limit) {
      return malformed(packet, Malformation.IP_LENGTH);
    }
    packet.end = end;
    packet.finalDestination = at + 24;
    int next = Bytes.u8(memory, at + 6L);
    at += Ipv6Header.LENGTH;
    int extensions = 0;
    boolean fragmented = false;
    while (isExtension(next) && packet.fragmentOffset == 0) {
      if (++extensions > MAX_EXTENSIONS || at + 8 > end) {
        return malformed(packet, fragmentOr(packet, Malformation.IPV6_EXTENSION));
      }
      int length = extensionLength(memory, next, at);
      if (at + length > end) {
        return malformed(packet, fragmentOr(packet, Malformation.IPV6_EXTENSION));
      }
      int following = Bytes.u8(memory, at);
      if (next == Protocol.FRAGMENT) {
        int fragment = Bytes.u16(memory, at + 2L);
        int offset = fragment & 0xfff8;
        // A second fragment header would hide the first one's flags from whoever looks later.
        if (fragmented
            || offset + end - at - length > 65_535
            || overlapsTcpHeader(offset, following)) {
          packet.moreFragments = false;
          return malformed(packet, Malformation.FRAGMENT);
        }
        fragmented = true;
        packet.fragmentOffset = offset;
        packet.moreFragments = (fragment & 1) != 0;
      } else if (next == Protocol.ROUTING) {
        routing(packet, memory, at, length);
      }
      next = following;
      at += length;
    }
    packet.transport = at;
    packet.payload = at;
    packet.ipProtocol = next;
    return transport(packet, memory);
  }

  /** While hops remain, the pseudo-header holds the last one's address (RFC 8200 section 8.1). */
  private static void routing(Packet packet, MemorySegment memory, int at, int length) {
    int type = Bytes.u8(memory, at + 2L);
    if (Bytes.u8(memory, at + 3L) == 0 || length < 24) {
      return;
    }
    // Type 0 lists hops in the order of travel; 2 and 4 (RFC 8754) have the last one first.
    packet.finalDestination = type == 0 ? at + length - 16 : at + 8;
  }

  /**
   * A first fragment holds the TCP header (RFC 7112), so one that starts inside it can only be
   * there to rewrite ports or flags behind a filter's back (RFC 3128, RFC 5722).
   */
  private static boolean overlapsTcpHeader(int fragmentOffset, int protocol) {
    return protocol == Protocol.TCP && fragmentOffset > 0 && fragmentOffset < TcpHeader.MIN_LENGTH;
  }

  private static boolean isExtension(int next) {
    return next == Protocol.HOP_BY_HOP
        || next == Protocol.ROUTING
        || next == Protocol.FRAGMENT
        || next == Protocol.DESTINATION_OPTIONS
        || next == Protocol.AH
        || next == Protocol.MOBILITY;
  }

  /** A first fragment must hold the whole header chain (RFC 7112). */
  private static Malformation fragmentOr(Packet packet, Malformation otherwise) {
    return packet.isFragment() ? Malformation.FRAGMENT : otherwise;
  }

  /** Bytes of the extension header of type {@code type} at slot offset {@code at}. */
  static int extensionLength(MemorySegment memory, int type, int at) {
    return switch (type) {
      case Protocol.FRAGMENT -> 8;
      case Protocol.AH -> (Bytes.u8(memory, at + 1L) + 2) * 4;
      default -> (Bytes.u8(memory, at + 1L) + 1) * 8;
    };
  }

  private static boolean transport(Packet packet, MemorySegment memory) {
    if (packet.fragmentOffset != 0) {
      return true;
    }
    return switch (packet.ipProtocol) {
      case Protocol.TCP -> tcp(packet, memory);
      case Protocol.UDP -> udp(packet, memory);
      case Protocol.ICMP, Protocol.ICMPV6 -> icmp(packet);
      default -> true;
    };
  }

  private static boolean tcp(Packet packet, MemorySegment memory) {
    int at = packet.transport;
    if (at + TcpHeader.MIN_LENGTH > packet.end) {
      return malformed(packet, fragmentOr(packet, Malformation.TCP_HEADER));
    }
    int headerLength = (Bytes.u8(memory, at + 12L) >>> 4) * 4;
    if (headerLength < TcpHeader.MIN_LENGTH || at + headerLength > packet.end) {
      return malformed(packet, fragmentOr(packet, Malformation.TCP_HEADER));
    }
    packet.payload = at + headerLength;
    packet.tcpOptionsEnd = optionsEnd(memory, at + TcpHeader.MIN_LENGTH, packet.payload);
    packet.transportPresent = true;
    return true;
  }

  /** Where the well-formed options end: at END, or before one of a length that cannot be. */
  private static int optionsEnd(MemorySegment memory, int from, int limit) {
    int at = from;
    while (at < limit) {
      int kind = Bytes.u8(memory, at);
      if (kind == TcpOption.END) {
        return at;
      }
      if (kind == TcpOption.NO_OPERATION) {
        at++;
        continue;
      }
      int length = at + 1 < limit ? Bytes.u8(memory, at + 1L) : 0;
      if (length < 2 || at + length > limit) {
        return at;
      }
      at += length;
    }
    return at;
  }

  private static boolean udp(Packet packet, MemorySegment memory) {
    int at = packet.transport;
    if (at + UdpHeader.LENGTH > packet.end) {
      return malformed(packet, fragmentOr(packet, Malformation.UDP_HEADER));
    }
    int length = Bytes.u16(memory, at + 4L);
    if (length < UdpHeader.LENGTH || (at + length > packet.end && !packet.moreFragments)) {
      return malformed(packet, Malformation.UDP_HEADER);
    }
    packet.payload = at + UdpHeader.LENGTH;
    if (!packet.moreFragments) {
      packet.end = at + length; // the rest is padding to UDP and to its checksum (RFC 768)
    }
    packet.transportPresent = true;
    return true;
  }

  private static boolean icmp(Packet packet) {
    if (packet.transport + IcmpHeader.LENGTH > packet.end) {
      return malformed(packet, fragmentOr(packet, Malformation.ICMP_HEADER));
    }
    packet.payload = packet.transport + IcmpHeader.LENGTH;
    packet.transportPresent = true;
    return true;
  }

  private static boolean malformed(Packet packet, Malformation why) {
    packet.malformed(why);
    return false;
  }
}
