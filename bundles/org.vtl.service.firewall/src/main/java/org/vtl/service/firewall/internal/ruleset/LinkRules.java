package org.vtl.service.firewall.internal.ruleset;

import org.vtl.packet.Direction;
import org.vtl.service.firewall.internal.policy.Dimension;

/** The rules that are in force on one link, compiled. Immutable but for counters; any thread. */
public final class LinkRules {
  private static final int DIRECTION = Dimension.DIRECTION.ordinal();
  private static final int INBOUND = Direction.INBOUND.ordinal();

  private final Node[] roots;
  private final Decision inbound;
  private final Decision outbound;

  LinkRules(Node[] roots, Decision inbound, Decision outbound) {
    this.roots = roots;
    this.inbound = inbound;
    this.outbound = outbound;
  }

  /**
   * Decides {@code subject} at {@code now} (nanoseconds of any clock that only moves forward),
   * counts, spends limits, takes places in counts. Afterwards the subject tells whether the
   * decision is steady and what was logged.
   */
  public Decision decide(Subject subject, long now) {
    Decision decision = decision(subject, now, true);
    decision.counter().hit(Math.max(0, subject.length()));
    if (subject.state() == State.NEW) {
      decision.counter().connection();
    }
    return decision;
  }

  /**
   * What {@link #decide} would say now, without any effect: nothing is counted, no limit spent, no
   * place taken. Also the subject's logs and whether it is steady are as {@link #decide} sets them.
   */
  public Decision preview(Subject subject, long now) {
    return decision(subject, now, false);
  }

  private Decision decision(Subject subject, long now, boolean effects) {
    subject.forgetDecision();
    Node node = roots[Roots.of(subject)];
    while (node instanceof Node.Cut cut) {
      if (cut.varies) {
        subject.unsteady();
      }
      node = cut.way(subject);
    }
    for (CompiledRule rule : ((Node.Leaf) node).rules) {
      if (rule.matches(subject, now, effects)) {
        Decision decision = rule.decision();
        if (decision.action() != null) {
          return decision;
        }
        // Who has no verdict counts on the way to one.
        subject.unsteady();
        if (effects) {
          decision.counter().hit(Math.max(0, subject.length()));
        }
      }
    }
    return subject.low[DIRECTION] == INBOUND ? inbound : outbound;
  }
}
