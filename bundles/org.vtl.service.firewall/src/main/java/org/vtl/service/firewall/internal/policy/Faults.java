package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects what is wrong with a text while it is read. */
final class Faults {
  private final List<PolicyError> errors = new ArrayList<>();
  private final List<PolicyError> warnings = new ArrayList<>();

  void error(Token at, String sentence) {
    error(at.line(), at.column(), sentence);
  }

  void error(int line, int column, String sentence) {
    errors.add(new PolicyError(line, column, sentence));
  }

  void warn(int line, int column, String sentence) {
    warnings.add(new PolicyError(line, column, sentence));
  }

  boolean hasErrors() {
    return !errors.isEmpty();
  }

  /** How many errors there are so far. */
  int errorCount() {
    return errors.size();
  }

  /** What came of it: {@code policy}, unless there are errors. */
  Reading reading(Policy policy) {
    Collections.sort(errors);
    Collections.sort(warnings);
    return new Reading(hasErrors() ? null : policy, errors, warnings);
  }
}
