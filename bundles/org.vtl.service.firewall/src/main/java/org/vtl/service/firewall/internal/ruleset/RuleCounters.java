package org.vtl.service.firewall.internal.ruleset;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counters, limits and counts of all rules, by their ids: one object for all policies that come
 * one after the other, so that what a rule counted survives a change of others. A rule that the
 * last eight policies did not have is forgotten. Any thread.
 */
public final class RuleCounters {
  /** So many policies later a rule still counts on: a trial may bring it back. */
  private static final int REMEMBERED = 8;

  private final Map<String, RuleState> states = new ConcurrentHashMap<>();
  private final Limits limits = new Limits(this);
  private long generation;

  /** The counter of the rule called {@code id}, or null if no recent policy had it. */
  public RuleCounter counter(String id) {
    RuleState state = states.get(id);
    return state == null ? null : state.counter();
  }

  Limits limits() {
    return limits;
  }

  /** Another policy is being compiled: forgets what none of the last ones had. */
  synchronized void begin() {
    generation++;
    states.values().removeIf(state -> generation - state.generation > REMEMBERED);
  }

  /** The state of the rule called {@code id}, which the policy being compiled has. */
  synchronized RuleState state(String id) {
    RuleState state = states.computeIfAbsent(id, name -> new RuleState());
    state.generation = generation;
    return state;
  }
}
