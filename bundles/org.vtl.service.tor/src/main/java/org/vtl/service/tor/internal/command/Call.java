package org.vtl.service.tor.internal.command;

import java.util.Iterator;
import java.util.List;

/**
 * The words behind {@code vtl:tor}, sorted.
 *
 * @param verb one of {@link #VERBS}
 * @param limit rows at most
 */
record Call(String verb, int limit, boolean json, boolean help) {
  static final List<String> VERBS =
      List.of("state", "streams", "circuits", "newidentity", "names", "log");

  private static final int DEFAULT_LIMIT = 100;

  /**
   * Sorts {@code words}; none mean {@code state}.
   *
   * @throws Misuse in one sentence, if one is unknown or too many
   */
  static Call parse(List<String> words) {
    String verb = null;
    int limit = DEFAULT_LIMIT;
    boolean json = false;
    boolean help = false;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--json" -> json = true;
        case "--help" -> help = true;
        case "--limit" -> limit = number(rest.hasNext() ? rest.next() : "");
        default -> {
          if (verb != null || !VERBS.contains(word)) {
            throw new Misuse(
                "vtl:tor does not understand \"" + word + "\"; vtl:tor --help says what it can.");
          }
          verb = word;
        }
      }
    }
    return new Call(verb == null ? VERBS.getFirst() : verb, limit, json, help);
  }

  private static int number(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new Misuse("Behind --limit stands \"" + text + "\"; give a whole number.");
    }
    return Integer.parseInt(text);
  }
}
