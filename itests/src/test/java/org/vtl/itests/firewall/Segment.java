package org.vtl.itests.firewall;

import org.vtl.packet.Direction;
import org.vtl.packet.TcpHeader;

/** A TCP segment of a trace, read by a reader that is neither VTL's nor the kernel's. */
record Segment(
    Direction direction,
    int flags,
    int sequence,
    int acknowledgment,
    int window,
    int length,
    int scale,
    boolean stamped,
    int timestamp,
    int highestSack) {
  private static final int TCP = 6;

  /** The segment in {@code packet}; null if there is none, or only a part of one. */
  static Segment of(TracePacket packet) {
    byte[] bytes = packet.datagram();
    boolean ipv6 = Mark.isIpv6(bytes);
    if (bytes[ipv6 ? 6 : 9] != TCP || Mark.isFragment(bytes)) {
      return null;
    }
    int at = ipv6 ? 40 : 20;
    int options = at + 20;
    int end = at + ((bytes[at + 12] & 0xf0) >>> 2);
    int scale = -1;
    boolean stamped = false;
    int timestamp = 0;
    int acknowledgment = i32(bytes, at + 8);
    int sack = acknowledgment;
    while (options < end && bytes[options] != 0) {
      int kind = bytes[options];
      int length = kind == 1 ? 1 : bytes[options + 1];
      switch (kind) {
        case 3 -> scale = Math.min(14, bytes[options + 2]);
        case 5 -> {
          for (int i = 2; i < length; i += 8) {
            int right = i32(bytes, options + i + 4);
            sack = right - sack > 0 ? right : sack;
          }
        }
        case 8 -> {
          stamped = true;
          timestamp = i32(bytes, options + 2);
        }
        default -> {}
      }
      options += length;
    }
    return new Segment(
        packet.direction(),
        Mark.u16(bytes, at + 12) & 0x1ff,
        i32(bytes, at + 4),
        acknowledgment,
        Mark.u16(bytes, at + 14),
        bytes.length - end,
        scale,
        stamped,
        timestamp,
        sack);
  }

  private static int i32(byte[] bytes, int at) {
    return Mark.u16(bytes, at) << 16 | Mark.u16(bytes, at + 2);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  boolean isSyn() {
    return has(TcpHeader.SYN);
  }

  boolean isRst() {
    return has(TcpHeader.RST);
  }

  boolean isAck() {
    return has(TcpHeader.ACK);
  }

  boolean isSynAck() {
    return isSyn() && isAck();
  }

  /** A SYN that asks. */
  boolean isRequest() {
    return isSyn() && !isAck();
  }

  boolean isFin() {
    return has(TcpHeader.FIN);
  }

  /** Neither SYN nor RST: data, acknowledgments, FINs. */
  boolean isPlain() {
    return isAck() && !isSyn() && !isRst();
  }

  /** The sequence number behind it. */
  int end() {
    return sequence + length + (isSyn() ? 1 : 0) + (isFin() ? 1 : 0);
  }
}
