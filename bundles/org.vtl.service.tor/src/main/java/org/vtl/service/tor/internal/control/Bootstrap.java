package org.vtl.service.tor.internal.control;

import java.util.List;
import java.util.Map;

/**
 * How far Tor has come in joining its network.
 *
 * @param percent 0 to 100; -1 while nothing is known
 * @param summary what it does now, in Tor's words
 * @param warning what it complains of, in Tor's words; empty for nothing
 */
public record Bootstrap(int percent, String summary, String warning) {
  /** Nothing is known. */
  public static final Bootstrap UNKNOWN = new Bootstrap(-1, "", "");

  private static final int DONE = 100;

  /** Whether Tor carries streams. */
  public boolean isDone() {
    return percent == DONE;
  }

  /** What {@code line} says, such as {@code NOTICE BOOTSTRAP PROGRESS=5 ...}; null if nothing. */
  static Bootstrap read(String line) {
    List<String> words = Words.of(line);
    if (!words.contains("BOOTSTRAP")) {
      return null;
    }
    Map<String, String> pairs = Words.pairs(words);
    try {
      int percent = Integer.parseInt(pairs.getOrDefault("PROGRESS", ""));
      return percent < 0 || percent > DONE
          ? null
          : new Bootstrap(
              percent, pairs.getOrDefault("SUMMARY", ""), pairs.getOrDefault("WARNING", ""));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
