package org.vtl.tcp.policy;

import org.vtl.packet.Bytes;
import org.vtl.packet.Ipv4Header;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.packet.TcpOption;

/**
 * Why a connection must not be relayed, whatever is configured: its segments say something that a
 * relay, which makes segments of its own, could not say in the other end's name. Immutable.
 */
public enum Obstacle {
  /** TCP-AO (RFC 5925): segments are signed, and nobody else can make one. */
  AUTHENTICATED("tcp-ao", "Its segments are signed (TCP-AO)."),

  /** The MD5 signature option (RFC 2385): as {@link #AUTHENTICATED}. */
  SIGNED("tcp-md5", "Its segments are signed (TCP MD5)."),

  /** Multipath TCP (RFC 8684): the connection may go other ways, too, that VTL does not see. */
  MULTIPATH("mptcp", "It may be one of several paths of one connection (Multipath TCP)."),

  /** An option that VTL does not know, so that nobody knows what leaving it out would break. */
  UNKNOWN_OPTION("unknown-option", "It has a TCP option that VTL does not know."),

  /** The list of options is broken, or an option has another length than its RFC gives it. */
  MALFORMED_OPTIONS("malformed-options", "Its TCP options are malformed."),

  /** The SYN carries data (TCP Fast Open, RFC 7413), which would wait for the far end. */
  SYN_DATA("syn-data", "Its SYN carries data (TCP Fast Open)."),

  /** IPv4 options or IPv6 extension headers, or a fragment: the relay's own would not have them. */
  IP_OPTIONS("ip-options", "Its packets have IP options, extension headers or are fragments."),

  /** Accurate ECN (RFC 9768): its flags count what passes, and a relay does not count so. */
  ACCURATE_ECN("accurate-ecn", "It asks for Accurate ECN, which VTL does not speak."),

  /** Urgent data under way (RFC 6093), whose place in the stream a relay does not keep. */
  URGENT("urgent", "It carries urgent data.");

  /**
   * What a SYN may carry: options that a relay's own SYN carries, or may leave out by their RFC.
   */
  private static final long IN_SYN =
      1L << TcpOption.MAXIMUM_SEGMENT_SIZE
          | 1L << TcpOption.WINDOW_SCALE
          | 1L << TcpOption.SACK_PERMITTED
          | 1L << TcpOption.TIMESTAMPS
          | 1L << TcpOption.FAST_OPEN;

  /** What any other segment may carry. */
  private static final long LATER = 1L << TcpOption.SACK | 1L << TcpOption.TIMESTAMPS;

  private final String word;
  private final String sentence;

  Obstacle(String word, String sentence) {
    this.word = word;
    this.sentence = sentence;
  }

  /** Its name for counters and programs: lower case with dashes. */
  public String word() {
    return word;
  }

  /** What it means, in one sentence about the connection. */
  public String sentence() {
    return sentence;
  }

  /**
   * What {@code segment} has that forbids a relay, the first found; null if nothing. A segment with
   * SYN is held against what handshakes say, every other against what an open connection says: a
   * connection that is to be relayed midway shows by its segments what its handshake agreed on.
   *
   * <p>Allocates nothing; any thread that owns the packet.
   *
   * @param segment parsed, and TCP; any bytes
   */
  public static Obstacle of(Packet segment) {
    TcpHeader tcp = segment.tcp();
    Obstacle found = options(segment, tcp, tcp.isSyn() ? IN_SYN : LATER);
    if (found != null) {
      return found;
    }
    if (segment.isFragment() || segment.transportOffset() != bareTransport(segment)) {
      return IP_OPTIONS;
    }
    if (tcp.has(TcpHeader.AE)) {
      return ACCURATE_ECN;
    }
    if (tcp.isSyn()) {
      return segment.payloadLength() > 0 ? SYN_DATA : null;
    }
    return tcp.has(TcpHeader.URG) ? URGENT : null;
  }

  private static int bareTransport(Packet segment) {
    return segment.networkOffset() + (segment.isIpv4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH);
  }

  private static Obstacle options(Packet segment, TcpHeader tcp, long allowed) {
    long seen = 0;
    int at = segment.start() + segment.transportOffset() + TcpHeader.MIN_LENGTH;
    int end = segment.start() + segment.transportOffset() + tcp.headerLength();
    while (at < end) {
      int kind = Bytes.u8(segment.memory(), at);
      if (kind == TcpOption.END) {
        return null;
      }
      if (kind == TcpOption.NO_OPERATION) {
        at++;
        continue;
      }
      // Before its length is looked at: whoever signs may use lengths that we do not know.
      Obstacle named = named(kind);
      if (named != null) {
        return named;
      }
      if (kind >= Long.SIZE || (allowed & 1L << kind) == 0) {
        return UNKNOWN_OPTION;
      }
      int length = at + 1 < end ? Bytes.u8(segment.memory(), at + 1L) : 0;
      if (!fits(kind, length) || at + length > end || (seen & 1L << kind) != 0) {
        return MALFORMED_OPTIONS; // of two of a kind, ends may believe either
      }
      seen |= 1L << kind;
      at += length;
    }
    return null;
  }

  private static Obstacle named(int kind) {
    return switch (kind) {
      case TcpOption.AUTHENTICATION -> AUTHENTICATED;
      case TcpOption.MD5 -> SIGNED;
      case TcpOption.MULTIPATH -> MULTIPATH;
      default -> null;
    };
  }

  private static boolean fits(int kind, int length) {
    return switch (kind) {
      case TcpOption.MAXIMUM_SEGMENT_SIZE -> length == 4;
      case TcpOption.WINDOW_SCALE -> length == 3;
      case TcpOption.SACK_PERMITTED -> length == 2;
      case TcpOption.TIMESTAMPS -> length == 10;
      case TcpOption.SACK -> length >= 10 && length <= 34 && length % 8 == 2;
      // A request is empty, a cookie has 4 to 16 bytes, an even number (RFC 7413 section 4.1.1).
      case TcpOption.FAST_OPEN -> length == 2 || length >= 6 && length <= 18 && length % 2 == 0;
      default -> false;
    };
  }
}
