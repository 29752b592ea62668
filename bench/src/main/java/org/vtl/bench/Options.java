package org.vtl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the command line asks for.
 *
 * @param names contestants and groups; empty for all
 * @param workloads titles of workloads; empty for those of the groups
 * @param rounds how often each is measured, 1 to 99
 * @param millis how long each measurement is
 * @param warmMillis how long each warm-up is of what runs on Java
 * @param quick whether a first look is enough
 * @param settings for every contestant that is VTL, as {@link VtlSettings#with} takes them
 */
record Options(
    List<String> names,
    List<String> workloads,
    int rounds,
    int millis,
    int warmMillis,
    boolean quick,
    Map<String, String> settings) {
  private static final int ROUNDS = 5;
  private static final int QUICK_ROUNDS = 3;
  private static final int MILLIS = 2000;
  private static final int WARM_MILLIS = 2000;
  private static final int QUICK_WARM_MILLIS = 1000;

  /** Reads the command line. */
  static Options parse(List<String> words) {
    List<String> names = new ArrayList<>();
    List<String> workloads = new ArrayList<>();
    Map<String, String> settings = new LinkedHashMap<>();
    int rounds = 0;
    double seconds = 0;
    boolean quick = false;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--quick" -> quick = true;
        case "--rounds" -> rounds = (int) number(word, value(word, rest), 1, 99);
        case "--seconds" -> seconds = number(word, value(word, rest), 0.2, 60);
        case "--workload" -> workloads.addAll(Arrays.asList(value(word, rest).split(",")));
        case "--dist" -> settings.put("dist", value(word, rest));
        case "--port" -> settings.put("port", value(word, rest));
        case "--features" -> settings.put("features", value(word, rest));
        case "--java" -> settings.put("java", value(word, rest));
        case "--link" -> {
          String setting = value(word, rest);
          int sign = setting.indexOf('=');
          if (sign < 1) {
            throw new BenchException(
                "\"--link %s\" is no setting; write --link KEY=VALUE.".formatted(setting));
          }
          settings.put(setting.substring(0, sign), setting.substring(sign + 1));
        }
        default -> {
          if (word.startsWith("-")) {
            throw new BenchException(
                "Option \"%s\" is unknown; \"./vtl bench --help\" lists them all.".formatted(word));
          }
          names.add(word);
        }
      }
    }
    return new Options(
        names,
        workloads,
        rounds > 0 ? rounds : quick ? QUICK_ROUNDS : ROUNDS,
        seconds > 0 ? (int) (seconds * 1000) : MILLIS,
        quick ? QUICK_WARM_MILLIS : WARM_MILLIS,
        quick,
        settings);
  }

  /** The settings of VTL in the folder {@code dist}, with what the command line says of them. */
  VtlSettings vtl(Path dist) {
    VtlSettings all = VtlSettings.usual(dist);
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      all = all.with(setting.getKey(), setting.getValue());
    }
    return all;
  }

  /** What follows {@code option}. */
  static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new BenchException(
          "Option \"%s\" needs a value; \"./vtl bench --help\" says which.".formatted(option));
    }
    return rest.next();
  }

  /** The number {@code text}, from {@code least} to {@code most}. */
  static double number(String option, String text, double least, double most) {
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (!(number >= least && number <= most)) {
      throw new BenchException(
          "\"%s %s\" is out of range; write a number from %s to %s."
              .formatted(option, text, plain(least), plain(most)));
    }
    return number;
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
