package org.vtl.service.firewall.internal.spoof;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.NdpMessage;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * Judges messages of Neighbor Discovery (RFC 4861). No host believes one that has crossed a router
 * or came in fragments (RFC 6980), and routers' messages are not a VM's to send (RFC 6105). As the
 * parser has gone through all extension headers, none hides a message (RFC 7113).
 */
final class NeighborCheck {
  private static final int ROUTER_RENUMBERING = 138;
  private static final int INVERSE_SOLICITATION = 141;
  private static final int INVERSE_ADVERTISEMENT = 142;
  private static final int OPTION_UNIT = 8;

  private NeighborCheck() {}

  /** Whether the packet is an ICMPv6 message that the check is about. */
  static boolean isNeighborDiscovery(Packet packet) {
    if (!packet.isIpv6() || packet.protocol() != Protocol.ICMPV6 || !packet.isIcmpv6()) {
      return false;
    }
    int type = packet.icmp().type();
    return type >= NdpMessage.ROUTER_SOLICITATION && type <= ROUTER_RENUMBERING
        || type == INVERSE_SOLICITATION
        || type == INVERSE_ADVERTISEMENT;
  }

  /** Why a message of Neighbor Discovery is refused, or null. {@code own} is the VM's. */
  static Refusal check(Packet packet, LinkAddresses own) {
    int type = packet.icmp().type();
    boolean outbound = packet.direction() == Direction.OUTBOUND;
    boolean routers =
        type == NdpMessage.ROUTER_ADVERTISEMENT
            || type == NdpMessage.REDIRECT
            || type == ROUTER_RENUMBERING;
    if (outbound && routers) {
      return Refusal.ROUTER;
    }
    if (type == ROUTER_RENUMBERING) {
      return null; // for routers only, and it is authenticated (RFC 2894)
    }
    if (!packet.ndp().isValid() || packet.ipv6().extension(Protocol.FRAGMENT) >= 0) {
      return Refusal.NEIGHBOR;
    }
    boolean target = type != NdpMessage.ROUTER_SOLICITATION && !routers;
    if (target && packet.ndp().targetHigh() >>> 56 == 0xff) {
      return Refusal.NEIGHBOR;
    }
    if (routers && !OwnAddress.isLinkLocal(packet.sourceHigh())) {
      return Refusal.NEIGHBOR; // sections 6.1.2 and 8.1
    }
    return areOptionsRight(packet, bodyLength(type), outbound ? own : null)
        ? null
        : Refusal.NEIGHBOR;
  }

  private static int bodyLength(int type) {
    return switch (type) {
      case NdpMessage.ROUTER_SOLICITATION -> IcmpHeader.LENGTH;
      case NdpMessage.ROUTER_ADVERTISEMENT -> 16;
      case NdpMessage.REDIRECT -> 40;
      default -> 24;
    };
  }

  /**
   * Whether the options are whole, and each link-layer address among them is the VM's where {@code
   * own} is given: all of them, since of two alike some receivers take the first, others the last.
   */
  private static boolean areOptionsRight(Packet packet, int body, LinkAddresses own) {
    MemorySegment memory = packet.memory();
    int at = packet.start() + packet.transportOffset() + body;
    int end = packet.start() + packet.datagramEnd();
    while (at < end) {
      int length = at + 1 < end ? Bytes.u8(memory, at + 1L) * OPTION_UNIT : 0;
      if (length == 0 || at + length > end) {
        return false;
      }
      int type = Bytes.u8(memory, at);
      boolean address =
          type == NdpMessage.OPTION_SOURCE_LINK_ADDRESS
              || type == NdpMessage.OPTION_TARGET_LINK_ADDRESS;
      if (address && own != null) {
        long mac = Bytes.u48(memory, at + 2L);
        boolean right = mac == packet.ethernet().source() || own.ownsMac(mac);
        if (length != OPTION_UNIT || !right) {
          return false;
        }
      }
      at += length;
    }
    return true;
  }
}
