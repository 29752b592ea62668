package org.vtl.packet;

/** A UDP header (RFC 768), as a view of one packet's frame. */
public final class UdpHeader {
  public static final int LENGTH = 8;

  private final Packet packet;

  UdpHeader(Packet packet) {
    this.packet = packet;
  }

  public int sourcePort() {
    return u16(0);
  }

  public void setSourcePort(int port) {
    packet.editor.writeTransport16(packet.transport, port);
  }

  public int destinationPort() {
    return u16(2);
  }

  public void setDestinationPort(int port) {
    packet.editor.writeTransport16(packet.transport + 2, port);
  }

  /** Length of header and payload in bytes, as the header says. */
  public int lengthBytes() {
    return u16(4);
  }

  /** The checksum field as it stands, pending changes not folded in; 0 means none was sent. */
  public int checksum() {
    return u16(6);
  }

  private int u16(int at) {
    return Bytes.u16(packet.memory(), (long) packet.transport + at);
  }
}
