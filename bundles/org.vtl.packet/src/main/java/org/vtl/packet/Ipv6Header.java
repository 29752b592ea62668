package org.vtl.packet;

/**
 * An IPv6 header (RFC 8200), as a view of one packet's frame. Extension headers lie between it and
 * {@link Packet#transportOffset}; {@link #extension} finds one.
 */
public final class Ipv6Header {
  /** Bytes of the header without extensions. */
  public static final int LENGTH = 40;

  private final Packet packet;

  Ipv6Header(Packet packet) {
    this.packet = packet;
  }

  /** The traffic class: DSCP and ECN. */
  public int trafficClass() {
    return u32(0) >>> 20 & 0xff;
  }

  public void setTrafficClass(int trafficClass) {
    packet.editor.writeUncovered32(
        packet.network, u32(0) & ~(0xff << 20) | (trafficClass & 0xff) << 20);
  }

  public int dscp() {
    return trafficClass() >>> 2;
  }

  public int ecn() {
    return trafficClass() & 3;
  }

  /** The flow label, 20 bits. */
  public int flowLabel() {
    return u32(0) & 0xfffff;
  }

  public void setFlowLabel(int label) {
    packet.editor.writeUncovered32(packet.network, u32(0) & ~0xfffff | label & 0xfffff);
  }

  /** Length of everything behind the 40 bytes, extensions included. */
  public int payloadLength() {
    return Bytes.u16(packet.memory(), packet.network + 4L);
  }

  /** The first next-header value; {@link Packet#protocol} is the one behind all extensions. */
  public int nextHeader() {
    return Bytes.u8(packet.memory(), packet.network + 6L);
  }

  public int hopLimit() {
    return Bytes.u8(packet.memory(), packet.network + 7L);
  }

  public void setHopLimit(int hops) {
    packet.editor.writeUncovered8(packet.network + 7, hops);
  }

  public long sourceHigh() {
    return Bytes.u64(packet.memory(), packet.network + 8L);
  }

  public long sourceLow() {
    return Bytes.u64(packet.memory(), packet.network + 16L);
  }

  public void setSource(long high, long low) {
    setAddress(8, high, low);
  }

  public long destinationHigh() {
    return Bytes.u64(packet.memory(), packet.network + 24L);
  }

  public long destinationLow() {
    return Bytes.u64(packet.memory(), packet.network + 32L);
  }

  public void setDestination(long high, long low) {
    setAddress(24, high, low);
  }

  /**
   * Offset in the frame of the first extension header of type {@code type} ({@link
   * Protocol#HOP_BY_HOP}, {@link Protocol#ROUTING}, ...), or -1 when there is none.
   */
  public int extension(int type) {
    int next = nextHeader();
    int at = packet.network + LENGTH;
    while (at < packet.transport) {
      if (next == type) {
        return at - packet.start();
      }
      int size = Parser.extensionLength(packet.memory(), next, at);
      next = Bytes.u8(packet.memory(), at);
      at += size;
    }
    return -1;
  }

  /**
   * Offset in the frame of the byte that names {@link Packet#protocol}: the next-header field of
   * the last extension header, or of this one where there is none.
   */
  public int protocolOffset() {
    int named = packet.network + 6;
    int next = nextHeader();
    int at = packet.network + LENGTH;
    while (at < packet.transport) {
      int size = Parser.extensionLength(packet.memory(), next, at);
      named = at;
      next = Bytes.u8(packet.memory(), at);
      at += size;
    }
    return named - packet.start();
  }

  private void setAddress(int at, long high, long low) {
    int offset = packet.network + at;
    packet.editor.writeAddress32(offset, (int) (high >>> 32));
    packet.editor.writeAddress32(offset + 4, (int) high);
    packet.editor.writeAddress32(offset + 8, (int) (low >>> 32));
    packet.editor.writeAddress32(offset + 12, (int) low);
  }

  private int u32(int at) {
    return Bytes.u32(packet.memory(), (long) packet.network + at);
  }
}
