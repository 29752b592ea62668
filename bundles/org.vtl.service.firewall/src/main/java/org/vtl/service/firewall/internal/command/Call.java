package org.vtl.service.firewall.internal.command;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The words of one call, sorted. */
final class Call {
  private final Verb verb;
  private final Map<Verb.Option, String> options = new EnumMap<>(Verb.Option.class);
  private final List<String> operands = new ArrayList<>();

  private Call(Verb verb) {
    this.verb = verb;
  }

  /**
   * Sorts the words behind the command's name; none, or options only, mean {@code show}. Behind
   * {@code --} all are operands.
   *
   * @throws Misuse in one sentence, if a word is unknown, or one is missing or too many
   */
  static Call parse(List<String> words) {
    boolean named = !words.isEmpty() && !words.getFirst().startsWith("--");
    Verb verb = named ? Verb.of(words.getFirst()) : Verb.SHOW;
    if (verb == null) {
      throw new Misuse(
          "The firewall cannot "
              + words.getFirst()
              + "; it can "
              + String.join(", ", Verb.allWords())
              + ", and vtl:firewall --help says more.");
    }
    Call call = new Call(verb);
    Iterator<String> rest = words.listIterator(named ? 1 : 0);
    while (rest.hasNext()) {
      String word = rest.next();
      if (word.equals("--")) {
        rest.forEachRemaining(call.operands::add);
      } else if (word.startsWith("--")) {
        call.take(word, rest);
      } else {
        call.operands.add(word);
      }
    }
    if (!call.has(Verb.Option.HELP)) {
      call.checkOperands();
    }
    return call;
  }

  private void take(String word, Iterator<String> rest) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    Verb.Option option = option(name);
    if (!option.hasValue()) {
      if (equals >= 0) {
        throw new Misuse("Option " + name + " takes no value; leave it out.");
      }
      options.put(option, "");
    } else if (equals >= 0) {
      options.put(option, word.substring(equals + 1));
    } else if (rest.hasNext()) {
      options.put(option, rest.next());
    } else {
      throw new Misuse("Option " + name + " needs a value behind it.");
    }
  }

  private Verb.Option option(String name) {
    List<Verb.Option> taken = new ArrayList<>(verb.options());
    taken.add(Verb.Option.JSON);
    taken.add(Verb.Option.HELP);
    return taken.stream()
        .filter(option -> option.word().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Misuse(
                    "vtl:firewall "
                        + verb.word()
                        + " has no option "
                        + name
                        + "; it has "
                        + String.join(", ", taken.stream().map(Verb.Option::word).toList())
                        + "."));
  }

  private void checkOperands() {
    if (operands.size() < verb.fewest()) {
      throw new Misuse(
          "vtl:firewall "
              + verb.word()
              + " needs "
              + (verb == Verb.TEST
                  ? "a packet, such as \"tcp 10.0.0.2:1234 > 10.0.0.9:22\"."
                  : "a file: plain lines of rules, or a .cfg.json that has them."));
    }
    if (operands.size() > verb.most()) {
      throw new Misuse(
          "\""
              + operands.get(verb.most())
              + "\" is too much for vtl:firewall "
              + verb.word()
              + "; vtl:firewall --help says what to give.");
    }
  }

  Verb verb() {
    return verb;
  }

  List<String> operands() {
    return operands;
  }

  boolean has(Verb.Option option) {
    return options.containsKey(option);
  }

  /** The option's value, or {@code otherwise} when it was not given. */
  String text(Verb.Option option, String otherwise) {
    return options.getOrDefault(option, otherwise);
  }

  /**
   * The option's value as a number.
   *
   * @throws Misuse if it is none from {@code least} to {@code most}
   */
  int number(Verb.Option option, int otherwise, int least, int most) {
    String value = options.get(option);
    if (value == null) {
      return otherwise;
    }
    if (value.matches("\\d{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new Misuse(
        "Option "
            + option.word()
            + " is \""
            + value
            + "\"; give a number from "
            + least
            + " to "
            + most
            + ".");
  }

  /**
   * Whether {@code first} was given rather than {@code second}.
   *
   * @throws Misuse if both were
   */
  boolean isRather(Verb.Option first, Verb.Option second) {
    if (has(first) && has(second)) {
      throw new Misuse(
          "Options "
              + first.word()
              + " and "
              + second.word()
              + " exclude each other;"
              + " leave one out.");
    }
    return has(first);
  }
}
