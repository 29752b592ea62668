package org.vtl.shell.internal.text;

import java.util.Collection;

/** Finds the word that someone meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * As {@link #hint(String, Collection)}; when none is near, {@code ; "links" lists them.} for
   * {@code list}, the line that lists the candidates.
   */
  public static String hint(String word, Collection<String> candidates, String list) {
    String hint = hint(word, candidates);
    return hint.equals(".") ? "; \"" + list + "\" lists them." : hint;
  }

  /**
   * {@code ; did you mean "links"?} for the candidate nearest to {@code word}, to go at the end of
   * a sentence; a full stop when none is near.
   */
  public static String hint(String word, Collection<String> candidates) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance =
          candidate.startsWith(word) && word.length() > 1 ? 1 : distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    // Further away than a third of the word, a guess confuses more than it helps.
    return least > Math.max(2, word.length() / 3) ? "." : "; did you mean \"" + best + "\"?";
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
