package org.vtl.itests.firewall;

/**
 * Which packet this is, written where neither a firewall nor a router looks or changes anything:
 * the IPv4 identification, the IPv6 flow label. Fragments of one datagram bear the same, and the
 * bytes that they carry tell them apart.
 */
final class Mark {
  /** Marks are 1 to this; a firewall's own packets have 0. */
  static final int MOST = 0xffff;

  private static final int FRAGMENT = 44;

  private Mark() {}

  /** A copy of {@code datagram} with {@code mark}. */
  static byte[] write(byte[] datagram, int mark) {
    byte[] marked = datagram.clone();
    if (isIpv6(marked)) {
      marked[2] = (byte) (mark >>> 8);
      marked[3] = (byte) mark;
      return marked;
    }
    marked[4] = (byte) (mark >>> 8);
    marked[5] = (byte) mark;
    marked[10] = 0;
    marked[11] = 0;
    int sum = 0;
    for (int at = 0; at < headerLength(marked); at += 2) {
      sum += u16(marked, at);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = ~((sum & 0xffff) + (sum >>> 16));
    marked[10] = (byte) (sum >>> 8);
    marked[11] = (byte) sum;
    return marked;
  }

  static int read(byte[] datagram) {
    return u16(datagram, isIpv6(datagram) ? 2 : 4);
  }

  /** Where in the whole datagram its payload begins. */
  static int from(byte[] datagram) {
    if (!isIpv6(datagram)) {
      return (u16(datagram, 6) & 0x1fff) * 8;
    }
    int fragment = fragmentHeader(datagram);
    return fragment < 0 ? 0 : u16(datagram, fragment + 2) & 0xfff8;
  }

  /** And where it ends. */
  static int to(byte[] datagram) {
    if (!isIpv6(datagram)) {
      return from(datagram) + u16(datagram, 2) - headerLength(datagram);
    }
    int fragment = fragmentHeader(datagram);
    int begin = fragment < 0 ? 40 : fragment + 8;
    return from(datagram) + 40 + u16(datagram, 4) - begin;
  }

  /** Whether it is a part of a larger datagram. */
  static boolean isFragment(byte[] datagram) {
    return isIpv6(datagram) ? fragmentHeader(datagram) >= 0 : (u16(datagram, 6) & 0x3fff) != 0;
  }

  /** Whether fragments follow it. */
  static boolean moreFollow(byte[] datagram) {
    if (!isIpv6(datagram)) {
      return (datagram[6] & 0x20) != 0;
    }
    int fragment = fragmentHeader(datagram);
    return fragment >= 0 && (datagram[fragment + 3] & 1) != 0;
  }

  static boolean isIpv6(byte[] datagram) {
    return datagram[0] >>> 4 == 6;
  }

  /** Where the fragment header is, the only extension header that traces have before others. */
  private static int fragmentHeader(byte[] datagram) {
    return datagram[6] == FRAGMENT ? 40 : -1;
  }

  private static int headerLength(byte[] datagram) {
    return (datagram[0] & 0xf) * 4;
  }

  static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}
