package org.vtl.packet;

/** An IPv4 header (RFC 791), as a view of one packet's frame. */
public final class Ipv4Header {
  /** Bytes of a header without options. */
  public static final int MIN_LENGTH = 20;

  private static final int DONT_FRAGMENT = 0x4000;

  private final Packet packet;

  Ipv4Header(Packet packet) {
    this.packet = packet;
  }

  /** Length of the header with its options, in bytes. */
  public int headerLength() {
    return (Bytes.u8(packet.memory(), packet.network) & 0xf) * 4;
  }

  /** Length of header and data in bytes, as the header says. */
  public int totalLength() {
    return u16(2);
  }

  /** Differentiated services code point, 0 to 63 (RFC 2474). */
  public int dscp() {
    return u16(0) >>> 2 & 0x3f;
  }

  public void setDscp(int dscp) {
    packet.editor.writeNetwork16(packet.network, u16(0) & ~0xfc | (dscp & 0x3f) << 2);
  }

  /** Explicit congestion notification, 0 to 3 (RFC 3168). */
  public int ecn() {
    return u16(0) & 3;
  }

  public void setEcn(int ecn) {
    packet.editor.writeNetwork16(packet.network, u16(0) & ~3 | ecn & 3);
  }

  public int identification() {
    return u16(4);
  }

  public void setIdentification(int identification) {
    packet.editor.writeNetwork16(packet.network + 4, identification);
  }

  public boolean dontFragment() {
    return (u16(6) & DONT_FRAGMENT) != 0;
  }

  public void setDontFragment(boolean set) {
    int flags = u16(6) & ~DONT_FRAGMENT;
    packet.editor.writeNetwork16(packet.network + 6, set ? flags | DONT_FRAGMENT : flags);
  }

  public int timeToLive() {
    return u16(8) >>> 8;
  }

  public void setTimeToLive(int hops) {
    packet.editor.writeNetwork16(packet.network + 8, hops << 8 | u16(8) & 0xff);
  }

  /** The protocol field. */
  public int protocol() {
    return u16(8) & 0xff;
  }

  /** The checksum field as it stands, pending changes not folded in. */
  public int checksum() {
    return u16(10);
  }

  public int source() {
    return Bytes.u32(packet.memory(), packet.network + 12L);
  }

  public void setSource(int address) {
    packet.editor.writeAddress32(packet.network + 12, address);
  }

  public int destination() {
    return Bytes.u32(packet.memory(), packet.network + 16L);
  }

  public void setDestination(int address) {
    packet.editor.writeAddress32(packet.network + 16, address);
  }

  /** Whether the header checksum is right, as the frame stands. */
  public boolean isChecksumRight() {
    return Checksum.fold(Checksum.sum(packet.memory(), packet.network, headerLength())) == 0xffff;
  }

  private int u16(int at) {
    return Bytes.u16(packet.memory(), (long) packet.network + at);
  }
}
