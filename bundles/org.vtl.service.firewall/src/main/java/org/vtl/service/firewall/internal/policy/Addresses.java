package org.vtl.service.firewall.internal.policy;

/**
 * Addresses that a VM may send from, as its link's section tells them.
 *
 * @param ipv4 mapped into IPv6
 * @param ipv6 without mapped ones
 * @param macs in the low 48 bits
 */
public record Addresses(RangeSet ipv4, RangeSet ipv6, RangeSet macs) {
  /** Nothing told. */
  public static final Addresses NONE =
      new Addresses(RangeSet.EMPTY, RangeSet.EMPTY, RangeSet.EMPTY);

  /** Whether nothing is told. */
  public boolean isEmpty() {
    return ipv4.isEmpty() && ipv6.isEmpty() && macs.isEmpty();
  }
}
