package org.vtl.metrics.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads both text formats of Prometheus by their grammar, and holds them against their rules: a
 * family's lines stand together, HELP and TYPE before its samples, no sample twice, names and
 * suffixes as the type has them.
 */
final class ExpositionReader {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
  private static final Pattern BASE_UNIT = Pattern.compile(".*_(milli|micro|kilo|mega|minute).*");

  private final boolean open;
  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, String> helps = new HashMap<>();
  private final Map<String, String> units = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private String family = "";

  record Sample(String name, Map<String, String> labels, double value) {}

  private ExpositionReader(boolean open) {
    this.open = open;
  }

  static ExpositionReader readText(String text) {
    return new ExpositionReader(false).read(text);
  }

  static ExpositionReader readOpenMetrics(String text) {
    return new ExpositionReader(true).read(text);
  }

  private ExpositionReader read(String text) {
    require(text.endsWith("\n"), "the last line has no end");
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (open) {
      require(lines.removeLast().equals("# EOF"), "the end is missing");
    }
    lines.forEach(line -> require(line.startsWith("#") ? meta(line) : sample(line), line));
    for (String name : types.keySet()) {
      require(helps.containsKey(name), name + " has no help");
      require(!BASE_UNIT.matcher(name).matches(), name + " is not in a base unit");
    }
    return this;
  }

  private boolean meta(String line) {
    String[] words = line.split(" ", 4);
    require(words.length == 4 && words[0].equals("#"), line);
    if (!words[2].equals(family)) {
      require(!types.containsKey(words[2]), words[2] + " comes again");
      family = words[2];
    }
    return switch (words[1]) {
      case "HELP" -> helps.put(family, words[3]) == null && words[3].endsWith(".");
      case "TYPE" ->
          types.put(family, words[3]) == null
              && Set.of("counter", "gauge", "summary", "info").contains(words[3]);
      case "UNIT" -> open && units.put(family, words[3]) == null && family.endsWith("_" + words[3]);
      default -> false;
    };
  }

  private boolean sample(String line) {
    Matcher matcher = SAMPLE.matcher(line);
    require(matcher.matches(), line);
    String name = matcher.group(1);
    require(fits(name, matcher.group(2)), name + " is no sample of " + family);
    Map<String, String> labels = new LinkedHashMap<>();
    if (matcher.group(2) != null) {
      Matcher label = LABEL.matcher(matcher.group(2));
      int end = 0;
      while (end < matcher.group(2).length() && label.find(end) && label.start() == end) {
        require(labels.put(label.group(1), label.group(2)) == null, line);
        end = label.end();
      }
      require(end == matcher.group(2).length(), line);
    }
    require(seen.add(name + labels), line + " comes again");
    samples.add(new Sample(name, labels, Double.parseDouble(matcher.group(3))));
    return true;
  }

  private boolean fits(String name, String labels) {
    String type = types.getOrDefault(family, "none");
    return switch (type) {
      case "counter" ->
          open ? name.equals(family + "_total") : name.equals(family) && name.endsWith("_total");
      case "gauge" -> name.equals(family);
      case "info" -> name.equals(family + "_info");
      case "summary" ->
          name.equals(family + "_count")
              || name.equals(family + "_sum")
              || name.equals(family) && labels != null && labels.contains("quantile=\"0.");
      default -> false;
    };
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  List<Sample> samples() {
    return samples;
  }

  Map<String, String> types() {
    return types;
  }

  Set<String> names() {
    Set<String> names = new HashSet<>();
    samples.forEach(sample -> names.add(sample.name()));
    return names;
  }

  /** The value of the one sample of that name that has these labels. */
  double value(String name, Map<String, String> labels) {
    List<Double> found =
        samples.stream()
            .filter(sample -> sample.name().equals(name))
            .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
            .map(Sample::value)
            .toList();
    require(found.size() == 1, found.size() + " samples of " + name + labels);
    return found.getFirst();
  }
}
