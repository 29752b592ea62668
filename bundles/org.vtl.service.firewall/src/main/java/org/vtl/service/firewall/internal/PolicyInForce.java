package org.vtl.service.firewall.internal;

import java.time.Instant;
import java.util.List;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.ruleset.Ruleset;

/**
 * A policy that packets are judged by, from its beginning to its end.
 *
 * @param serial differs from every other's of this bundle
 * @param origin where it comes from
 * @param lines its text as it was given; empty of {@link Origin#NONE}
 * @param policy null of {@link Origin#NONE}
 * @param ruleset the policy compiled; null of {@link Origin#NONE}
 * @param since when it came into force
 * @param until when it ends unless it is confirmed; null unless it is on trial
 */
public record PolicyInForce(
    long serial,
    Origin origin,
    List<String> lines,
    Policy policy,
    Ruleset ruleset,
    Instant since,
    Instant until) {
  /** Where a policy comes from. */
  public enum Origin {
    /** There is none: the configured rules have errors. Everything is dropped. */
    NONE,
    /** The configuration. */
    CONFIGURATION,
    /** A command, for a time. */
    TRIAL
  }

  public PolicyInForce {
    lines = List.copyOf(lines);
  }
}
