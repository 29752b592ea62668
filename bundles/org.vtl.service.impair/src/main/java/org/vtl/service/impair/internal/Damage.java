package org.vtl.service.impair.internal;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.service.Injector;

/** Damages packets as a bad line does, behind the back of all checksums. */
final class Damage {
  private Damage() {}

  /**
   * Flips one to eight bits of one byte of a packet that is not to be segmented. Its checksums are
   * completed first: a port or a guest that sums later would hide the damage. One byte's change
   * never cancels out in the Internet checksum, so whichever sum covers the byte is wrong after it.
   */
  static void strike(Packet packet, Dice dice) {
    packet.seal(false);
    // Of an IPv6 header only the addresses are covered by a checksum: spare it altogether, or the
    // damage could pass as a sound packet.
    int from = packet.isIpv6() ? packet.transportOffset() : packet.networkOffset();
    int until = packet.isIp() ? packet.datagramEnd() : packet.length();
    if (until <= from) {
      return;
    }
    long at = (long) packet.start() + from + dice.below(until - from);
    int flipped = 1 + dice.below(255);
    Bytes.setU8(packet.memory(), at, Bytes.u8(packet.memory(), at) ^ flipped);
  }

  /**
   * Cuts the first segment off a packet that is to be segmented, so that it can be damaged: the
   * port sums each segment anew, and damage done to the whole would arrive as sound data.
   *
   * @return the first segment, or null when no packet is free; {@code packet} is whole then
   */
  static Packet cutFirstSegment(Packet packet, Injector injector) {
    Packet segment = injector.copy(packet);
    if (segment == null) {
      return null;
    }
    int bytes = packet.segmentSize();
    segment.truncatePayload(bytes);
    segment.setSegmentSize(0);
    packet.replacePayload(0, bytes, MemorySegment.NULL, 0, 0);
    if (packet.isTcp()) {
      // As a port would split them: the end's flags go with the end, and the window reduction is
      // told once (RFC 3168 section 6.1.2).
      TcpHeader head = segment.tcp();
      head.setFlags(head.flags() & ~(TcpHeader.FIN | TcpHeader.PSH));
      packet.tcp().setFlags(packet.tcp().flags() & ~TcpHeader.CWR);
      packet.tcp().setSequenceNumber(packet.tcp().sequenceNumber() + bytes);
    }
    if (packet.isIpv4()) {
      packet.ipv4().setIdentification(packet.ipv4().identification() + 1 & 0xffff);
    }
    return segment;
  }
}
