package org.vtl.metrics.internal.exposition;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The text of one answer. Families are written one after the other, each with all its samples: of
 * each name and labels one. For one thread.
 */
public final class Exposition {
  /**
   * Samples of one family at most: what reads them keeps each for months. What is more is left out,
   * and {@link #dropped} tells.
   */
  public static final int MOST = 4_000;

  private final Format format;
  private final StringBuilder text = new StringBuilder(32_768);
  private final Set<String> begun = new HashSet<>();
  private Family family;
  private int samples;
  private int dropped;

  public Exposition(Format format) {
    this.format = format;
  }

  /** What follows is of this family; once for each. */
  public void begin(Family next) {
    if (!begun.add(next.name())) {
      throw new IllegalStateException("Metric " + next.name() + " was written already.");
    }
    family = next;
    samples = 0;
    String name = format == Format.TEXT ? next.name() + suffix() : next.name();
    text.append("# HELP ").append(name).append(' ');
    escape(next.help(), format == Format.OPEN_METRICS);
    text.append("\n# TYPE ").append(name).append(' ').append(type()).append('\n');
    if (format == Format.OPEN_METRICS && !next.unit().isEmpty()) {
      text.append("# UNIT ").append(name).append(' ').append(next.unit()).append('\n');
    }
  }

  private String type() {
    return switch (family.type()) {
      case COUNTER -> "counter";
      case GAUGE -> "gauge";
      case SUMMARY -> "summary";
      case INFO -> format == Format.TEXT ? "gauge" : "info";
    };
  }

  /** What a sample's name has behind the family's. */
  private String suffix() {
    return switch (family.type()) {
      case COUNTER -> "_total";
      case INFO -> "_info";
      case GAUGE, SUMMARY -> "";
    };
  }

  /** A sample; {@code labels} are names and values by turns. */
  public void add(long value, String... labels) {
    add(suffix(), Long.toString(value), labels);
  }

  /** A sample that need not be a whole number. */
  public void add(double value, String... labels) {
    add(suffix(), text(value), labels);
  }

  /** The sample of a summary. */
  public void addSummary(long count, double sum, String... labels) {
    add("_count", Long.toString(count), labels);
    add("_sum", text(sum), labels);
  }

  /** How much it was at most of that share of all, {@code 0.99} for 99 of 100. */
  public void addQuantile(String share, double value, String... labels) {
    String[] all = Arrays.copyOf(labels, labels.length + 2);
    all[labels.length] = "quantile";
    all[labels.length + 1] = share;
    add("", text(value), all);
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "NaN" : Double.isInfinite(value) ? infinity(value) : value + "";
  }

  private static String infinity(double value) {
    return value > 0 ? "+Inf" : "-Inf";
  }

  private void add(String suffix, String value, String... labels) {
    if (++samples > MOST) {
      dropped++;
      return;
    }
    text.append(family.name()).append(suffix);
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      escape(labels[i + 1], true);
      text.append('"');
    }
    text.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
  }

  private void escape(String word, boolean quotes) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '"' -> text.append(quotes ? "\\\"" : "\"");
        default -> text.append(c);
      }
    }
  }

  /** Samples left out because their family had too many. */
  public int dropped() {
    return dropped;
  }

  /** The whole, which is over now. */
  public String end() {
    if (format == Format.OPEN_METRICS) {
      text.append("# EOF\n");
    }
    return text.toString();
  }
}
