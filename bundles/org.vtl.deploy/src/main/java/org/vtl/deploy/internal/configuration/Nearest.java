package org.vtl.deploy.internal.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a mistyped word was meant to be. */
final class Nearest {
  private Nearest() {}

  /** The one of {@code words} that is most like {@code word}; empty if none is like it. */
  static Optional<String> of(String word, Collection<String> words) {
    int limit = Math.max(1, word.length() / 3);
    return words.stream()
        .filter(candidate -> distance(word, candidate) <= limit || tail(word, candidate))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /**
   * {@code priority} for {@code vtl.priority}: the part behind the last dot is what people know.
   */
  private static boolean tail(String word, String candidate) {
    return candidate.substring(candidate.lastIndexOf('.') + 1).equalsIgnoreCase(word);
  }

  /** How many letters to add, drop, change or swap, regardless of case. */
  private static int distance(String a, String b) {
    String from = a.toLowerCase(Locale.ROOT);
    String to = b.toLowerCase(Locale.ROOT);
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
        }
      }
    }
    return cost[from.length()][to.length()];
  }
}
