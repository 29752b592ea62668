package org.vtl.tcp.policy;

import org.vtl.runtime.ConnectionInfo;

/**
 * An open TCP connection without a relay of the service that was asked, and why.
 *
 * @param refusal null if the service has not been shown a segment of it yet
 * @param rule the line of the rules that decided; empty where none did
 */
public record Unrelayed(ConnectionInfo connection, Refusal refusal, String rule) {
  /** Why, in one sentence. */
  public String sentence() {
    if (refusal == null) {
      return "No segment of it was seen since the service came or changed.";
    }
    return rule.isEmpty() ? refusal.sentence() : "The rule \"" + rule + "\" bypasses it.";
  }

  /** Why, for programs: {@link Refusal#word}, or {@code not-seen}. */
  public String word() {
    return refusal == null ? "not-seen" : refusal.word();
  }
}
