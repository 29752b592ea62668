package org.vtl.service.firewall.internal.spoof;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Ipv4Header;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * Tells packets that name their own route, past whoever filters by destination: loose and strict
 * source routes of IPv4 (RFC 7126 sections 4.3 and 4.4) and routing headers of IPv6 with hops left
 * (RFC 5095, RFC 9288 section 3.4.2). A routing header of type 2 is no route: it names the mobile
 * node's own home address (RFC 6275 section 6.4).
 */
final class SourceRoute {
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int LOOSE = 131;
  private static final int STRICT = 137;
  private static final int TYPE_0 = 0;
  private static final int TYPE_MOBILE = 2;

  private SourceRoute() {}

  static boolean isIn(Packet packet) {
    return packet.isIpv4() ? isInIpv4(packet) : isInIpv6(packet);
  }

  /** Options that cannot be read count: what stands behind them is read by others otherwise. */
  private static boolean isInIpv4(Packet packet) {
    int header = packet.start() + packet.networkOffset();
    int end = header + packet.ipv4().headerLength();
    int at = header + Ipv4Header.MIN_LENGTH;
    MemorySegment memory = packet.memory();
    while (at < end) {
      int kind = Bytes.u8(memory, at);
      if (kind == END) {
        return false;
      }
      if (kind == NO_OPERATION) {
        at++;
        continue;
      }
      int length = at + 1 < end ? Bytes.u8(memory, at + 1L) : 0;
      if (kind == LOOSE || kind == STRICT || length < 2 || at + length > end) {
        return true;
      }
      at += length;
    }
    return false;
  }

  private static boolean isInIpv6(Packet packet) {
    int at = packet.start() + packet.networkOffset() + Ipv6Header.LENGTH;
    int end = packet.start() + packet.transportOffset();
    MemorySegment memory = packet.memory();
    int next = packet.ipv6().nextHeader();
    while (at < end) {
      if (next == Protocol.ROUTING) {
        int type = Bytes.u8(memory, at + 2L);
        if (type == TYPE_0 || type != TYPE_MOBILE && Bytes.u8(memory, at + 3L) != 0) {
          return true;
        }
      }
      int length =
          switch (next) {
            case Protocol.FRAGMENT -> 8;
            case Protocol.AH -> (Bytes.u8(memory, at + 1L) + 2) * 4;
            default -> (Bytes.u8(memory, at + 1L) + 1) * 8;
          };
      next = Bytes.u8(memory, at);
      at += length;
    }
    return false;
  }
}
