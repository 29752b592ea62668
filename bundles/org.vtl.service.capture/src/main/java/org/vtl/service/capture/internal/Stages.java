package org.vtl.service.capture.internal;

import java.util.LinkedHashSet;
import java.util.Set;
import org.vtl.service.TapPoint;

/**
 * Which places of the pipeline to capture at: {@code arrival}, {@code departure}, {@code drop},
 * {@code injection}, {@code all}, or a service's name for what it has just judged.
 */
record Stages(Set<String> words) {
  private static final String SYNTAX = "[A-Za-z0-9][A-Za-z0-9._-]*";

  /**
   * Reads words separated by commas.
   *
   * @throws IllegalArgumentException in one sentence, if there is none or one is no name
   */
  static Stages parse(String text) {
    Set<String> words = new LinkedHashSet<>();
    for (String word : text.strip().split("\\s*,\\s*")) {
      if (!word.matches(SYNTAX)) {
        throw new IllegalArgumentException(
            "Stage \""
                + word
                + "\" is no stage; give arrival, departure, drop, injection, all or a service's"
                + " name, several with commas between them.");
      }
      words.add(word);
    }
    return new Stages(words);
  }

  boolean contains(TapPoint point) {
    return words.contains("all")
        || switch (point.kind()) {
          case ARRIVAL -> words.contains("arrival");
          case DEPARTURE -> words.contains("departure");
          case DROP -> words.contains("drop");
          case INJECTION -> words.contains("injection");
          case SERVICE -> words.contains(point.stage());
        };
  }

  /** Whether it looks at drops and nowhere else. */
  boolean areDrops() {
    return words.equals(Set.of("drop"));
  }

  @Override
  public String toString() {
    return String.join(",", words);
  }
}
