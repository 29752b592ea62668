package org.vtl.service.firewall.internal.ruleset;

/** The rules that are in force on one link, compiled. Immutable but for counters; any thread. */
public final class LinkRules {
  private final Decision none;

  LinkRules(Decision none) {
    this.none = none;
  }

  /**
   * Decides {@code subject} at {@code now} (nanoseconds of any clock that only moves forward),
   * counts, spends limits, takes places in counts. Afterwards the subject tells whether the
   * decision is steady and what was logged.
   */
  public Decision decide(Subject subject, long now) {
    return none;
  }

  /**
   * What {@link #decide} would say now, without any effect: nothing is counted and no limit spent.
   */
  public Decision preview(Subject subject, long now) {
    return none;
  }
}
