package org.vtl.service.firewall.internal.ruleset;

import java.util.ArrayList;
import java.util.List;
import org.vtl.service.firewall.internal.policy.Dimension;
import org.vtl.service.firewall.internal.policy.Region;

/** A rule ready to be held against packets whose family, direction and state it is for. */
final class CompiledRule {
  private static final Check[] NONE = {};

  private final Region region;
  private final Decision decision;
  private final Check[] steady;
  private final Check[] varying;
  private final Condition[] conditions;

  /** How many conditions must pass before it logs; -1 when it does not. */
  private final int logAfter;

  private final Roots.Scope scope;

  /**
   * A rule.
   *
   * @param logAfter how many of {@code conditions} must pass before it logs; -1 when it does not
   */
  CompiledRule(Region region, Decision decision, Condition[] conditions, int logAfter) {
    this.region = region;
    this.decision = decision;
    this.conditions = conditions;
    this.logAfter = logAfter;
    this.scope = Roots.scope(region);
    List<Check> alike = new ArrayList<>();
    List<Check> different = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      if (region.allowed(dimension) != null && !Roots.resolves(dimension)) {
        Check check = new Check(dimension, region.allowed(dimension));
        (dimension.isSteady() ? alike : different).add(check);
      }
    }
    steady = alike.toArray(NONE);
    varying = different.toArray(NONE);
  }

  Region region() {
    return region;
  }

  /** Which trees it is in. */
  Roots.Scope scope() {
    return scope;
  }

  Decision decision() {
    return decision;
  }

  /** Whether no later rule sees a packet that is in the region: nothing else is asked of it. */
  boolean isFinal() {
    return decision.action() != null && varying.length == 0 && conditions.length == 0;
  }

  /** Whether it asks nothing that its trees do not answer. */
  boolean isForAll() {
    return steady.length + varying.length == 0;
  }

  /**
   * Whether the packet is in the region and all conditions pass; the subject learns whether it
   * would be so for every packet of its connection.
   */
  boolean matches(Subject subject, long now, boolean effects) {
    for (Check check : steady) {
      if (!check.holds(subject)) {
        return false;
      }
    }
    if (varying.length + conditions.length > 0 || logAfter >= 0) {
      subject.unsteady();
    }
    for (Check check : varying) {
      if (!check.holds(subject)) {
        return false;
      }
    }
    for (int i = 0; i < conditions.length; i++) {
      if (i == logAfter) {
        subject.log(decision);
      }
      Condition condition = conditions[i];
      if (effects ? !condition.passes(subject, now) : !condition.wouldPass(subject, now)) {
        return false;
      }
    }
    if (logAfter == conditions.length) {
      subject.log(decision);
    }
    return true;
  }
}
