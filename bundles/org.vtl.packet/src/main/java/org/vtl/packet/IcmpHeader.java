package org.vtl.packet;

/**
 * An ICMP or ICMPv6 header (RFC 792, RFC 4443), as a view of one packet's frame. Both share type,
 * code and checksum; the constants say which of the two they belong to.
 */
public final class IcmpHeader {
  public static final int LENGTH = 8;

  public static final int ECHO_REPLY = 0;
  public static final int DESTINATION_UNREACHABLE = 3;
  public static final int SOURCE_QUENCH = 4;
  public static final int REDIRECT = 5;
  public static final int ECHO_REQUEST = 8;
  public static final int TIME_EXCEEDED = 11;
  public static final int PARAMETER_PROBLEM = 12;

  public static final int V6_DESTINATION_UNREACHABLE = 1;
  public static final int V6_PACKET_TOO_BIG = 2;
  public static final int V6_TIME_EXCEEDED = 3;
  public static final int V6_PARAMETER_PROBLEM = 4;
  public static final int V6_ECHO_REQUEST = 128;
  public static final int V6_ECHO_REPLY = 129;

  private final Packet packet;

  IcmpHeader(Packet packet) {
    this.packet = packet;
  }

  public int type() {
    return Bytes.u8(packet.memory(), packet.transport);
  }

  public void setType(int type) {
    packet.editor.writeTransport8(packet.transport, type);
  }

  public int code() {
    return Bytes.u8(packet.memory(), packet.transport + 1L);
  }

  public void setCode(int code) {
    packet.editor.writeTransport8(packet.transport + 1, code);
  }

  /** The checksum field as it stands, pending changes not folded in. */
  public int checksum() {
    return Bytes.u16(packet.memory(), packet.transport + 2L);
  }

  /** The identifier of an echo request or reply. */
  public int identifier() {
    return Bytes.u16(packet.memory(), packet.transport + 4L);
  }

  public void setIdentifier(int identifier) {
    packet.editor.writeTransport16(packet.transport + 4, identifier);
  }

  /** The sequence number of an echo request or reply. */
  public int sequenceNumber() {
    return Bytes.u16(packet.memory(), packet.transport + 6L);
  }

  public void setSequenceNumber(int sequence) {
    packet.editor.writeTransport16(packet.transport + 6, sequence);
  }

  /** Whether this is an echo request or reply, of either version. */
  public boolean isEcho() {
    int type = type();
    return packet.isIcmpv6()
        ? type == V6_ECHO_REQUEST || type == V6_ECHO_REPLY
        : type == ECHO_REQUEST || type == ECHO_REPLY;
  }

  /** Whether this is an error about another datagram, quoted in its payload. */
  public boolean isError() {
    int type = type();
    return packet.isIcmpv6()
        ? type >= V6_DESTINATION_UNREACHABLE && type < V6_ECHO_REQUEST
        : type == DESTINATION_UNREACHABLE
            || type == SOURCE_QUENCH
            || type == REDIRECT
            || type == TIME_EXCEEDED
            || type == PARAMETER_PROBLEM;
  }

  /** The next hop's MTU in "fragmentation needed" (RFC 1191) or "packet too big" (RFC 4443). */
  public int mtu() {
    return packet.isIcmpv6()
        ? Bytes.u32(packet.memory(), packet.transport + 4L)
        : Bytes.u16(packet.memory(), packet.transport + 6L);
  }
}
