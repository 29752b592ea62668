package org.vtl.service.tor.internal.address;

import java.lang.foreign.MemorySegment;
import org.vtl.connection.Link;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.NdpMessage;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.Protocol;
import org.vtl.packet.RefusalBuilder;
import org.vtl.service.Injector;
import org.vtl.service.tor.internal.neighbor.GatewayMac;

/**
 * A router's advertisements for the guest (RFC 4861 section 6.2): the prefix to make addresses of
 * (RFC 4862), VTL as router and as resolver (RFC 8106). One worker's; allocates nothing.
 */
final class RouterAdvertiser {
  private static final long LINK_LOCAL = 0xfe80L << 48;
  private static final long ALL_NODES_HIGH = 0xff02L << 48;
  private static final long ALL_NODES_LOW = 1;
  private static final long ALL_NODES_MAC = 0x3333_0000_0001L;

  private static final int HOPS = 255;
  private static final int GUEST_HOPS = 64;

  /** Three times as long as the guest hears nothing at most. */
  private static final int ROUTER_SECONDS = 1_800;

  /** For who is not told again by itself: a guest in a VLAN (RFC 8319 section 3). */
  private static final int LONGEST_SECONDS = 65_535;

  private static final int VALID_SECONDS = 86_400;
  private static final int PREFERRED_SECONDS = 14_400;

  private static final int OPTION_PREFIX = 3;
  private static final int OPTION_RESOLVER = 25;
  private static final int ON_LINK_AUTONOMOUS = 0xc0;
  private static final int BODY = 8;
  private static final int OPTIONS = 8 + 32 + 24;

  private final Injector injector;
  private final GuestNetwork network;
  private final long mac;
  private final PacketBuilder builder = new PacketBuilder();

  RouterAdvertiser(Injector injector, GuestNetwork network, long mac) {
    this.injector = injector;
    this.network = network;
    this.mac = mac;
  }

  static boolean isSolicitation(Packet packet) {
    return packet.isIcmpv6() && packet.icmp().type() == NdpMessage.ROUTER_SOLICITATION;
  }

  /** Answers a {@linkplain #isSolicitation solicitation}; false if nobody may believe it. */
  boolean answer(Packet packet, Link link) {
    long high = packet.sourceHigh();
    long low = packet.sourceLow();
    boolean unspecified = high == 0 && low == 0;
    boolean believable =
        packet.ndp().isValid()
            && packet.ipv6().extension(Protocol.FRAGMENT) < 0
            && (packet.ethernet().source() >>> 40 & 1) == 0
            && high >>> 56 != 0xff
            && (unspecified || high != 0 || low != 1)
            && !(unspecified && packet.ndp().option(NdpMessage.OPTION_SOURCE_LINK_ADDRESS) >= 0)
            && RefusalBuilder.isIntact(packet);
    Packet frame = believable ? injector.newFrame(link) : null;
    if (frame == null) {
      return false;
    }
    long destination = unspecified ? ALL_NODES_MAC : packet.ethernet().source();
    builder.into(frame).ethernet(destination, mac).tagsOf(packet);
    if (unspecified) {
      high = ALL_NODES_HIGH;
      low = ALL_NODES_LOW;
    }
    send(frame, link, high, low, packet.vlanTags() > 0 ? LONGEST_SECONDS : ROUTER_SECONDS);
    return true;
  }

  /** Tells all who listen. */
  void advertise(Link link) {
    Packet frame = injector.newFrame(link);
    if (frame != null) {
      builder.into(frame).ethernet(ALL_NODES_MAC, mac);
      send(frame, link, ALL_NODES_HIGH, ALL_NODES_LOW, ROUTER_SECONDS);
    }
  }

  private void send(Packet frame, Link link, long high, long low, int seconds) {
    builder.ipv6(LINK_LOCAL, GatewayMac.interfaceIdentifier(mac), high, low, HOPS);
    builder.icmp(NdpMessage.ROUTER_ADVERTISEMENT, 0, GUEST_HOPS << 24 | seconds);
    MemorySegment memory = frame.memory();
    long at = builder.room(BODY + OPTIONS);
    Bytes.setU64(memory, at, 0); // reachable time and retransmissions as the guest likes
    at += BODY;
    Bytes.setU16(memory, at, NdpMessage.OPTION_SOURCE_LINK_ADDRESS << 8 | 1);
    Bytes.setU48(memory, at + 2, mac);
    at += 8;
    Bytes.setU32(memory, at, OPTION_PREFIX << 24 | 4 << 16 | 64 << 8 | ON_LINK_AUTONOMOUS);
    Bytes.setU32(memory, at + 4, VALID_SECONDS);
    Bytes.setU32(memory, at + 8, PREFERRED_SECONDS);
    Bytes.setU32(memory, at + 12, 0);
    Bytes.setU64(memory, at + 16, network.ipv6().high());
    Bytes.setU64(memory, at + 24, 0);
    at += 32;
    Bytes.setU32(memory, at, OPTION_RESOLVER << 24 | 3 << 16);
    Bytes.setU32(memory, at + 4, seconds);
    Bytes.setU64(memory, at + 8, network.ipv6().high());
    Bytes.setU64(memory, at + 16, network.gatewayLow());
    builder.finish();
    frame.setDirection(Direction.INBOUND);
    injector.inject(frame, link.untracked());
  }
}
