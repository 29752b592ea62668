package org.vtl.service.firewall.internal.ruleset;

import org.vtl.service.firewall.internal.policy.Ending;

/**
 * What one rule, or the policy of one direction, says; made when the rules are compiled, the same
 * object for every packet. Immutable.
 */
public final class Decision {
  private final String rule;
  private final int index;
  private final Ending ending;
  private final Action action;
  private final String logPrefix;
  private final RuleCounter counter;

  Decision(String rule, int index, Ending ending, String logPrefix, RuleCounter counter) {
    this.rule = rule;
    this.index = index;
    this.ending = ending;
    this.action =
        switch (ending) {
          case null -> null;
          case Ending.Accept a -> Action.ACCEPT;
          case Ending.Drop d -> Action.DROP;
          case Ending.Reject r -> Action.REJECT;
          case Ending.SynProxy s -> Action.SYN_PROXY;
        };
    this.logPrefix = logPrefix;
    this.counter = counter;
  }

  /** The rule's id; {@code policy inbound} or {@code policy outbound} when no rule decided. */
  public String rule() {
    return rule;
  }

  /** The rule's place in {@code policy.rules()}, from 0; -1 when no rule decided. */
  public int index() {
    return index;
  }

  /** Whether no rule decided, but the policy of the direction. */
  public boolean isPolicy() {
    return index < 0;
  }

  /** What becomes of the packet; null only of a rule that logs and lets the next one decide. */
  public Action action() {
    return action;
  }

  /** How to refuse; null unless the action is {@link Action#REJECT}. */
  public Ending.Reject reject() {
    return ending instanceof Ending.Reject reject ? reject : null;
  }

  /** What to answer by; null unless the action is {@link Action#SYN_PROXY}. */
  public Ending.SynProxy synProxy() {
    return ending instanceof Ending.SynProxy proxy ? proxy : null;
  }

  /** The prefix of the rule's {@code log}, "" for none; null when it does not log. */
  public String logPrefix() {
    return logPrefix;
  }

  /** What is counted of it. */
  public RuleCounter counter() {
    return counter;
  }

  @Override
  public String toString() {
    return rule + " " + action;
  }
}
