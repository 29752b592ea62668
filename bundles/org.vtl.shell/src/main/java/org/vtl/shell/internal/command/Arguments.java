package org.vtl.shell.internal.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.vtl.text.Nearest;

/** The words of one call, sorted into options and operands. */
final class Arguments {
  private final Syntax syntax;
  private final Map<String, String> options = new HashMap<>();
  private final List<String> operands = new ArrayList<>();

  private Arguments(Syntax syntax) {
    this.syntax = syntax;
  }

  /**
   * Sorts the words behind the command's name. A value follows its option as the next word or
   * behind {@code =}; behind {@code --} all are operands.
   *
   * @throws Failure if an option is unknown, a value is missing or too much, or the number of
   *     operands is wrong; with {@code --help} only the first two
   */
  static Arguments parse(Syntax syntax, List<String> words) throws Failure {
    Arguments arguments = new Arguments(syntax);
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      if (word.equals("--")) {
        rest.forEachRemaining(arguments.operands::add);
      } else if (word.length() > 1 && word.startsWith("-") && !isNumber(word)) {
        arguments.takeOption(word, rest);
      } else {
        arguments.operands.add(word);
      }
    }
    if (!arguments.has("--help")) {
      arguments.checkOperands();
    }
    return arguments;
  }

  private static boolean isNumber(String word) {
    return Character.isDigit(word.charAt(1));
  }

  private void takeOption(String word, Iterator<String> rest) throws Failure {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    Option option =
        syntax
            .option(name)
            .orElseThrow(
                () ->
                    Failure.usage(
                        "%s has no option \"%s\"%s"
                            .formatted(
                                syntax.name(),
                                name,
                                Nearest.hint(
                                    name,
                                    syntax.options().stream().map(Option::name).toList(),
                                    syntax.name() + " --help"))));
    if (option.isFlag()) {
      if (equals >= 0) {
        throw Failure.usage(
            "Option %s of %s takes no value; leave out \"%s\"."
                .formatted(name, syntax.name(), word.substring(equals)));
      }
      options.put(name, "");
    } else if (equals >= 0) {
      options.put(name, word.substring(equals + 1));
    } else if (rest.hasNext()) {
      options.put(name, rest.next());
    } else {
      throw Failure.usage(
          "Option %s of %s needs a value: %s.".formatted(name, syntax.name(), option.usage()));
    }
  }

  private void checkOperands() throws Failure {
    if (operands.size() < syntax.fewest()) {
      throw Failure.usage("%s needs more words; %s.".formatted(syntax.name(), syntax.usage()));
    }
    if (operands.size() > syntax.most()) {
      throw Failure.usage(
          "%s does not know what to do with \"%s\"; %s."
              .formatted(syntax.name(), operands.get(syntax.most()), syntax.usage()));
    }
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  /** The option's value, or {@code otherwise} when it was not given. */
  String text(String option, String otherwise) {
    return options.getOrDefault(option, otherwise);
  }

  /**
   * The option's value as a number.
   *
   * @throws Failure if it is none from {@code least} to {@code most}
   */
  int number(String option, int otherwise, int least, int most) throws Failure {
    String value = options.get(option);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, with the range.
    }
    throw Failure.usage(
        "Option %s of %s is \"%s\", and must be a number from %d to %d."
            .formatted(option, syntax.name(), value, least, most));
  }

  List<String> operands() {
    return operands;
  }

  /** Operand {@code index}, or an empty string when there are fewer. */
  String operand(int index) {
    return index < operands.size() ? operands.get(index) : "";
  }
}
