package org.vtl.service.tor.internal.neighbor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.ArpHeader;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.EthernetHeader;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.NdpMessage;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.Protocol;
import org.vtl.packet.RefusalBuilder;
import org.vtl.service.Injector;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;

/**
 * Answers the guest's ARP requests (RFC 826) and neighbor solicitations (RFC 4861 section 7.2.4):
 * whatever address it looks for is at VTL's MAC address, also in a VLAN of its own.
 *
 * <p>Never about an address that the guest is trying for itself or has: an answer to an ARP probe
 * or to duplicate address detection would call it taken (RFC 5227 section 2.1.1, RFC 4862 section
 * 5.4.4). Nor to announcements, nor where the standards have a receiver ignore the message. What a
 * guest has to say of itself or of routers goes no further.
 *
 * <p>Made by {@link Hub#of} for each worker of a link, which alone uses it. Allocates nothing.
 */
public final class NeighborAnswers {
  private static final int HOPS = 255;

  /** From a router, asked for, and better than what the guest knew (RFC 4861 section 4.4). */
  private static final int ROUTER_SOLICITED_OVERRIDE = 0xe000_0000;

  private static final int SOLICITATION_BODY = 24;
  private static final int OPTION_UNIT = 8;

  /** The answers of all links, whose workers share what they know of their guest. Any thread. */
  public static final class Hub {
    private final Injector injector;
    private final Reason answered;
    private final Reason ignored;
    private final Reason invalid;
    private final Map<String, OwnAddresses> guests = new ConcurrentHashMap<>();

    /** Declares reasons; for {@link org.vtl.service.PacketService#attach}. */
    public Hub(ServiceContext context) {
      injector = context.injector();
      answered =
          context.reason("neighbor-answered", "The guest looked for an address: it is at VTL.");
      ignored =
          context.reason(
              "neighbor-ignored",
              "ARP or Neighbor Discovery that asks for nothing: a probe, an announcement, a"
                  + " reply.");
      invalid =
          context.reason(
              "neighbor-invalid",
              "ARP or Neighbor Discovery that nobody may believe, or no room for its answer.");
    }

    /** A worker's of {@code link}, with {@code mac} for all addresses. */
    public NeighborAnswers of(String link, long mac) {
      OwnAddresses own = guests.computeIfAbsent(link, name -> new OwnAddresses());
      return new NeighborAnswers(this, own, mac);
    }
  }

  private final Hub hub;
  private final OwnAddresses own;
  private final long mac;
  private final PacketBuilder builder = new PacketBuilder();

  private NeighborAnswers(Hub hub, OwnAddresses own, long mac) {
    this.hub = hub;
    this.own = own;
    this.mac = mac;
  }

  /**
   * Answers {@code packet}, or says nothing to it, if it is the guest's ARP or Neighbor Discovery.
   *
   * @return what becomes of it, or null for another packet: also for a router solicitation, which
   *     is no matter of neighbors, and for malformed ones
   */
  public Verdict answer(Packet packet, Connection connection) {
    if (packet.direction() != Direction.OUTBOUND || packet.malformation() != null) {
      return null;
    }
    if (packet.isArp()) {
      return arp(packet, connection).drop(packet);
    }
    if (!packet.isIcmpv6()) {
      return null;
    }
    return switch (packet.icmp().type()) {
      case NdpMessage.NEIGHBOR_SOLICITATION -> solicitation(packet, connection).drop(packet);
      case NdpMessage.NEIGHBOR_ADVERTISEMENT,
          NdpMessage.ROUTER_ADVERTISEMENT,
          NdpMessage.REDIRECT ->
          hub.ignored.drop(packet);
      default -> null;
    };
  }

  // ---- ARP -------------------------------------------------------------------------------------

  private Reason arp(Packet packet, Connection connection) {
    ArpHeader arp = packet.arp();
    long asker = arp.senderMac();
    if (isGroup(asker) || asker == 0 || isGroup(packet.ethernet().source())) {
      return hub.invalid;
    }
    if (arp.isProbe()) {
      return hub.ignored; // RFC 5227 section 2.1.1
    }
    if (!isHost(arp.senderAddress())) {
      return hub.invalid;
    }
    own.note(0, Packet.mapped(arp.senderAddress()), packet.arrivalNanos());
    if (arp.operation() != ArpHeader.REQUEST || arp.isGratuitous()) {
      return hub.ignored;
    }
    int target = arp.targetAddress();
    if (!isHost(target)) {
      return hub.invalid;
    }
    if (own.contains(0, Packet.mapped(target), packet.arrivalNanos())) {
      return hub.ignored;
    }
    Packet reply = begin(packet, connection);
    if (reply == null) {
      return hub.invalid;
    }
    builder.arp(ArpHeader.REPLY, mac, target, asker, arp.senderAddress()).finish();
    return send(reply, connection);
  }

  private static boolean isGroup(long mac) {
    return (mac >>> 40 & 1) != 0;
  }

  private static boolean isHost(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  // ---- Neighbor Discovery ----------------------------------------------------------------------

  private Reason solicitation(Packet packet, Connection connection) {
    Ipv6Header ipv6 = packet.ipv6();
    NdpMessage message = packet.ndp();
    if (!isBelievable(packet)) {
      return hub.invalid;
    }
    long high = ipv6.sourceHigh();
    long low = ipv6.sourceLow();
    if (high == 0 && low == 0) {
      return hub.ignored; // duplicate address detection, RFC 4862 section 5.4.3
    }
    if (!isHost(high, low)) {
      return hub.invalid;
    }
    own.note(high, low, packet.arrivalNanos());
    long targetHigh = message.targetHigh();
    long targetLow = message.targetLow();
    if (own.contains(targetHigh, targetLow, packet.arrivalNanos())) {
      return hub.ignored;
    }
    Packet reply = begin(packet, connection);
    if (reply == null) {
      return hub.invalid;
    }
    builder
        .ipv6(targetHigh, targetLow, high, low, HOPS)
        .icmp(NdpMessage.NEIGHBOR_ADVERTISEMENT, 0, ROUTER_SOLICITED_OVERRIDE);
    int body = builder.room(16 + OPTION_UNIT);
    Bytes.setU64(reply.memory(), body, targetHigh);
    Bytes.setU64(reply.memory(), body + 8L, targetLow);
    Bytes.setU8(reply.memory(), body + 16L, NdpMessage.OPTION_TARGET_LINK_ADDRESS);
    Bytes.setU8(reply.memory(), body + 17L, 1);
    Bytes.setU48(reply.memory(), body + 18L, mac);
    builder.finish();
    return send(reply, connection);
  }

  /** RFC 4861 section 7.1.1, and RFC 6980: not in fragments. */
  private static boolean isBelievable(Packet packet) {
    NdpMessage message = packet.ndp();
    return !isGroup(packet.ethernet().source())
        && message.isValid()
        && packet.ipv6().extension(Protocol.FRAGMENT) < 0
        && isHost(message.targetHigh(), message.targetLow())
        && areOptionsWhole(packet)
        && RefusalBuilder.isIntact(packet);
  }

  private static boolean areOptionsWhole(Packet packet) {
    int at = packet.start() + packet.transportOffset() + SOLICITATION_BODY;
    int end = packet.start() + packet.datagramEnd();
    while (at < end) {
      int length = at + 1 < end ? Bytes.u8(packet.memory(), at + 1L) * OPTION_UNIT : 0;
      if (length == 0 || at + length > end) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private static boolean isHost(long high, long low) {
    return high >>> 56 != 0xff && (high != 0 || low >>> 1 != 0);
  }

  // ---- both ------------------------------------------------------------------------------------

  private Packet begin(Packet packet, Connection connection) {
    Packet reply = hub.injector.newFrame(connection.link());
    if (reply != null) {
      EthernetHeader asker = packet.ethernet();
      builder.into(reply).ethernet(asker.source(), mac).tagsOf(packet);
    }
    return reply;
  }

  private Reason send(Packet reply, Connection connection) {
    reply.setDirection(Direction.INBOUND);
    hub.injector.inject(reply, connection.link().untracked());
    return hub.answered;
  }
}
