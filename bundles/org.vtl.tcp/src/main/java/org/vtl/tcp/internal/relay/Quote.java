package org.vtl.tcp.internal.relay;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/** What an ICMP error says about a TCP segment that it quotes (RFC 792, RFC 4443, RFC 5927). */
final class Quote {
  /** Bytes of a TCP header that hold ports and sequence number: what RFC 792 has quoted. */
  private static final int LEAST = 8;

  /** Bytes of a TCP header without options. */
  private static final int TCP = 20;

  private Quote() {}

  /** Whether {@code error} quotes a segment from the VM's or the peer's port to the other's. */
  static boolean isOf(Packet error, int sourcePort, int destinationPort) {
    int at = segment(error);
    MemorySegment memory = error.memory();
    return at > 0
        && Bytes.u16(memory, at) == sourcePort
        && Bytes.u16(memory, at + 2L) == destinationPort;
  }

  /** The quoted segment's sequence number. */
  static int sequence(Packet error) {
    return Bytes.u32(error.memory(), segment(error) + 4L);
  }

  static boolean isTooBig(Packet error) {
    IcmpHeader icmp = error.icmp();
    return error.isIcmpv6()
        ? icmp.type() == IcmpHeader.V6_PACKET_TOO_BIG
        : icmp.type() == IcmpHeader.DESTINATION_UNREACHABLE && icmp.code() == 4;
  }

  /** Bytes behind a TCP header without options that fit the MTU it names. */
  static int largestSegment(Packet error) {
    int header = error.isIcmpv6() ? Ipv6Header.LENGTH : 20;
    return error.icmp().mtu() - header - TCP;
  }

  static boolean isUnreachable(Packet error) {
    int type = error.icmp().type();
    return type
        == (error.isIcmpv6()
            ? IcmpHeader.V6_DESTINATION_UNREACHABLE
            : IcmpHeader.DESTINATION_UNREACHABLE);
  }

  /** Whether the host itself says no: RFC 1122 section 4.2.3.9, RFC 4443 section 3.1. */
  static boolean isHard(Packet error) {
    int code = error.icmp().code();
    return error.isIcmpv6() ? code == 1 || code == 4 : code == 2 || code == 3;
  }

  /** Slot offset of the quoted TCP header, or 0. */
  private static int segment(Packet error) {
    MemorySegment memory = error.memory();
    int at = error.start() + error.payloadOffset();
    int end = error.start() + error.datagramEnd();
    int transport;
    int protocol;
    if (error.isIcmpv6()) {
      if (end - at < Ipv6Header.LENGTH + LEAST) {
        return 0;
      }
      protocol = Bytes.u8(memory, at + 6L);
      transport = at + Ipv6Header.LENGTH;
    } else {
      if (end - at < 20 + LEAST) {
        return 0;
      }
      protocol = Bytes.u8(memory, at + 9L);
      transport = at + (Bytes.u8(memory, at) & 0xf) * 4;
    }
    return protocol == Protocol.TCP && end - transport >= LEAST ? transport : 0;
  }
}
