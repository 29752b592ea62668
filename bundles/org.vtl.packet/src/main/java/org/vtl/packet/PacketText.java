package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * Packets as text for people, one line each, in the manner of tcpdump: {@code 10.0.0.1:5555 >
 * 10.0.0.2:80 tcp S 100:100(0) win 65535 <mss 1460,nop,wscale 7>}. Sequence numbers are absolute.
 * For the cold side: allocates. Any parsed packet has a line, a malformed one says what is wrong.
 */
public final class PacketText {
  private static final String FLAGS = "FSRP.UEWA";

  private PacketText() {}

  /** The packet's line, without a line end. */
  public static String of(Packet packet) {
    StringBuilder text = new StringBuilder(120);
    if (packet.vlanTags() > 0) {
      for (int i = 0; i < packet.vlanTags(); i++) {
        text.append("vlan ").append(packet.ethernet().vlanTag(i) & 0xfff).append(' ');
      }
    }
    if (packet.isIp()) {
      ip(packet, text);
    } else if (packet.isArp()) {
      arp(packet, text);
    } else {
      frame(packet, text);
    }
    if (packet.malformation() != null) {
      text.append(" malformed ").append(packet.malformation());
    }
    if (packet.segmentSize() > 0) {
      text.append(" segments of ").append(packet.segmentSize());
    }
    return text.toString();
  }

  /** The letters of TCP flags as packetdrill writes them: {@code S.}, {@code FP.}; "-" for none. */
  public static String flags(int flags) {
    StringBuilder text = new StringBuilder(9);
    // SYN, FIN and RST come first, the acknowledgment last but for its modern neighbours.
    for (int bit : new int[] {1, 0, 2, 3, 5, 6, 7, 8, 4}) {
      if ((flags >>> bit & 1) != 0) {
        text.append(FLAGS.charAt(bit));
      }
    }
    return text.isEmpty() ? "-" : text.toString();
  }

  /** A TCP packet's options as a list in angle brackets, empty text when it has none. */
  public static String options(Packet packet) {
    MemorySegment memory = packet.memory();
    int at = packet.transport + TcpHeader.MIN_LENGTH;
    int end = packet.payload;
    if (!packet.isTcp() || at >= end) {
      return "";
    }
    StringBuilder text = new StringBuilder("<");
    while (at < end) {
      if (text.length() > 1) {
        text.append(',');
      }
      int kind = Bytes.u8(memory, at);
      if (at >= packet.tcpOptionsEnd) {
        text.append(kind == TcpOption.END ? "eol" : "malformed");
        break;
      }
      if (kind == TcpOption.NO_OPERATION) {
        text.append("nop");
        at++;
        continue;
      }
      int length = Bytes.u8(memory, at + 1L);
      option(memory, at, kind, length, text);
      at += length;
    }
    return text.append('>').toString();
  }

  private static void option(
      MemorySegment memory, int at, int kind, int length, StringBuilder text) {
    if (kind == TcpOption.MAXIMUM_SEGMENT_SIZE && length == 4) {
      text.append("mss ").append(Bytes.u16(memory, at + 2L));
    } else if (kind == TcpOption.WINDOW_SCALE && length == 3) {
      text.append("wscale ").append(Bytes.u8(memory, at + 2L));
    } else if (kind == TcpOption.SACK_PERMITTED && length == 2) {
      text.append("sackOK");
    } else if (kind == TcpOption.TIMESTAMPS && length == 10) {
      text.append("TS val ").append(Seq.unsigned(Bytes.u32(memory, at + 2L)));
      text.append(" ecr ").append(Seq.unsigned(Bytes.u32(memory, at + 6L)));
    } else if (kind == TcpOption.SACK && length % 8 == 2) {
      text.append("sack");
      for (int block = at + 2; block < at + length; block += 8) {
        text.append(' ').append(Seq.unsigned(Bytes.u32(memory, block)));
        text.append(':').append(Seq.unsigned(Bytes.u32(memory, block + 4L)));
      }
    } else {
      text.append("opt-").append(kind).append(' ');
      hex(memory, at + 2, length - 2, text);
    }
  }

  private static void ip(Packet packet, StringBuilder text) {
    boolean ports = packet.isTcp() || packet.isUdp();
    endpoint(packet, packet.sourceHigh(), packet.sourceLow(), ports, 0, text);
    text.append(" > ");
    endpoint(packet, packet.destinationHigh(), packet.destinationLow(), ports, 2, text);
    if (packet.isTcp()) {
      tcp(packet, text);
    } else if (packet.isUdp()) {
      text.append(" udp ").append(packet.payloadLength());
    } else if (packet.isIcmp() || packet.isIcmpv6()) {
      icmp(packet, text);
    } else {
      text.append(" ip-").append(packet.protocol()).append(' ').append(packet.transportLength());
    }
    if (packet.isFragment()) {
      text.append(" frag ").append(packet.fragmentOffset());
      text.append(packet.moreFragments() ? "+" : "");
    }
  }

  private static void endpoint(
      Packet packet, long high, long low, boolean port, int at, StringBuilder text) {
    if (packet.isIpv4()) {
      text.append(Address.formatIpv4((int) low));
    } else if (port) {
      text.append('[').append(Address.formatIpv6(high, low)).append(']');
    } else {
      text.append(Address.formatIpv6(high, low));
    }
    if (port) {
      text.append(':').append(Bytes.u16(packet.memory(), (long) packet.transport + at));
    }
  }

  private static void tcp(Packet packet, StringBuilder text) {
    TcpHeader tcp = packet.tcp();
    long first = Seq.unsigned(tcp.sequenceNumber());
    text.append(" tcp ").append(flags(tcp.flags())).append(' ').append(first).append(':');
    text.append(Seq.unsigned(tcp.sequenceNumber() + packet.payloadLength()));
    text.append('(').append(packet.payloadLength()).append(')');
    if (tcp.isAck()) {
      text.append(" ack ").append(Seq.unsigned(tcp.acknowledgmentNumber()));
    }
    text.append(" win ").append(tcp.window());
    if (tcp.has(TcpHeader.URG)) {
      text.append(" urg ").append(tcp.urgentPointer());
    }
    String options = options(packet);
    if (!options.isEmpty()) {
      text.append(' ').append(options);
    }
  }

  private static void icmp(Packet packet, StringBuilder text) {
    IcmpHeader icmp = packet.icmp();
    text.append(packet.isIcmpv6() ? " icmp6 " : " icmp ");
    text.append(icmp.type()).append('/').append(icmp.code());
    if (icmp.isEcho()) {
      text.append(" id ").append(icmp.identifier()).append(" seq ").append(icmp.sequenceNumber());
    }
    text.append(' ').append(packet.payloadLength());
  }

  private static void arp(Packet packet, StringBuilder text) {
    ArpHeader arp = packet.arp();
    if (arp.operation() == ArpHeader.REQUEST) {
      text.append("arp who-has ").append(Address.formatIpv4(arp.targetAddress()));
      text.append(" tell ").append(Address.formatIpv4(arp.senderAddress()));
    } else if (arp.operation() == ArpHeader.REPLY) {
      text.append("arp ").append(Address.formatIpv4(arp.senderAddress()));
      text.append(" is-at ").append(Address.formatMac(arp.senderMac()));
    } else {
      text.append("arp operation ").append(arp.operation());
    }
  }

  private static void frame(Packet packet, StringBuilder text) {
    if (packet.length() < EthernetHeader.LENGTH) {
      text.append("frame of ").append(packet.length()).append(" bytes");
      return;
    }
    text.append(Address.formatMac(packet.ethernet().source())).append(" > ");
    text.append(Address.formatMac(packet.ethernet().destination())).append(" type 0x");
    text.append(String.format("%04x", packet.etherType())).append(' ').append(packet.length());
  }

  private static void hex(MemorySegment memory, int at, int count, StringBuilder text) {
    for (int i = 0; i < count; i++) {
      text.append(String.format("%02x", Bytes.u8(memory, (long) at + i)));
    }
  }
}
