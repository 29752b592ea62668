package org.vtl.lab.internal.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words of one call, sorted into options and operands. */
final class Words {
  /** The words are not what the command takes; the message says so in one sentence. */
  static final class Misuse extends RuntimeException {
    Misuse(String message) {
      super(message + "; \"vtl:lab --help\" says how it goes.");
    }
  }

  private static final Set<String> FLAGS = Set.of("--help", "--json", "--ipv6");
  private static final Set<String> VALUED =
      Set.of("--from", "--seconds", "--rate", "--count", "--port", "--size", "--connections");

  private final List<String> operands = new ArrayList<>();
  private final Map<String, String> options = new HashMap<>();

  /**
   * Sorts {@code words}. All that follows {@code exec HOST} is the program's own.
   *
   * @throws Misuse if an option is unknown or has no value
   */
  Words(List<String> words) {
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      if (isProgram() || !word.startsWith("--")) {
        operands.add(word);
      } else if (FLAGS.contains(word)) {
        options.put(word, "");
      } else if (!VALUED.contains(word)) {
        throw new Misuse("vtl:lab has no option \"" + word + "\"");
      } else if (!rest.hasNext()) {
        throw new Misuse("Option " + word + " needs a value");
      } else {
        options.put(word, rest.next());
      }
    }
  }

  /** Whether {@code word} is an option that a value follows. */
  static boolean isValued(String word) {
    return VALUED.contains(word);
  }

  private boolean isProgram() {
    return operands.size() >= 2 && operands.getFirst().equals("exec");
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  String text(String option, String otherwise) {
    return options.getOrDefault(option, otherwise);
  }

  /**
   * The option's number.
   *
   * @throws Misuse if it is none from {@code least} to {@code most}
   */
  int number(String option, int otherwise, int least, int most) {
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
    throw new Misuse(
        "Option %s is \"%s\", and must be a number from %d to %d"
            .formatted(option, value, least, most));
  }

  /** Operand {@code index}; empty when there are fewer. */
  String operand(int index) {
    return index < operands.size() ? operands.get(index) : "";
  }

  List<String> operandsFrom(int index) {
    return operands.subList(Math.min(index, operands.size()), operands.size());
  }
}
