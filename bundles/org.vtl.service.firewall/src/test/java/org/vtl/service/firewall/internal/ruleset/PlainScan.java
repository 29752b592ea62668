package org.vtl.service.firewall.internal.ruleset;

import org.vtl.service.firewall.internal.policy.Field;
import org.vtl.service.firewall.internal.policy.Kind;
import org.vtl.service.firewall.internal.policy.Match;
import org.vtl.service.firewall.internal.policy.NamedSet;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.RangeSet;
import org.vtl.service.firewall.internal.policy.Rule;
import org.vtl.service.firewall.internal.policy.Values;

/**
 * The meaning of a policy without effects, in the plainest words: every rule, every match, in
 * order. Shares neither regions nor trees with what it is to prove.
 */
final class PlainScan {
  private final Policy policy;

  PlainScan(Policy policy) {
    this.policy = policy;
  }

  /** The place of the rule that decides {@code subject} on {@code link}; -1 for the policy. */
  int decide(Subject subject, String link) {
    for (int i = 0; i < policy.rules().size(); i++) {
      Rule rule = policy.rules().get(i);
      if (rule.ending() != null && rule.isFor(link) && matches(rule, subject)) {
        return i;
      }
    }
    return -1;
  }

  private boolean matches(Rule rule, Subject subject) {
    if (rule.direction() != null && rule.direction() != subject.direction()) {
      return false;
    }
    String ending = rule.ending().toString();
    if ((ending.contains("TCP_RESET") || ending.contains("SynProxy")) && subject.protocol() != 6
        || ending.contains("answer=ICMP,") && !isIpv4(subject)
        || ending.contains("answer=ICMPV6") && !subject.isIpv6()) {
      return false;
    }
    return rule.matches().stream().allMatch(match -> matches(match, subject));
  }

  private boolean matches(Match match, Subject subject) {
    if (match instanceof Match.Flags(int mask, int value, boolean not)) {
      return subject.protocol() == 6
          && subject.tcpFlags() >= 0
          && ((subject.tcpFlags() & mask) == value) != not;
    }
    Match.OneOf oneOf = (Match.OneOf) match;
    Field field = oneOf.field();
    if (!applies(field, subject)) {
      return false;
    }
    if (field.kind() == Kind.IPV4 || field.kind() == Kind.IPV6) {
      boolean source = field.words().endsWith("saddr");
      long high = source ? subject.sourceHigh() : subject.destinationHigh();
      long low = source ? subject.sourceLow() : subject.destinationLow();
      return contains(oneOf.values(), field.kind(), false, high, low) != oneOf.not();
    }
    long number = number(field, subject);
    return number >= 0 && contains(oneOf.values(), field.kind(), false, 0, number) != oneOf.not();
  }

  private static boolean isIpv4(Subject subject) {
    return subject.isIp() && !subject.isIpv6();
  }

  private static boolean applies(Field field, Subject subject) {
    String first = field.words().split(" ")[0];
    return switch (first) {
      case "ip" -> isIpv4(subject);
      case "ip6" -> subject.isIpv6();
      case "tcp" -> subject.protocol() == 6;
      case "udp" -> subject.protocol() == 17;
      case "sctp" -> subject.protocol() == 132;
      case "icmp" -> isIpv4(subject) && subject.protocol() == 1;
      case "icmpv6" -> subject.isIpv6() && subject.protocol() == 58;
      default -> true;
    };
  }

  private static long number(Field field, Subject subject) {
    return switch (field.words()) {
      case "ether type" -> subject.etherType();
      case "ether saddr" -> subject.sourceMac();
      case "ether daddr" -> subject.destinationMac();
      case "vlan id" -> subject.vlan();
      case "meta l4proto", "ip protocol", "ip6 nexthdr" -> subject.protocol();
      case "tcp sport", "udp sport", "sctp sport", "th sport" -> subject.sourcePort();
      case "tcp dport", "udp dport", "sctp dport", "th dport" -> subject.destinationPort();
      case "tcp flags" -> subject.tcpFlags();
      case "icmp type", "icmpv6 type" -> subject.icmpType();
      case "icmp code", "icmpv6 code" -> subject.icmpCode();
      case "ct state" -> subject.state().ordinal();
      case "ct direction" -> subject.direction() == subject.opener() ? 0 : 1;
      case "meta length" -> subject.length();
      case "ip ttl", "ip6 hoplimit" -> subject.hops();
      default -> throw new IllegalStateException(field.words());
    };
  }

  private boolean contains(Values values, Kind kind, boolean fromSet, long high, long low) {
    for (String name : values.sets()) {
      NamedSet set = policy.set(name);
      if (contains(set.values(), kind, true, high, low)) {
        return true;
      }
    }
    // A set has addresses of both versions; a match itself only those of its own.
    return scan(kind == Kind.IPV6 && fromSet ? values.ipv6() : values.ranges(), high, low);
  }

  private static boolean scan(RangeSet ranges, long high, long low) {
    for (int i = 0; i < ranges.size(); i++) {
      if (RangeSet.compare(ranges.firstHigh(i), ranges.firstLow(i), high, low) <= 0
          && RangeSet.compare(ranges.lastHigh(i), ranges.lastLow(i), high, low) >= 0) {
        return true;
      }
    }
    return false;
  }
}
