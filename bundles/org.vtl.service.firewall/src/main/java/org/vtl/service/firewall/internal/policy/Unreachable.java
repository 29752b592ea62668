package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Warns of rules that can never match: those that ask for two things at once, and those before
 * which one other rule decides every packet they ask for.
 */
final class Unreachable {
  private final Policy policy;
  private final Faults faults;
  private final List<Rule> deciders = new ArrayList<>();
  private final List<Region> deciding = new ArrayList<>();

  /** Of each decider, as in {@code deciding}: destination port, source and destination hulls. */
  private final Hulls hulls = new Hulls();

  Unreachable(Policy policy, Faults faults) {
    this.policy = policy;
    this.faults = faults;
  }

  void warn() {
    Sets sets = new Sets(policy);
    for (Rule rule : policy.rules()) {
      Region region = Region.of(rule, sets);
      Dimension empty = region.empty();
      if (empty != null) {
        faults.warn(
            rule.line(),
            1,
            "The rule can never match, because its matches exclude each other ("
                + empty.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                + "); split it into several rules, or delete it.");
        continue;
      }
      Rule shadow = shadow(rule, region);
      if (shadow != null) {
        faults.warn(
            rule.line(),
            1,
            "The rule can never match, because the rule \""
                + shadow.id()
                + "\" in line "
                + shadow.line()
                + " decides all its packets before; move it up, or delete it.");
      } else if (rule.ending() != null && rule.effects().stream().noneMatch(Unreachable::filters)) {
        deciders.add(rule);
        deciding.add(region);
        hulls.add(region);
      }
    }
  }

  private static boolean filters(Effect effect) {
    return !(effect instanceof Effect.Log);
  }

  private Rule shadow(Rule rule, Region region) {
    hulls.ask(region);
    for (int i = hulls.next(0); i >= 0; i = hulls.next(i + 1)) {
      Rule decider = deciders.get(i);
      if ((decider.link().isEmpty() || decider.link().equals(rule.link()))
          && deciding.get(i).covers(region)) {
        return decider;
      }
    }
    return null;
  }
}
