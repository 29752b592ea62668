package org.vtl.service.tor.internal.address;

import org.vtl.tcp.policy.Prefix;

/**
 * The network that a guest is told it is in: an IPv4 prefix of 8 to 29 bits and an IPv6 prefix of
 * 64. The first address of each is VTL's: gateway, DHCP server and resolver.
 *
 * @param leaseSeconds how long a guest has an IPv4 address without asking again, 60 to 86,400
 */
public record GuestNetwork(Prefix ipv4, Prefix ipv6, int leaseSeconds) {
  /** Guests of one link that get an address each, at most. */
  static final int MOST_LEASES = 64;

  /** Checks that the prefixes can be a network's. */
  public GuestNetwork {
    if (!ipv4.ipv4() || ipv4.freeBits() < 3 || ipv4.freeBits() > 24) {
      throw new IllegalArgumentException(
          "The guest's network "
              + ipv4
              + " is no IPv4 prefix of 8 to 29 bits such as 10.64.0.0/24.");
    }
    if (ipv6.ipv4() || ipv6.freeBits() != 64) {
      throw new IllegalArgumentException(
          "The guest's network "
              + ipv6
              + " is no IPv6 prefix of 64 bits such as fd76:746c:6775:6573::/64.");
    }
    if (leaseSeconds < 60 || leaseSeconds > 86_400) {
      throw new IllegalArgumentException(
          "A lease lasts 60 to 86,400 seconds, not " + leaseSeconds + ".");
    }
  }

  /** VTL's IPv4 address there. */
  public int gateway() {
    return (int) ipv4.low() + 1;
  }

  /** Low half of VTL's IPv6 address there; its high half is the prefix's. */
  public long gatewayLow() {
    return 1;
  }

  int mask() {
    return -1 << ipv4.freeBits();
  }

  /** How many addresses there are to give. */
  int leases() {
    return Math.min(MOST_LEASES, (1 << ipv4.freeBits()) - 3);
  }

  int lease(int index) {
    return gateway() + 1 + index;
  }

  /** Which lease the address is, or -1. */
  int index(int address) {
    long index = (address & 0xffff_ffffL) - (lease(0) & 0xffff_ffffL);
    return index >= 0 && index < leases() ? (int) index : -1;
  }
}
