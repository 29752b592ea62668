package org.vtl.packet;

/** The Ethernet header and its VLAN tags (IEEE 802.3, 802.1Q), as a view of one packet's frame. */
public final class EthernetHeader {
  /** Bytes of the header without tags. */
  public static final int LENGTH = 14;

  /** The broadcast address. */
  public static final long BROADCAST = 0xffff_ffff_ffffL;

  private final Packet packet;

  EthernetHeader(Packet packet) {
    this.packet = packet;
  }

  /** The destination MAC address, in the low 48 bits. */
  public long destination() {
    return Bytes.u48(packet.memory(), packet.start());
  }

  public void setDestination(long mac) {
    packet.editor.writeLink48(packet.start(), mac);
  }

  /** The source MAC address, in the low 48 bits. */
  public long source() {
    return Bytes.u48(packet.memory(), packet.start() + 6L);
  }

  public void setSource(long mac) {
    packet.editor.writeLink48(packet.start() + 6, mac);
  }

  /** Whether the destination is a group address (multicast or broadcast). */
  public boolean isMulticast() {
    return (Bytes.u8(packet.memory(), packet.start()) & 1) != 0;
  }

  /** The tag control information of VLAN tag {@code index}, counted from outside: 0 or 1. */
  public int vlanTag(int index) {
    if (index < 0 || index >= packet.vlanTags()) {
      throw new IndexOutOfBoundsException(
          "The frame has " + packet.vlanTags() + " VLAN tags, not a tag " + index + ".");
    }
    return Bytes.u16(packet.memory(), packet.start() + 14L + 4L * index);
  }
}
