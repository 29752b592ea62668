package org.vtl.service.firewall.internal.policy;

/** Writes policies in their canonical form: reading it gives an equal policy. */
public final class PolicyWriter {
  private PolicyWriter() {}

  /** The text of all of {@code policy}, each line ended by a line feed. */
  public static String text(Policy policy) {
    return policy.toString();
  }

  /** The line of {@code rule}, without a line feed. */
  public static String text(Rule rule) {
    return rule.toString();
  }
}
