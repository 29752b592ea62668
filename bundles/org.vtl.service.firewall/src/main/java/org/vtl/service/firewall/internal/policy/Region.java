package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.vtl.service.firewall.internal.policy.Ending.Reject.Answer;

/**
 * The packets that a rule's matches hold for: of each dimension the numbers allowed. What a match
 * implies (TCP, IPv4) is in it, sets are replaced by what they hold, negations turned round.
 */
public final class Region {
  private final Map<Dimension, RangeSet> allowed = new EnumMap<>(Dimension.class);

  private Region() {}

  /** The region of {@code rule} in a policy that has {@code sets}. */
  public static Region of(Rule rule, Sets sets) {
    Region region = new Region();
    if (rule.direction() != null) {
      region.restrict(Dimension.DIRECTION, RangeSet.of(rule.direction().ordinal()));
    }
    for (Match match : rule.matches()) {
      Field field = match.field();
      region.imply(field.family(), field.protocol());
      region.restrict(field.dimension(), numbers(match, sets));
    }
    switch (rule.ending()) {
      case Ending.Reject(Answer answer, int code) -> {
        region.imply(
            answer == Answer.ICMP ? Dimension.IPV4 : answer == Answer.ICMPV6 ? Dimension.IPV6 : -1,
            answer == Answer.TCP_RESET ? 6 : -1);
      }
      case Ending.SynProxy proxy -> region.imply(-1, 6);
      case null, default -> {}
    }
    return region;
  }

  private void imply(int family, int protocol) {
    if (family >= 0) {
      restrict(Dimension.FAMILY, RangeSet.of(family));
    }
    if (protocol >= 0) {
      restrict(Dimension.PROTOCOL, RangeSet.of(protocol));
    }
  }

  private void restrict(Dimension dimension, RangeSet to) {
    allowed.merge(dimension, to, RangeSet::intersection);
  }

  private static RangeSet numbers(Match match, Sets sets) {
    return switch (match) {
      case Match.OneOf(Field field, boolean not, Values values) -> {
        RangeSet domain = field.kind().domain();
        RangeSet numbers = sets.numbers(field.kind(), values);
        yield not ? numbers.complement(domain) : numbers.intersection(domain);
      }
      case Match.Flags(int mask, int value, boolean not) -> {
        List<RangeSet> flags = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
          if (((i & mask) == value) != not) {
            flags.add(RangeSet.of(i));
          }
        }
        yield RangeSet.union(flags);
      }
    };
  }

  /** The numbers of {@code dimension} that are allowed; null for all, also for none there. */
  public RangeSet allowed(Dimension dimension) {
    return allowed.get(dimension);
  }

  /** The dimension in which nothing is allowed, so that the rule never matches; or null. */
  public Dimension empty() {
    for (Map.Entry<Dimension, RangeSet> entry : allowed.entrySet()) {
      if (entry.getValue().isEmpty()) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** Whether every packet of {@code other} is in this region. */
  boolean covers(Region other) {
    for (Map.Entry<Dimension, RangeSet> entry : allowed.entrySet()) {
      RangeSet theirs = other.allowed.get(entry.getKey());
      if (theirs == null || !entry.getValue().containsAll(theirs)) {
        return false;
      }
    }
    return true;
  }
}
