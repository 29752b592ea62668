package org.vtl.tcp.command;

import java.util.Iterator;
import java.util.List;

/**
 * The words of one call, sorted.
 *
 * @param verb {@code list}, {@code show} or {@code bypassed}
 * @param connection whose; -1 but for {@code show}
 */
record Call(String verb, long connection, int limit, boolean help) {
  private static final List<String> VERBS = List.of("list", "show", "bypassed");
  private static final int DEFAULT_LIMIT = 100;

  /**
   * Sorts the words behind the command's name; none mean {@code list}.
   *
   * @throws Misuse in one sentence, if a word is unknown, or one is missing or too many
   */
  static Call parse(String command, List<String> words) {
    String verb = null;
    long connection = -1;
    int limit = DEFAULT_LIMIT;
    boolean help = false;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--json" -> {}
        case "--help" -> help = true;
        case "--limit" -> limit = (int) number("--limit", rest.hasNext() ? rest.next() : "");
        default -> {
          if (verb == null && VERBS.contains(word)) {
            verb = word;
          } else if ("show".equals(verb) && connection < 0 && !word.startsWith("--")) {
            connection = number("show", word);
          } else {
            throw new Misuse(
                "vtl:"
                    + command
                    + " does not understand \""
                    + word
                    + "\"; vtl:"
                    + command
                    + " --help says what it can.");
          }
        }
      }
    }
    if ("show".equals(verb) && connection < 0 && !help) {
      throw new Misuse(
          "vtl:" + command + " show needs a connection's number; vtl:" + command + " lists them.");
    }
    return new Call(verb == null ? "list" : verb, connection, limit, help);
  }

  private static long number(String word, String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new Misuse("Behind " + word + " stands \"" + text + "\"; give a whole number.");
    }
    return Long.parseLong(text);
  }
}
