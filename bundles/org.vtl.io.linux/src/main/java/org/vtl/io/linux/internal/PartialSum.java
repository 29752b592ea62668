package org.vtl.io.linux.internal;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Checksum;
import org.vtl.packet.Packet;
import org.vtl.packet.Parser;
import org.vtl.packet.Protocol;

/**
 * Finds partial checksums where the system does not tell them: an AF_XDP socket gives the frame and
 * nothing else, although a virtual interface's peer may have left the sum to be completed.
 *
 * <p>A partial TCP or UDP checksum is the pseudo-header's sum, not complemented. A complete one has
 * the same value once in 65,536 packets, and completing it again yields the same field, so nothing
 * is lost by taking it for partial; only a corrupt packet that coincides so is repaired.
 */
final class PartialSum {
  private static final int ADDRESSES = 12;
  private static final int TYPE = 12;
  private static final int TAG_LENGTH = 4;
  private static final int ETHER_VLAN = 0x8100;
  private static final int ETHER_SERVICE_VLAN = 0x88a8;
  private static final int IPV4_LENGTH = 20;
  private static final int IPV6_LENGTH = 40;
  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_CHECKSUM = 6;

  private PartialSum() {}

  /** Marks the packet, whose frame has just been set, if its checksum is partial. */
  static void find(Packet packet) {
    MemorySegment memory = packet.memory();
    int start = packet.start();
    int end = start + packet.length();
    int network = start + ADDRESSES + 2;
    if (network + IPV4_LENGTH > end) {
      return;
    }
    int type = Bytes.u16(memory, start + TYPE);
    while ((type == ETHER_VLAN || type == ETHER_SERVICE_VLAN)
        && network + TAG_LENGTH + IPV4_LENGTH <= end) {
      type = Bytes.u16(memory, network + 2L);
      network += TAG_LENGTH;
    }
    if (type == Protocol.ETHER_IPV4) {
      inIpv4(packet, memory, network, end);
    } else if (type == Protocol.ETHER_IPV6 && network + IPV6_LENGTH <= end) {
      inIpv6(packet, memory, network, end);
    }
  }

  private static void inIpv4(Packet packet, MemorySegment memory, int network, int end) {
    int first = Bytes.u16(memory, network + 6L);
    if ((first & 0x3fff) != 0) {
      return; // fragments are never partial
    }
    int header = (Bytes.u8(memory, network) & 0xf) << 2;
    int length = Bytes.u16(memory, network + 2L) - header;
    long addresses =
        (Bytes.u32(memory, network + 12L) & 0xffff_ffffL)
            + (Bytes.u32(memory, network + 16L) & 0xffff_ffffL);
    mark(packet, memory, Bytes.u8(memory, network + 9L), addresses, network + header, length, end);
  }

  private static void inIpv6(Packet packet, MemorySegment memory, int network, int end) {
    int protocol = Bytes.u8(memory, network + 6L);
    int transport = network + IPV6_LENGTH;
    int length = Bytes.u16(memory, network + 4L);
    if (protocol != Protocol.TCP && protocol != Protocol.UDP) {
      Parser.parse(packet); // behind extension headers, perhaps
      if (!packet.isTcp() && !packet.isUdp() || packet.isFragment()) {
        return;
      }
      protocol = packet.protocol();
      length -= packet.start() + packet.transportOffset() - transport;
      transport = packet.start() + packet.transportOffset();
    }
    long addresses = 0;
    for (int i = 8; i < IPV6_LENGTH; i += 4) {
      addresses += Bytes.u32(memory, network + i) & 0xffff_ffffL;
    }
    mark(packet, memory, protocol, addresses, transport, length, end);
  }

  private static void mark(
      Packet packet,
      MemorySegment memory,
      int protocol,
      long addresses,
      int transport,
      int length,
      int end) {
    int offset;
    if (protocol == Protocol.TCP) {
      offset = TCP_CHECKSUM;
    } else if (protocol == Protocol.UDP) {
      offset = UDP_CHECKSUM;
    } else {
      return;
    }
    if (length < offset + 2 || transport + length > end) {
      return;
    }
    int field = Bytes.u16(memory, transport + offset);
    if (field == Checksum.fold(addresses + protocol + length)) {
      packet.setPartialChecksum(transport - packet.start(), offset);
    }
  }
}
