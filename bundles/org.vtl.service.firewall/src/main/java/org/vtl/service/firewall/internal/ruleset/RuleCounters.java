package org.vtl.service.firewall.internal.ruleset;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counters, limits and counts of all rules, by their ids: one object for all policies that come
 * one after the other, so that what a rule counted survives a change of others. Any thread.
 */
public final class RuleCounters {
  private final Map<String, RuleCounter> counters = new ConcurrentHashMap<>();

  /** The counter of the rule called {@code id}, or null if no policy had it for long. */
  public RuleCounter counter(String id) {
    return counters.get(id);
  }
}
