package org.vtl.service.tor.internal.dns;

/**
 * The address that a name below {@code in-addr.arpa} or {@code ip6.arpa} stands for (RFC 1035
 * section 3.5, RFC 3596 section 2.5). Read into again and again; used by one thread.
 */
final class ReverseName {
  static final String IPV4_ZONE = "in-addr.arpa";
  static final String IPV6_ZONE = "ip6.arpa";

  private static final long MAPPED = 0xffff_0000_0000L;

  /** What a name is. */
  enum Reading {
    /** A whole address. */
    ADDRESS,
    /** The beginning of one: a name that has others below it. */
    PART,
    /** Neither. */
    NEITHER
  }

  private long high;
  private long low;

  /** Reads {@code name}, which is in one of the two zones. */
  Reading read(HostName name) {
    boolean ipv4 = name.isIn(IPV4_ZONE);
    int end = name.length() - (ipv4 ? IPV4_ZONE : IPV6_ZONE).length() - 1;
    high = 0;
    low = 0;
    if (end <= 0) {
      return Reading.PART;
    }
    int most = ipv4 ? 4 : 32;
    int labels = 0;
    int at = 0;
    // The first label is the address's last part.
    while (at < end) {
      int next = at;
      while (next < end && name.at(next) != '.') {
        next++;
      }
      int part = ipv4 ? decimal(name, at, next) : hexadecimal(name, at, next);
      if (part < 0 || labels == most) {
        return Reading.NEITHER;
      }
      if (ipv4) {
        low |= (long) part << 8 * labels;
      } else if (labels < 16) {
        low |= (long) part << 4 * labels;
      } else {
        high |= (long) part << 4 * (labels - 16);
      }
      labels++;
      at = next + 1;
    }
    if (ipv4) {
      low |= MAPPED;
    }
    return labels == most ? Reading.ADDRESS : Reading.PART;
  }

  private static int decimal(HostName name, int from, int to) {
    int length = to - from;
    if (length < 1 || length > 3 || length > 1 && name.at(from) == '0') {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = name.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value > 255 ? -1 : value;
  }

  private static int hexadecimal(HostName name, int from, int to) {
    return to - from == 1 ? Character.digit(name.at(from), 16) : -1;
  }

  /** High half of the address. */
  long high() {
    return high;
  }

  /** Low half of the address; IPv4 is mapped. */
  long low() {
    return low;
  }

  /** Whether the address is a host's own. */
  boolean isLoopback() {
    return isIpv4() ? (int) low >>> 24 == 127 : high == 0 && low == 1;
  }

  /**
   * Whether no public server knows the address, since it is private or stands for none: the zones
   * of RFC 6303 section 4 and RFC 7793, and whatever else is not unicast of the whole Internet.
   */
  boolean isLocal() {
    if (!isIpv4()) {
      return high >>> 61 != 1 || high >>> 32 == 0x2001_0db8L;
    }
    int address = (int) low;
    int first = address >>> 24;
    return first == 0
        || first == 10
        || first == 127
        || first >= 224
        || address >>> 22 == (100 << 24 | 64 << 16) >>> 22
        || address >>> 16 == (169 << 8 | 254)
        || address >>> 20 == (172 << 24 | 16 << 16) >>> 20
        || address >>> 16 == (192 << 8 | 168)
        || address >>> 17 == (198 << 24 | 18 << 16) >>> 17
        || address >>> 8 == (192 << 16 | 2)
        || address >>> 8 == (198 << 16 | 51 << 8 | 100)
        || address >>> 8 == (203 << 16 | 113);
  }

  private boolean isIpv4() {
    return high == 0 && low >>> 32 == 0xffff;
  }
}
