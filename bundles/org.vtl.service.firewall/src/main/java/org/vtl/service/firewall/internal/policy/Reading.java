package org.vtl.service.firewall.internal.policy;

import java.util.List;

/**
 * What came of reading a text.
 *
 * @param policy null when there is an error
 * @param errors in the order of the text
 * @param warnings what is allowed but hardly meant, such as rules that never match
 */
public record Reading(Policy policy, List<PolicyError> errors, List<PolicyError> warnings) {
  public Reading {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }
}
