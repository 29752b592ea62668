package org.vtl.packet;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Writes to one parsed packet, and enters in its {@link ChecksumLedger} what each write changes.
 * The header views write through here; all offsets are slot offsets.
 */
final class PacketEditor {
  private final Packet packet;
  private final MemorySegment memory;
  private final ChecksumLedger checksums;
  private boolean changed;
  private boolean edited;
  private int growth;

  PacketEditor(Packet packet, ChecksumLedger checksums) {
    this.packet = packet;
    this.memory = packet.memory();
    this.checksums = checksums;
  }

  void reset() {
    changed = false;
    settle();
  }

  void copyOf(PacketEditor other) {
    changed = other.changed;
    edited = other.edited;
    growth = other.growth;
  }

  /** Forgets what the payload has grown. */
  void settle() {
    edited = false;
    growth = 0;
  }

  boolean isEdited() {
    return edited;
  }

  int growth() {
    return growth;
  }

  /** Notes a change that was made elsewhere. */
  void touch() {
    changed = true;
  }

  boolean isChanged() {
    return changed;
  }

  /** Writes a 16-bit word that no checksum covers. */
  void writeLink16(int slotOffset, int value) {
    Bytes.setU16(memory, slotOffset, value);
    changed = true;
  }

  void writeLink48(int slotOffset, long value) {
    Bytes.setU48(memory, slotOffset, value);
    changed = true;
  }

  /** Writes a 16-bit word of the IPv4 header. */
  void writeNetwork16(int slotOffset, int value) {
    checksums.headerChanged(Checksum.delta(Bytes.u16(memory, slotOffset), value));
    Bytes.setU16(memory, slotOffset, value);
    changed = true;
  }

  /** Writes 32 bits of an address: part of the IPv4 header, if so, and of the pseudo-header. */
  void writeAddress32(int slotOffset, int value) {
    long delta =
        Checksum.delta(Bytes.u16(memory, slotOffset), value >>> 16)
            + Checksum.delta(Bytes.u16(memory, slotOffset + 2L), value);
    if (packet.etherType == Protocol.ETHER_IPV4) {
      checksums.headerChanged(delta);
    }
    boolean hop =
        slotOffset - packet.network >= 24 && packet.finalDestination != packet.network + 24;
    if (packet.etherType == Protocol.ETHER_IPV4 || !hop) {
      checksums.pseudoChanged(delta);
    }
    Bytes.setU32(memory, slotOffset, value);
    changed = true;
  }

  /** Writes a byte of the transport header or payload, at either parity. */
  void writeTransport8(int slotOffset, int value) {
    int word = slotOffset - ((slotOffset - packet.transport) & 1);
    int before = Bytes.u16(memory, word);
    Bytes.setU8(memory, slotOffset, value);
    checksums.transportChanged(Checksum.delta(before, Bytes.u16(memory, word)));
    changed = true;
  }

  /** Writes a 16-bit word of the transport header or payload, at either parity. */
  void writeTransport16(int slotOffset, int value) {
    if (((slotOffset - packet.transport) & 1) == 0) {
      checksums.transportChanged(Checksum.delta(Bytes.u16(memory, slotOffset), value));
      Bytes.setU16(memory, slotOffset, value);
      changed = true;
    } else {
      writeTransport8(slotOffset, value >>> 8);
      writeTransport8(slotOffset + 1, value);
    }
  }

  void writeTransport32(int slotOffset, int value) {
    writeTransport16(slotOffset, value >>> 16);
    writeTransport16(slotOffset + 2, value);
  }

  /** Writes a byte that no checksum covers (ARP, IPv6 header fields). */
  void writeUncovered8(int slotOffset, int value) {
    Bytes.setU8(memory, slotOffset, value);
    changed = true;
  }

  void writeUncovered32(int slotOffset, int value) {
    Bytes.setU32(memory, slotOffset, value);
    changed = true;
  }

  /** What {@link Packet#replacePayload} does. */
  void replacePayload(int at, int removed, MemorySegment source, long from, int count) {
    int payload = packet.payload;
    int end = packet.end;
    int before = end - payload;
    if (at < 0 || removed < 0 || at > before || removed > before - at) {
      throw new IndexOutOfBoundsException(
          removed + " bytes at " + at + " are not in a payload of " + before + " bytes.");
    }
    Objects.checkFromIndexSize(from, count, source.byteSize());
    int growth = count - removed;
    if (growth > 65_535 - (end - packet.network)
        || growth > Packet.HEADROOM + Packet.MAX_FRAME - end) {
      throw new IndexOutOfBoundsException(
          "A payload grown by " + growth + " bytes does not fit an IP datagram.");
    }
    checksums.payloadMoves();
    int first = payload + at;
    int word = first - ((first - packet.transport) & 1);
    // Behind the change the words stay the same, unless they move.
    int until = growth == 0 ? first + count : end;
    checksums.transportChanged(~Checksum.sum(memory, word, until - word) & 0xffff);
    MemorySegment.copy(
        memory, (long) first + removed, memory, (long) first + count, before - at - removed);
    MemorySegment.copy(source, from, memory, first, count);
    edited |= removed != 0 || count != 0;
    resize(growth);
    checksums.transportChanged(Checksum.sum(memory, word, until + growth - word));
    changed = true;
  }

  private void resize(int growth) {
    this.growth += growth;
    int transportLength = packet.end - packet.transport;
    packet.endAt(packet.end + growth);
    checksums.pseudoChanged(Checksum.delta(transportLength, transportLength + growth));
    if (packet.isUdp()) {
      writeTransport16(packet.transport + 4, packet.udp().lengthBytes() + growth);
    }
    int length = packet.end - packet.network;
    if (packet.isIpv4()) {
      writeNetwork16(packet.network + 2, length);
    } else if (packet.isIpv6()) {
      writeLink16(packet.network + 4, length - Ipv6Header.LENGTH);
    }
  }
}
