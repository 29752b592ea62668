package org.vtl.packet;

/**
 * An ICMPv6 message of Neighbor Discovery (RFC 4861), as a view of one packet's frame: the target
 * address of solicitations, advertisements and redirects, and the link-layer address options.
 */
public final class NdpMessage {
  public static final int ROUTER_SOLICITATION = 133;
  public static final int ROUTER_ADVERTISEMENT = 134;
  public static final int NEIGHBOR_SOLICITATION = 135;
  public static final int NEIGHBOR_ADVERTISEMENT = 136;
  public static final int REDIRECT = 137;

  public static final int OPTION_SOURCE_LINK_ADDRESS = 1;
  public static final int OPTION_TARGET_LINK_ADDRESS = 2;

  private final Packet packet;

  NdpMessage(Packet packet) {
    this.packet = packet;
  }

  /**
   * Whether the packet is a Neighbor Discovery message that a receiver may believe: its type is one
   * of the five, its body is whole, code 0, and the hop limit is 255, so no router forwarded it
   * (RFC 4861 section 6.1, 7.1).
   */
  public boolean isValid() {
    return packet.isIcmpv6()
        && !packet.isFragment()
        && packet.icmp().code() == 0
        && packet.ipv6().hopLimit() == 255
        && bodyLength() >= 0
        && packet.transportLength() >= bodyLength();
  }

  public int type() {
    return packet.icmp().type();
  }

  public long targetHigh() {
    return Bytes.u64(packet.memory(), packet.transport + 8L);
  }

  public long targetLow() {
    return Bytes.u64(packet.memory(), packet.transport + 16L);
  }

  /** The MAC address in the option of {@code type}, or -1 when it is not there or malformed. */
  public long linkAddress(int type) {
    int at = option(type);
    return at < 0 ? -1 : Bytes.u48(packet.memory(), (long) packet.start() + at + 2);
  }

  /** Sets the MAC address in the option of {@code type}, where it is there. */
  public void setLinkAddress(int type, long mac) {
    int at = option(type);
    if (at >= 0) {
      int slot = packet.start() + at + 2;
      packet.editor.writeTransport16(slot, (int) (mac >>> 32));
      packet.editor.writeTransport32(slot + 2, (int) mac);
    }
  }

  /** Offset in the frame of the option of {@code type}, or -1. An option of length 0 ends them. */
  public int option(int type) {
    int body = bodyLength();
    if (body < 0) {
      return -1;
    }
    int at = packet.transport + body;
    while (at + 8 <= packet.end) {
      int length = Bytes.u8(packet.memory(), at + 1L) * 8;
      if (length == 0 || at + length > packet.end) {
        return -1;
      }
      if (Bytes.u8(packet.memory(), at) == type) {
        return at - packet.start();
      }
      at += length;
    }
    return -1;
  }

  /** Bytes of the message before its options, or -1 for another message. */
  private int bodyLength() {
    return switch (packet.icmp().type()) {
      case ROUTER_SOLICITATION -> 8;
      case ROUTER_ADVERTISEMENT -> 16;
      case NEIGHBOR_SOLICITATION, NEIGHBOR_ADVERTISEMENT -> 24;
      case REDIRECT -> 40;
      default -> -1;
    };
  }
}
