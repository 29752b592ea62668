package org.vtl.service.firewall.internal.policy;

import java.util.List;

/**
 * What a match or a set names.
 *
 * @param ranges numbers said directly; of addresses the IPv4 ones, mapped
 * @param ipv6 the IPv6 addresses said directly
 * @param sets the names of sets that belong to it, sorted
 */
public record Values(RangeSet ranges, RangeSet ipv6, List<String> sets) {
  public Values {
    sets = List.copyOf(sets);
  }

  /** These numbers and nothing else. */
  public static Values of(RangeSet ranges) {
    return new Values(ranges, RangeSet.EMPTY, List.of());
  }
}
