package org.vtl.shell.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vtl.text.Table;

/**
 * How a command is called, for its parser, its help and its completion. Built once per command.
 *
 * <p>Every command has {@code --json} and {@code --help}.
 */
public final class Syntax {
  private final String name;
  private final String summary;
  private final List<Option> options = new ArrayList<>();
  private final List<String> examples = new ArrayList<>();
  private final List<Noun> nouns = new ArrayList<>();
  private final List<String> details = new ArrayList<>();
  private String operands = "";
  private int fewest;
  private int most;

  private Syntax(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  /**
   * Begins the syntax of a command without operands.
   *
   * @param summary what it does, in a few words, lower case, no full stop
   */
  static Syntax of(String name, String summary) {
    return new Syntax(name, summary);
  }

  /**
   * @param text the operands as usage shows them
   * @param fewest how many there must be
   * @param most how many there may be
   * @param nouns what each names; the last holds for all that follow
   */
  Syntax operands(String text, int fewest, int most, Noun... nouns) {
    this.operands = text;
    this.fewest = fewest;
    this.most = most;
    this.nouns.addAll(List.of(nouns));
    return this;
  }

  Syntax flag(String option, String help) {
    options.add(new Option(option, "", help, Noun.NONE));
    return this;
  }

  Syntax option(String option, String value, String help, Noun noun) {
    options.add(new Option(option, value, help, noun));
    return this;
  }

  /** Adds a paragraph to the help. */
  Syntax detail(String sentences) {
    details.add(sentences);
    return this;
  }

  Syntax example(String line) {
    examples.add(line);
    return this;
  }

  public String name() {
    return name;
  }

  public String summary() {
    return summary;
  }

  int fewest() {
    return fewest;
  }

  int most() {
    return most;
  }

  public List<String> examples() {
    return List.copyOf(examples);
  }

  /** All options, {@code --json} and {@code --help} last. */
  public List<Option> options() {
    List<Option> all = new ArrayList<>(options);
    all.add(Option.JSON);
    all.add(Option.HELP);
    return all;
  }

  Optional<Option> option(String word) {
    return options().stream().filter(option -> option.name().equals(word)).findFirst();
  }

  /** What operand {@code index} names. */
  Noun noun(int index) {
    return nouns.isEmpty() || index >= most
        ? Noun.NONE
        : nouns.get(Math.min(index, nouns.size() - 1));
  }

  String usage() {
    return "usage: " + name + " [OPTION...]" + (operands.isEmpty() ? "" : " " + operands);
  }

  /** Usage, summary, options and examples. */
  String help(int columns) {
    StringBuilder text = new StringBuilder(usage()).append("\n\n");
    String first = Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
    Table.wrap(text, first, "", columns);
    for (String detail : details) {
      Table.wrap(text, detail, "", columns);
    }
    text.append('\n');
    int width = options().stream().mapToInt(option -> option.usage().length()).max().orElse(0);
    for (Option option : options()) {
      String label = option.usage();
      text.append("  ").append(label).repeat(' ', width - label.length() + 2);
      text.append(option.help()).append('\n');
    }
    text.append("\nexamples:\n");
    for (String example : examples) {
      text.append("  ").append(example).append('\n');
    }
    return text.toString();
  }
}
