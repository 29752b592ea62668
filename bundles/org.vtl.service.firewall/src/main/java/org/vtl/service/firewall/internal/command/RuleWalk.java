package org.vtl.service.firewall.internal.command;

import java.util.ArrayList;
import java.util.List;
import org.vtl.packet.Address;
import org.vtl.packet.Protocol;
import org.vtl.service.firewall.internal.policy.Field;
import org.vtl.service.firewall.internal.policy.Match;
import org.vtl.service.firewall.internal.policy.NamedSet;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.Rule;
import org.vtl.service.firewall.internal.policy.Values;
import org.vtl.service.firewall.internal.ruleset.Decision;
import org.vtl.service.firewall.internal.ruleset.Subject;

/**
 * The rules that a packet came past before it was decided, and why each did not decide it. Asks one
 * rule after the other as they are written, where the compiled rules take short cuts.
 */
final class RuleWalk {
  private static final int SCTP = 132;

  private final Policy policy;
  private final Subject subject;

  /**
   * A rule that did not decide.
   *
   * @param matched whether all that it asks of the packet held: a limit or a count said no, or it
   *     has no verdict
   * @param why in a few words
   */
  record Step(Rule rule, boolean matched, String why) {}

  private RuleWalk(Policy policy, Subject subject) {
    this.policy = policy;
    this.subject = subject;
  }

  /** The rules of {@code link} before {@code decision}, which is the one for {@code subject}. */
  static List<Step> before(Policy policy, String link, Subject subject, Decision decision) {
    RuleWalk walk = new RuleWalk(policy, subject);
    int end = decision.isPolicy() ? policy.rules().size() : decision.index();
    List<Step> steps = new ArrayList<>();
    for (Rule rule : policy.rules().subList(0, end)) {
      if (rule.isFor(link)) {
        steps.add(walk.step(rule));
      }
    }
    return steps;
  }

  /** What comes of asking {@code rule} alone. */
  static Step step(Policy policy, Subject subject, Rule rule) {
    return new RuleWalk(policy, subject).step(rule);
  }

  private Step step(Rule rule) {
    if (rule.direction() != null && rule.direction() != subject.direction()) {
      return new Step(rule, false, "the packet is " + Words.of(subject.direction()));
    }
    for (Match match : rule.matches()) {
      String obstacle = obstacle(match);
      if (!obstacle.isEmpty()) {
        return new Step(rule, false, obstacle);
      }
    }
    return new Step(
        rule,
        true,
        rule.ending() == null
            ? "matches, and the next rule goes on"
            : "its limit or count says no");
  }

  /** Why {@code match} does not hold; "" when it does. */
  private String obstacle(Match match) {
    Field field = match.field();
    String implied = implied(field.words());
    if (!implied.isEmpty()) {
      return implied;
    }
    if (isAbsent(field)) {
      return "the packet has no " + field.words();
    }
    boolean holds =
        switch (match) {
          case Match.Flags flags ->
              ((subject.tcpFlags() & flags.mask()) == flags.value()) != flags.not();
          case Match.OneOf oneOf ->
              contains(oneOf.values(), high(field), low(field)) != oneOf.not();
        };
    return holds ? "" : field.words() + " is " + text(field);
  }

  /** What the first word of a field asks of the packet by itself. */
  private String implied(String words) {
    int protocol =
        switch (words.substring(0, words.indexOf(' '))) {
          case "tcp" -> Protocol.TCP;
          case "udp" -> Protocol.UDP;
          case "sctp" -> SCTP;
          case "icmp" -> Protocol.ICMP;
          case "icmpv6" -> Protocol.ICMPV6;
          default -> -1;
        };
    if (protocol >= 0 && subject.protocol() != protocol) {
      return subject.isIp()
          ? "the packet is " + Words.protocol(subject.protocol())
          : "the packet is not IP";
    }
    boolean ipv4 = words.startsWith("ip ") || words.startsWith("icmp ");
    boolean ipv6 = words.startsWith("ip6 ") || words.startsWith("icmpv6 ");
    if ((ipv4 || ipv6) && (!subject.isIp() || subject.isIpv6() == ipv4)) {
      return "the packet is " + (!subject.isIp() ? "not IP" : ipv4 ? "IPv6" : "IPv4");
    }
    return "";
  }

  private boolean isAbsent(Field field) {
    return switch (field.dimension()) {
      case SOURCE_ADDRESS, DESTINATION_ADDRESS -> !subject.isIp();
      case FAMILY -> !subject.isIp();
      default -> low(field) == Subject.NONE;
    };
  }

  private boolean contains(Values values, long high, long low) {
    if (values.ranges().contains(high, low) || values.ipv6().contains(high, low)) {
      return true;
    }
    for (String name : values.sets()) {
      NamedSet set = policy.set(name);
      if (set != null && contains(set.values(), high, low)) {
        return true;
      }
    }
    return false;
  }

  private long high(Field field) {
    return switch (field.dimension()) {
      case SOURCE_ADDRESS -> subject.sourceHigh();
      case DESTINATION_ADDRESS -> subject.destinationHigh();
      default -> 0;
    };
  }

  private long low(Field field) {
    return switch (field.dimension()) {
      case FAMILY -> subject.isIpv6() ? 1 : 0;
      case DIRECTION -> subject.direction().ordinal();
      case STATE -> subject.state().ordinal();
      case PROTOCOL -> subject.protocol();
      case SOURCE_ADDRESS -> subject.sourceLow();
      case DESTINATION_ADDRESS -> subject.destinationLow();
      case SOURCE_PORT -> subject.sourcePort();
      case DESTINATION_PORT -> subject.destinationPort();
      case VLAN -> subject.vlan();
      case CONNECTION_DIRECTION -> subject.direction() == subject.opener() ? 0 : 1;
      case ETHER_TYPE -> subject.etherType();
      case SOURCE_MAC -> subject.sourceMac();
      case DESTINATION_MAC -> subject.destinationMac();
      case ICMP_TYPE -> subject.icmpType();
      case ICMP_CODE -> subject.icmpCode();
      case TCP_FLAGS -> subject.tcpFlags();
      case LENGTH -> subject.length();
      case HOPS -> subject.hops();
    };
  }

  private String text(Field field) {
    return switch (field.dimension()) {
      case FAMILY -> subject.isIpv6() ? "ipv6" : "ipv4";
      case STATE -> Words.of(subject.state());
      case PROTOCOL -> Words.protocol(subject.protocol());
      case SOURCE_ADDRESS, DESTINATION_ADDRESS -> Address.format(high(field), low(field));
      case CONNECTION_DIRECTION -> low(field) == 0 ? "original" : "reply";
      case ETHER_TYPE -> "0x%04x".formatted(subject.etherType());
      case SOURCE_MAC, DESTINATION_MAC -> Address.formatMac(low(field));
      case TCP_FLAGS -> PacketWords.flags(subject.tcpFlags());
      default -> String.valueOf(low(field));
    };
  }
}
