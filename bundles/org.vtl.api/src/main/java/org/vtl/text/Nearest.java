package org.vtl.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a mistyped word was meant to be. Case does not count. */
public final class Nearest {
  private Nearest() {}

  /**
   * The one of {@code candidates} that is most like {@code word}; empty when none is so like it
   * that a guess would help.
   *
   * <p>Like it is what a third of its letters, or one, turn into it, what begins with it, and what
   * ends with it behind a dot: {@code priority} for {@code vtl.priority}.
   */
  public static Optional<String> of(String word, Collection<String> candidates) {
    int most = Math.max(1, word.length() / 3);
    return candidates.stream()
        .filter(candidate -> steps(word, candidate) <= most)
        .min(
            Comparator.comparingInt((String candidate) -> steps(word, candidate))
                .thenComparingInt(String::length));
  }

  /**
   * {@code ; did you mean "links"?} for the candidate nearest to {@code word}, to go at the end of
   * a sentence; a full stop when none is near.
   */
  public static String hint(String word, Collection<String> candidates) {
    return of(word, candidates).map(near -> "; did you mean \"" + near + "\"?").orElse(".");
  }

  /**
   * As {@link #hint(String, Collection)}; when none is near, {@code ; "links" lists them.} for
   * {@code list}, the line that lists the candidates.
   */
  public static String hint(String word, Collection<String> candidates, String list) {
    return of(word, candidates)
        .map(near -> "; did you mean \"" + near + "\"?")
        .orElse("; \"" + list + "\" lists them.");
  }

  private static int steps(String word, String candidate) {
    String from = word.toLowerCase(Locale.ROOT);
    String to = candidate.toLowerCase(Locale.ROOT);
    // One letter begins too many names.
    boolean part = from.length() > 1 && (to.startsWith(from) || to.endsWith("." + from));
    return part ? 1 : distance(from, to);
  }

  /** The least number of characters to insert, remove, replace or swap with their neighbour. */
  static int distance(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[to.length()];
  }
}
