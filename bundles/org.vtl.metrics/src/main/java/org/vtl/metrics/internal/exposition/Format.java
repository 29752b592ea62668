package org.vtl.metrics.internal.exposition;

import java.util.Locale;

/** A text format of Prometheus. */
public enum Format {
  /** Prometheus' own, version 0.0.4. */
  TEXT("text/plain; version=0.0.4; charset=utf-8"),
  /** OpenMetrics 1.0. */
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  private static final String OPEN_METRICS_RANGE = "application/openmetrics-text";

  private final String media;

  Format(String media) {
    this.media = media;
  }

  public String media() {
    return media;
  }

  /**
   * The format that an Accept header (RFC 9110 section 12.5.1) prefers: OpenMetrics where it is
   * asked for and nothing is preferred to it, else the older one, which browsers show, too.
   *
   * @param accept the header's value; null without one
   */
  public static Format of(String accept) {
    if (accept == null) {
      return TEXT;
    }
    double open = 0;
    double others = 0;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
      String[] words = range.split(";", -1);
      double quality = quality(words);
      switch (words[0].strip()) {
        case OPEN_METRICS_RANGE -> open = isKnown(words) ? Math.max(open, quality) : open;
        case "text/plain", "text/*", "*/*" -> others = Math.max(others, quality);
        default -> {
          // Something that nobody here speaks.
        }
      }
    }
    return open > 0 && open >= others ? OPEN_METRICS : TEXT;
  }

  private static boolean isKnown(String[] words) {
    for (int i = 1; i < words.length; i++) {
      String word = words[i].strip();
      if (word.startsWith("version=") && !word.equals("version=1.0.0")) {
        return word.equals("version=0.0.1"); // of which 1.0.0 is the final text
      }
    }
    return true;
  }

  private static double quality(String[] words) {
    for (int i = 1; i < words.length; i++) {
      String word = words[i].strip();
      if (word.startsWith("q=")) {
        try {
          return Double.parseDouble(word.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
