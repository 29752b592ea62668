package org.vtl.service.tor.internal.dns;

/** What is known of a name without asking anybody. */
enum NameKind {
  /** Tor can be asked to connect to it. */
  ORDINARY,
  /** An onion service's (RFC 7686). */
  ONION,
  /** Exists, if only for what is below it, but has no address: the root, a single label. */
  BARE,
  /** Does not exist, or is not to be told to anybody. */
  NONE,
  /** {@code localhost} and what is below it (RFC 6761 section 6.3). */
  LOCALHOST,
  /** The name that IPv6 hosts look for NAT64 by (RFC 8880). */
  IPV4_ONLY,
  /** Below {@code in-addr.arpa} or {@code ip6.arpa}. */
  REVERSE;

  private static final int ONION_LABEL = 56;

  /**
   * Zones that have no names for us: of special use (RFC 6761, RFC 6762, RFC 8375, RFC 9476, and
   * {@code internal}; but {@code test} is for tests, such as of a private Tor network), those that
   * homes and companies use by themselves (RFC 6762 appendix G), notations that Tor once took for
   * orders to itself, and the name by which a network says that programs had better not bring a
   * resolver of their own.
   */
  private static final String[] NONE_BELOW = {
    "local",
    "localdomain",
    "internal",
    "home.arpa",
    "invalid",
    "alt",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "exit",
    "noconnect",
    "use-application-dns.net"
  };

  /** Of which kind {@code name} is, whose characters are a host's. */
  static NameKind of(HostName name) {
    if (name.isIn("localhost")) {
      return LOCALHOST;
    }
    for (String zone : NONE_BELOW) {
      if (name.isIn(zone)) {
        return NONE;
      }
    }
    if (name.isIn("arpa")) {
      return ofArpa(name);
    }
    if (name.isIn("onion")) {
      return ofOnion(name);
    }
    int last = name.lastLabel();
    if (last == 0) {
      // A domain of the first level, for all we know: were it said not to exist, a resolver in the
      // guest that minimises what it asks would believe that of all below it (RFC 8020, RFC 9156).
      return isNumber(name, 0) ? NONE : BARE;
    }
    // Some take a name that ends with a number for an address in an old notation.
    return isNumber(name, last) ? NONE : ORDINARY;
  }

  private static NameKind ofArpa(HostName name) {
    if (name.isIn(ReverseName.IPV4_ZONE) || name.isIn(ReverseName.IPV6_ZONE)) {
      return REVERSE;
    }
    return name.isIn("ipv4only.arpa") ? IPV4_ONLY : BARE;
  }

  /** An onion address is 56 characters of base 32, the last of which tells version 3. */
  private static NameKind ofOnion(HostName name) {
    int zone = name.lastLabel();
    if (zone == 0) {
      return BARE;
    }
    int label = name.labelBefore(zone);
    int end = zone - 1;
    if (end - label != ONION_LABEL || name.at(end - 1) != 'd') {
      return NONE;
    }
    for (int i = label; i < end; i++) {
      int character = name.at(i);
      boolean base32 = character >= 'a' && character <= 'z' || character >= '2' && character <= '7';
      if (!base32) {
        return NONE;
      }
    }
    return ONION;
  }

  /** Whether the last label, from {@code from} on, is a decimal or hexadecimal number. */
  private static boolean isNumber(HostName name, int from) {
    int length = name.length();
    boolean hexadecimal = length - from >= 2 && name.at(from) == '0' && name.at(from + 1) == 'x';
    for (int i = hexadecimal ? from + 2 : from; i < length; i++) {
      if (Character.digit(name.at(i), hexadecimal ? 16 : 10) < 0) {
        return false;
      }
    }
    return length > from;
  }
}
