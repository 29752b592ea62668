package org.vtl.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures read out of what programs say. */
final class Words {
  private Words() {}

  /** The number behind {@code name=} in a line of the load tool. */
  static double number(String line, String name) {
    return find("\\b" + name + "=([0-9.]+)", line, name);
  }

  /** The bits per second behind {@code "name":} in iperf3's JSON. */
  static double bitsPerSecond(String json, String name) {
    return find("\"" + name + "\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.e+]+)", json, name);
  }

  /** What iperf3 says went wrong, out of its JSON. */
  static String error(String said) {
    Matcher found = Pattern.compile("\"error\":\\s*\"([^\"]*)\"").matcher(said);
    return found.find() ? found.group(1) + "." : Program.sentence(said);
  }

  private static double find(String pattern, String text, String name) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    if (!found.find()) {
      throw new BenchException("No \"%s\" in: %s".formatted(name, Program.sentence(text)));
    }
    return Double.parseDouble(found.group(1));
  }
}
