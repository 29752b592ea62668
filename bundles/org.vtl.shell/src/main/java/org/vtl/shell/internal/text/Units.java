package org.vtl.shell.internal.text;

import java.util.Collection;
import java.util.Locale;

/** Numbers for people: at most four digits, decimal units, the same in every locale. */
public final class Units {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};
  private static final String[] TIMES = {"ns", "µs", "ms", "s"};

  private Units() {}

  /** {@code 512 B}, {@code 1.2 MB}; powers of 1000. */
  public static String bytes(double bytes) {
    return scaled(bytes, "B");
  }

  /** {@code 0}, {@code 950}, {@code 1.2 k}: counts, and rates of them. */
  public static String count(double count) {
    return scaled(count, "");
  }

  private static String scaled(double value, String unit) {
    int prefix = 0;
    // 999.95 would be rounded to 1000.0.
    while (Math.abs(value) >= (prefix == 0 ? 999.5 : 999.95) && prefix < PREFIXES.length - 1) {
      value /= 1000;
      prefix++;
    }
    String digits =
        prefix == 0 && (value == Math.rint(value) || value >= 100)
            ? String.format(Locale.ROOT, "%.0f", value)
            : String.format(Locale.ROOT, "%.1f", value);
    String suffix = PREFIXES[prefix] + unit;
    return suffix.isEmpty() ? digits : digits + " " + suffix;
  }

  /** {@code 84 ns}, {@code 1.2 µs}, {@code 34.5 ms}, {@code 2.0 s}. */
  public static String nanos(long nanos) {
    double value = nanos;
    int unit = 0;
    while (value >= 999.95 && unit < TIMES.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? nanos + " ns" : String.format(Locale.ROOT, "%.1f %s", value, TIMES[unit]);
  }

  /** {@code 0.3 s}, {@code 42 s}, {@code 2 m 5 s}, {@code 3 h 20 m}, {@code 2 d 4 h}. */
  public static String seconds(double seconds) {
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " m " + whole % 60 + " s";
    }
    if (whole < 86_400) {
      return whole / 3600 + " h " + whole / 60 % 60 + " m";
    }
    return whole / 86_400 + " d " + whole / 3600 % 24 + " h";
  }

  /** {@code 1 packet}, {@code 2 packets}. */
  public static String plural(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** The elements with commas between; {@code -} when there is none. */
  public static String list(Collection<?> elements) {
    return elements.isEmpty()
        ? "-"
        : String.join(", ", elements.stream().map(String::valueOf).toList());
  }
}
