package org.vtl.service.tor.internal.dns;

import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.tcp.policy.Prefix;

/**
 * The addresses that stand for names: pairs of an IPv4 and an IPv6 address of the same place in
 * their prefixes, numbered from 0. The first and the last address of a prefix belong to no pair, as
 * some take them for a network's own and its broadcast address.
 */
public final class VirtualRange {
  private static final int MOST_BITS = 24;

  private final Prefix ipv4;
  private final Prefix ipv6;
  private final int size;

  /**
   * The range of two prefixes, IPv4 of 8 to 28 bits, IPv6 of 8 to 96.
   *
   * @throws IllegalArgumentException in one sentence, for others
   */
  public VirtualRange(Prefix ipv4, Prefix ipv6) {
    if (!ipv4.ipv4() || ipv4.freeBits() < 4 || ipv4.freeBits() > MOST_BITS) {
      throw new IllegalArgumentException(
          "The virtual range "
              + ipv4
              + " is no IPv4 prefix of 8 to 28 bits such as 10.192.0.0/10.");
    }
    if (ipv6.ipv4() || ipv6.freeBits() < 32 || ipv6.freeBits() > 120) {
      throw new IllegalArgumentException(
          "The virtual range "
              + ipv6
              + " is no IPv6 prefix of 8 to 96 bits such as fd76:746c:746f::/48.");
    }
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    size = (1 << ipv4.freeBits()) - 2;
  }

  /** How many pairs there are. */
  int size() {
    return size;
  }

  int ipv4(int number) {
    return (int) ipv4.low() + number + 1;
  }

  long ipv6High() {
    return ipv6.high();
  }

  long ipv6Low(int number) {
    return ipv6.low() + number + 1;
  }

  Address address(int number, boolean ipv6) {
    return ipv6
        ? new Address(ipv6High(), ipv6Low(number))
        : new Address(0, Packet.mapped(ipv4(number)));
  }

  /** Whether the address, IPv4 mapped, is in one of the two prefixes. */
  boolean covers(long high, long low) {
    return ipv4.covers(high, low) || ipv6.covers(high, low);
  }

  /** The number of the pair that the address is of, or -1. */
  int number(long high, long low) {
    long place;
    if (ipv4.covers(high, low)) {
      place = low - ipv4.low();
    } else if (high == ipv6.high()) {
      place = low - ipv6.low();
    } else {
      return -1;
    }
    return place >= 1 && place <= size ? (int) place - 1 : -1;
  }

  /** Tells two ranges apart. */
  long fingerprint() {
    return (ipv4.toString() + ipv6).hashCode() * 0x9e37_79b9_7f4a_7c15L ^ size;
  }
}
