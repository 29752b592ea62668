package org.vtl.service.firewall.internal.spoof;

import org.vtl.packet.Direction;
import org.vtl.packet.NdpMessage;
import org.vtl.packet.Packet;

/**
 * Judges whether a packet is from whom it says: what the VM sends, by the addresses that are its
 * own (RFC 2827 at a single host's edge); what the network sends, only where it makes no sense.
 *
 * <p>Stateless; any worker. Allocates nothing unless an address is learned, which a refused packet
 * never causes.
 */
final class AntiSpoofing {
  private static final int DHCP_SERVER = 67;
  private static final int DHCP_CLIENT = 68;
  private static final int DHCPV6_CLIENT = 546;
  private static final int BROADCAST = -1;
  private static final int ICMP_REDIRECT = 5;
  private static final int ICMP_ROUTER_ADVERTISEMENT = 9;
  private static final int MLD_REPORT = 131;
  private static final int MLD_DONE = 132;
  private static final int MLD_REPORT_2 = 143;
  private static final long SOLICITED_HIGH = 0xff02_0000_0000_0000L;
  private static final long SOLICITED_LOW = 0x0000_0001_ff00_0000L;

  private AntiSpoofing() {}

  /** Why {@code packet}, which is well formed, is refused, or null when it is not. */
  static Refusal check(Packet packet, LinkAddresses own, long now) {
    if (HiddenFrame.isHidden(packet)) {
      return Refusal.HIDDEN;
    }
    return packet.direction() == Direction.OUTBOUND
        ? outbound(packet, own, now)
        : inbound(packet, own, now);
  }

  // ---- from the VM -----------------------------------------------------------------------------

  private static Refusal outbound(Packet packet, LinkAddresses own, long now) {
    long mac = packet.ethernet().source();
    if (!own.wouldAdmitMac(mac)) {
      return Refusal.MAC;
    }
    Refusal refusal = null;
    if (packet.isArp()) {
      refusal = arp(packet, mac);
    } else if (packet.isIp()) {
      refusal = ip(packet);
      if (refusal == null) {
        refusal = packet.isIpv4() ? role(packet) : roleV6(packet, own);
      }
    }
    if (refusal != null) {
      return refusal;
    }
    return own.admitMac(mac) ? claims(packet, own, now) : Refusal.MAC;
  }

  /** Sender and frame must agree; only a probe (RFC 5227 section 1.1) has no sender address. */
  private static Refusal arp(Packet packet, long mac) {
    int sender = packet.arp().senderAddress();
    int operation = packet.arp().operation();
    boolean known = operation == 1 || operation == 2;
    if (!known || packet.arp().senderMac() != mac) {
      return Refusal.ARP;
    }
    if (sender == 0) {
      return packet.arp().isProbe() ? null : Refusal.ARP;
    }
    return isImpossible(sender) ? Refusal.ARP : null;
  }

  /** Roles in an IPv4 network that are not a VM's to play. */
  private static Refusal role(Packet packet) {
    if (packet.isUdp() && packet.udp().destinationPort() == DHCP_CLIENT) {
      return Refusal.DHCP; // whatever the source port: clients look at their own only
    }
    if (packet.isIcmp()) {
      int type = packet.icmp().type();
      if (type == ICMP_REDIRECT || type == ICMP_ROUTER_ADVERTISEMENT) {
        return Refusal.ROUTER;
      }
    }
    return null;
  }

  private static Refusal roleV6(Packet packet, LinkAddresses own) {
    if (packet.isUdp() && packet.udp().destinationPort() == DHCPV6_CLIENT) {
      return Refusal.DHCP;
    }
    return NeighborCheck.isNeighborDiscovery(packet) ? NeighborCheck.check(packet, own) : null;
  }

  /** The addresses that the packet says are the VM's; what is new of them is learned. */
  private static Refusal claims(Packet packet, LinkAddresses own, long now) {
    long mac = packet.ethernet().source();
    if (packet.isArp()) {
      int sender = packet.arp().senderAddress();
      boolean right = sender == 0 || own.admit(0, Packet.mapped(sender), mac, now);
      return right ? null : Refusal.ARP;
    }
    if (!packet.isIp() || isUnspecified(packet)) {
      return null;
    }
    if (!own.admit(packet.sourceHigh(), packet.sourceLow(), mac, now)) {
      return Refusal.SOURCE;
    }
    if (packet.isIcmpv6() && packet.icmp().type() == NdpMessage.NEIGHBOR_ADVERTISEMENT) {
      boolean right = own.admit(packet.ndp().targetHigh(), packet.ndp().targetLow(), mac, now);
      return right ? null : Refusal.NEIGHBOR;
    }
    return null;
  }

  // ---- from the network ------------------------------------------------------------------------

  private static Refusal inbound(Packet packet, LinkAddresses own, long now) {
    if (own.ownsMac(packet.ethernet().source())) {
      return Refusal.OWN;
    }
    if (packet.isArp()) {
      // Another's claim to the VM's address passes: the VM is to notice it (RFC 5227 section 2.4).
      if (own.ownsMac(packet.arp().senderMac())) {
        return Refusal.OWN;
      }
    } else if (packet.isIp()) {
      Refusal refusal = ip(packet);
      boolean neighbor = NeighborCheck.isNeighborDiscovery(packet);
      if (refusal == null && neighbor) {
        refusal = NeighborCheck.check(packet, own);
      }
      if (refusal == null && !neighbor && own.isOwn(packet.sourceHigh(), packet.sourceLow())) {
        refusal = Refusal.OWN;
      }
      if (refusal != null) {
        return refusal;
      }
    }
    Hearsay.hear(packet, own, now);
    return null;
  }

  // ---- either way ------------------------------------------------------------------------------

  /** What no IP packet may have, wherever it comes from. */
  private static Refusal ip(Packet packet) {
    if (SourceRoute.isIn(packet)) {
      return Refusal.ROUTE;
    }
    if (isUnspecified(packet)) {
      boolean may = packet.isIpv4() ? asksForAddress(packet) : hasNoAddressYet(packet);
      return may ? null : Refusal.UNSPECIFIED;
    }
    boolean impossible =
        packet.isIpv4()
            ? isImpossible(packet.ipv4().source())
            : isImpossible(packet.sourceHigh(), packet.sourceLow());
    return impossible ? Refusal.IMPOSSIBLE : null;
  }

  private static boolean isUnspecified(Packet packet) {
    return packet.isIpv4()
        ? packet.ipv4().source() == 0
        : (packet.sourceHigh() | packet.sourceLow()) == 0;
  }

  private static boolean asksForAddress(Packet packet) {
    return packet.isUdp()
        && packet.udp().sourcePort() == DHCP_CLIENT
        && packet.udp().destinationPort() == DHCP_SERVER
        && packet.ipv4().destination() == BROADCAST;
  }

  /**
   * Duplicate address detection (RFC 4862 section 5.4.2), the multicast reports that go with it
   * (RFC 3590), and a first solicitation of routers (RFC 4861 section 4.1).
   */
  private static boolean hasNoAddressYet(Packet packet) {
    if (!packet.isIcmpv6()) {
      return false;
    }
    return switch (packet.icmp().type()) {
      case MLD_REPORT, MLD_DONE, MLD_REPORT_2 -> packet.destinationHigh() >>> 56 == 0xff;
      case NdpMessage.ROUTER_SOLICITATION ->
          packet.ndp().option(NdpMessage.OPTION_SOURCE_LINK_ADDRESS) < 0;
      case NdpMessage.NEIGHBOR_SOLICITATION ->
          packet.destinationHigh() == SOLICITED_HIGH
              && (packet.destinationLow() & ~0xff_ffffL) == SOLICITED_LOW
              && packet.ndp().option(NdpMessage.OPTION_SOURCE_LINK_ADDRESS) < 0;
      default -> false;
    };
  }

  /** Whether an IPv4 address that is not 0.0.0.0 can be nobody's (RFC 1122 section 3.2.1.3). */
  private static boolean isImpossible(int address) {
    int first = address >>> 24;
    return first == 0 || first == 127 || first >>> 4 == 0xe || address == BROADCAST;
  }

  /**
   * The same of IPv6: multicast (RFC 4291 section 2.7), loopback, and IPv4 addresses inside IPv6
   * ones, which never are on the wire and would pass for the IPv4 address.
   */
  private static boolean isImpossible(long high, long low) {
    boolean embedded = low >>> 32 == 0 || low >>> 32 == 0xffff;
    return high >>> 56 == 0xff || high == 0 && embedded;
  }

  /** Whether the rules are not asked about a packet that passed: ARP and Neighbor Discovery. */
  static boolean isSettled(Packet packet) {
    return packet.isArp()
        || NeighborCheck.isNeighborDiscovery(packet) && packet.icmp().type() <= NdpMessage.REDIRECT;
  }
}
