package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * Writes headers, options and bytes into a slot one behind the other, as the standards lay them
 * out; lengths and checksums stay open. What may follow what is {@link PacketBuilder}'s. What does
 * not fit throws {@link IndexOutOfBoundsException}. Allocates nothing; used by one thread.
 */
final class HeaderWriter {
  private MemorySegment memory;
  private int at;

  /** Goes on at slot offset {@code place} of {@code slot}. */
  void begin(MemorySegment slot, int place) {
    memory = slot;
    at = place;
  }

  /** Slot offset of the next byte. */
  int at() {
    return at;
  }

  // ---- headers ---------------------------------------------------------------------------------

  /** An ARP packet for IPv4 over Ethernet (RFC 826). */
  void arp(int operation, long senderMac, int senderAddress, long targetMac, int targetAddress) {
    u16(1);
    u16(Protocol.ETHER_IPV4);
    u16(0x0604);
    u16(operation);
    u48(senderMac);
    u32(senderAddress);
    u48(targetMac);
    u32(targetAddress);
  }

  /** An IPv4 header without options (RFC 791). */
  void ipv4(int source, int destination, int timeToLive) {
    u32(0x4500_0000);
    u32(0);
    u32(timeToLive << 24);
    u32(source);
    u32(destination);
  }

  /** An IPv6 header (RFC 8200 section 3). */
  void ipv6(
      long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int hopLimit) {
    u32(0x6000_0000);
    u32(hopLimit & 0xff);
    u64(sourceHigh);
    u64(sourceLow);
    u64(destinationHigh);
    u64(destinationLow);
  }

  /** The fragment header of IPv6 (RFC 8200 section 4.5). */
  void fragment(int offset, boolean more, int identification) {
    u16(0);
    u16(offset & 0xfff8 | (more ? 1 : 0));
    u32(identification);
  }

  /** A TCP header without options (RFC 9293 section 3.1). */
  void tcp(
      int sourcePort,
      int destinationPort,
      int sequence,
      int acknowledgment,
      int flags,
      int window) {
    u16(sourcePort);
    u16(destinationPort);
    u32(sequence);
    u32(acknowledgment);
    u16(0x5000 | flags & 0x1ff);
    u16(window);
    u32(0);
  }

  /** A UDP header (RFC 768). */
  void udp(int sourcePort, int destinationPort) {
    u16(sourcePort);
    u16(destinationPort);
    u32(0);
  }

  /** An ICMP or ICMPv6 header, the same in both (RFC 792, RFC 4443 section 2.1). */
  void icmp(int type, int code, int rest) {
    u8(type);
    u8(code);
    u16(0);
    u32(rest);
  }

  // ---- fields ----------------------------------------------------------------------------------

  void u8(int value) {
    Bytes.setU8(memory, at, value);
    at += 1;
  }

  void u16(int value) {
    Bytes.setU16(memory, at, value);
    at += 2;
  }

  void u32(int value) {
    Bytes.setU32(memory, at, value);
    at += 4;
  }

  void u48(long value) {
    Bytes.setU48(memory, at, value);
    at += 6;
  }

  private void u64(long value) {
    Bytes.setU64(memory, at, value);
    at += 8;
  }

  void copy(MemorySegment source, long from, int count) {
    MemorySegment.copy(source, from, memory, at, count);
    at += count;
  }

  /** Leaves {@code count} bytes as they are. */
  void skip(int count) {
    at += count;
  }

  /** Zeros until the bytes since slot offset {@code start} are whole words. */
  void padWords(int start) {
    while ((at - start) % 4 != 0) {
      u8(0);
    }
  }
}
