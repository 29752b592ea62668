package org.vtl.packet;

/** An ARP packet for IPv4 over Ethernet (RFC 826), as a view of one packet's frame. */
public final class ArpHeader {
  /** Bytes of the packet behind the Ethernet header. */
  public static final int LENGTH = 28;

  public static final int REQUEST = 1;
  public static final int REPLY = 2;

  private final Packet packet;

  ArpHeader(Packet packet) {
    this.packet = packet;
  }

  /** The operation, {@link #REQUEST} or {@link #REPLY}. */
  public int operation() {
    return Bytes.u16(packet.memory(), packet.network + 6L);
  }

  public void setOperation(int operation) {
    packet.editor.writeLink16(packet.network + 6, operation);
  }

  public long senderMac() {
    return Bytes.u48(packet.memory(), packet.network + 8L);
  }

  public void setSenderMac(long mac) {
    packet.editor.writeLink48(packet.network + 8, mac);
  }

  public int senderAddress() {
    return Bytes.u32(packet.memory(), packet.network + 14L);
  }

  public void setSenderAddress(int address) {
    packet.editor.writeUncovered32(packet.network + 14, address);
  }

  public long targetMac() {
    return Bytes.u48(packet.memory(), packet.network + 18L);
  }

  public void setTargetMac(long mac) {
    packet.editor.writeLink48(packet.network + 18, mac);
  }

  public int targetAddress() {
    return Bytes.u32(packet.memory(), packet.network + 24L);
  }

  public void setTargetAddress(int address) {
    packet.editor.writeUncovered32(packet.network + 24, address);
  }

  /** Whether this is a probe for a duplicate address (RFC 5227 section 1.1): sender address 0. */
  public boolean isProbe() {
    return operation() == REQUEST && senderAddress() == 0;
  }

  /** Whether sender and target address are the same, as in an announcement (RFC 5227). */
  public boolean isGratuitous() {
    return senderAddress() == targetAddress();
  }
}
