package org.vtl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.runner.RunnerException;
import org.vtl.bench.micro.FirewallRules;
import org.vtl.bench.micro.Micro;
import org.vtl.bench.micro.Scale;

/**
 * The group "micro": what one step costs, without a kernel, and what a million connections take.
 */
final class MicroGroup {
  /** The group's name. */
  static final String ALL = "micro";

  private static final String SCALE = "scale";
  private static final String FIREWALL = "firewall";
  private static final int PROGRAM_SECONDS = 120;

  private MicroGroup() {}

  /** Whether {@code name} is the group or a part of it. */
  static boolean has(String name) {
    return name.equals(ALL)
        || name.equals(SCALE)
        || name.equals(FIREWALL)
        || Micro.NAMES.contains(name);
  }

  static String list() {
    return "  micro    all of the following; each can be named by itself\n  "
        + String.join("\n  ", Micro.NAMES)
        + "\n  scale    a million connections: bytes, lookup, expiry"
        + "\n  firewall rules of the firewall: read, compile, bytes, lookup\n";
  }

  /**
   * Runs those of {@code names} that are parts, or all of them if one is the group.
   *
   * @param java options of the Java virtual machine
   */
  static List<Micro.Figure> run(List<String> names, List<String> java, Path target, boolean quick) {
    Set<String> parts = new LinkedHashSet<>(names);
    if (parts.contains(ALL)) {
      parts.addAll(Micro.NAMES);
    }
    parts.retainAll(Micro.NAMES);
    if (parts.isEmpty()) {
      return List.of();
    }
    try {
      return Micro.run(List.copyOf(parts), java, target.resolve("micro.txt"), quick);
    } catch (RunnerException e) {
      throw new BenchException(
          "JMH failed: %s; its report is %s."
              .formatted(e.getMessage(), target.resolve("micro.txt")),
          e);
    }
  }

  /** Runs the scale, if {@code names} ask for it, in a Java of its own; empty if they do not. */
  static String scale(List<String> names, List<String> java) {
    return program(SCALE, Scale.class, names, java);
  }

  /** Runs the rules of the firewall, if {@code names} ask for it; empty if they do not. */
  static String firewall(List<String> names, List<String> java) {
    return program(FIREWALL, FirewallRules.class, names, java);
  }

  private static String program(
      String name, Class<?> program, List<String> names, List<String> java) {
    if (!names.contains(ALL) && !names.contains(name)) {
      return "";
    }
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(java);
    words.add("--enable-native-access=ALL-UNNAMED");
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    return Program.must(PROGRAM_SECONDS, words);
  }

  static String table(List<Micro.Figure> figures) {
    TextTable table = new TextTable();
    table.row("micro", "ns", "±", "bytes allocated");
    for (Micro.Figure figure : figures) {
      table.row(
          figure.name(),
          "%.1f".formatted(figure.nanos()),
          "%.1f".formatted(figure.error()),
          "%.3f".formatted(figure.bytes()));
    }
    return table.toString();
  }
}
