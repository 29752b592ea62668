package org.vtl.service.firewall.internal.spoof;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.NdpMessage;
import org.vtl.packet.Packet;

/**
 * Learns from what the network tells the VM: leases of DHCP (RFC 2131) and DHCPv6 (RFC 8415),
 * prefixes of router advertisements (RFC 4861 section 4.6.2), and whose address is another's.
 */
final class Hearsay {
  private static final int SERVER = 67;
  private static final int CLIENT = 68;
  private static final int SERVER_V6 = 547;
  private static final int CLIENT_V6 = 546;

  private static final int BOOT_REPLY_ETHERNET = 0x02_01_06; // reply, Ethernet, 6 bytes of address
  private static final int YOUR_ADDRESS = 16;
  private static final int CLIENT_MAC = 28;
  private static final int COOKIE = 236;
  private static final int MAGIC = 0x63825363;
  private static final int MESSAGE_TYPE = 53;
  private static final int ACKNOWLEDGMENT = 5;

  private static final int REPLY_V6 = 7;
  private static final int IDENTITY = 3;
  private static final int IDENTITY_ADDRESS = 5;
  private static final int DELEGATION = 25;
  private static final int DELEGATED_PREFIX = 26;
  private static final int IDENTITY_LENGTH = 12;

  private static final int PREFIX_INFORMATION = 3;
  private static final int PREFIX_INFORMATION_LENGTH = 32;
  private static final int ADVERTISEMENT_LENGTH = 16;

  private Hearsay() {}

  /** Takes what an inbound packet, found in order, tells of addresses into {@code own}. */
  static void hear(Packet packet, LinkAddresses own, long now) {
    long mac = packet.ethernet().source();
    if (packet.isArp()) {
      int sender = packet.arp().senderAddress();
      if (sender != 0) {
        own.heard(0, Packet.mapped(sender), mac, now);
      }
    } else if (packet.isUdp() && !packet.isFragment()) {
      int port = packet.udp().destinationPort();
      if (port == CLIENT && packet.isIpv4() && packet.udp().sourcePort() == SERVER) {
        lease(packet, own, now);
      } else if (port == CLIENT_V6 && packet.isIpv6() && packet.udp().sourcePort() == SERVER_V6) {
        reply(packet, own, now);
      }
    } else if (NeighborCheck.isNeighborDiscovery(packet)) {
      neighbor(packet, own, mac, now);
    }
  }

  private static void neighbor(Packet packet, LinkAddresses own, long mac, long now) {
    if ((packet.sourceHigh() | packet.sourceLow()) != 0) {
      own.heard(packet.sourceHigh(), packet.sourceLow(), mac, now);
    }
    int type = packet.icmp().type();
    if (type == NdpMessage.NEIGHBOR_ADVERTISEMENT) {
      own.heard(packet.ndp().targetHigh(), packet.ndp().targetLow(), mac, now);
    } else if (type == NdpMessage.ROUTER_ADVERTISEMENT) {
      advertisement(packet, own, now);
    }
  }

  private static void advertisement(Packet packet, LinkAddresses own, long now) {
    MemorySegment memory = packet.memory();
    int at = packet.start() + packet.transportOffset() + ADVERTISEMENT_LENGTH;
    int end = packet.start() + packet.datagramEnd();
    while (at + 8 <= end) {
      int length = Bytes.u8(memory, at + 1L) * 8;
      if (length == 0 || at + length > end) {
        return;
      }
      int bits = Bytes.u8(memory, at + 2L);
      if (Bytes.u8(memory, at) == PREFIX_INFORMATION
          && length == PREFIX_INFORMATION_LENGTH
          && bits <= 128) {
        boolean valid = Bytes.u32(memory, at + 4L) != 0;
        long high = Bytes.u64(memory, at + 16L);
        own.announced(high, Bytes.u64(memory, at + 24L), bits, valid, now);
      }
      at += length;
    }
  }

  private static void lease(Packet packet, LinkAddresses own, long now) {
    MemorySegment memory = packet.memory();
    int message = packet.start() + packet.payloadOffset();
    int end = packet.start() + packet.datagramEnd();
    if (message + COOKIE + 4 > end
        || Bytes.u32(memory, message) >>> 8 != BOOT_REPLY_ETHERNET
        || Bytes.u32(memory, message + (long) COOKIE) != MAGIC
        || !own.ownsMac(Bytes.u48(memory, message + (long) CLIENT_MAC))) {
      return;
    }
    int address = Bytes.u32(memory, message + (long) YOUR_ADDRESS);
    if (address != 0 && isAcknowledgment(memory, message + COOKIE + 4, end)) {
      own.leased(0, Packet.mapped(address), 128, now);
    }
  }

  private static boolean isAcknowledgment(MemorySegment memory, int options, int end) {
    int at = options;
    while (at + 2 < end) {
      int code = Bytes.u8(memory, at);
      if (code == 255) {
        return false;
      }
      if (code == MESSAGE_TYPE) {
        return Bytes.u8(memory, at + 2L) == ACKNOWLEDGMENT;
      }
      at += code == 0 ? 1 : 2 + Bytes.u8(memory, at + 1L);
    }
    return false;
  }

  private static void reply(Packet packet, LinkAddresses own, long now) {
    MemorySegment memory = packet.memory();
    int message = packet.start() + packet.payloadOffset();
    int end = packet.start() + packet.datagramEnd();
    if (message + 4 > end
        || Bytes.u8(memory, message) != REPLY_V6
        || !own.isOwn(packet.destinationHigh(), packet.destinationLow())) {
      return;
    }
    int at = message + 4;
    while (at + 4 <= end) {
      int code = Bytes.u16(memory, at);
      int following = at + 4 + Bytes.u16(memory, at + 2L);
      if (following > end) {
        return;
      }
      if (code == IDENTITY || code == DELEGATION) {
        identity(memory, at + 4 + IDENTITY_LENGTH, following, own, now);
      }
      at = following;
    }
  }

  /** The addresses or prefixes of one identity association (RFC 8415 sections 21.6 and 21.22). */
  private static void identity(
      MemorySegment memory, int from, int end, LinkAddresses own, long now) {
    int at = from;
    while (at + 4 <= end) {
      int code = Bytes.u16(memory, at);
      int length = Bytes.u16(memory, at + 2L);
      int value = at + 4;
      if (value + length > end) {
        return;
      }
      if (code == IDENTITY_ADDRESS && length >= 24 && Bytes.u32(memory, value + 20L) != 0) {
        own.leased(Bytes.u64(memory, value), Bytes.u64(memory, value + 8L), 128, now);
      } else if (code == DELEGATED_PREFIX && length >= 25 && Bytes.u32(memory, value + 4L) != 0) {
        int bits = Bytes.u8(memory, value + 8L);
        if (bits >= LinkAddresses.SHORTEST_PREFIX && bits <= 128) {
          own.leased(Bytes.u64(memory, value + 9L), Bytes.u64(memory, value + 17L), bits, now);
        }
      }
      at = value + length;
    }
  }
}
