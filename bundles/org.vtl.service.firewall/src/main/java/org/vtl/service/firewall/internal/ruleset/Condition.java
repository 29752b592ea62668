package org.vtl.service.firewall.internal.ruleset;

/** An effect of a rule, compiled: decides whether the rule goes on, and keeps what it needs. */
interface Condition {
  /** Whether the rule goes on; spends or takes what that costs. */
  boolean passes(Subject subject, long now);

  /** Whether the rule would go on; spends and takes nothing. */
  boolean wouldPass(Subject subject, long now);
}
