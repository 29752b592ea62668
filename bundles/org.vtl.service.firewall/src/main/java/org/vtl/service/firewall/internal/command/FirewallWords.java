package org.vtl.service.firewall.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.vtl.service.firewall.internal.ruleset.State;

/** The words that can follow in a call of {@code vtl:firewall}. */
final class FirewallWords {
  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "icmp", "icmpv6", "sctp");

  private FirewallWords() {}

  /**
   * What can stand behind {@code before}.
   *
   * @param links names of the links
   * @param rules ids of the rules in force
   */
  static List<String> after(List<String> before, List<String> links, List<String> rules) {
    if (before.isEmpty()) {
      List<String> words = new ArrayList<>(Verb.allWords());
      words.addAll(options(Verb.SHOW, before));
      words.add(Verb.Option.HELP.word());
      return words;
    }
    Verb verb = before.getFirst().startsWith("--") ? Verb.SHOW : Verb.of(before.getFirst());
    if (verb == null) {
      return List.of();
    }
    for (Verb.Option option : verb.options()) {
      if (option.hasValue() && option.word().equals(before.getLast())) {
        return values(option, links, rules);
      }
    }
    List<String> words = new ArrayList<>(options(verb, before));
    long operands = operands(verb, before);
    if (verb == Verb.TEST && operands == 0) {
      words.addAll(PROTOCOLS);
    } else if (verb == Verb.ADDRESSES && operands == 0) {
      words.addAll(List.of("forget", "learn"));
    }
    return words;
  }

  private static List<String> values(Verb.Option option, List<String> links, List<String> rules) {
    return switch (option) {
      case LINK -> links;
      case RULE -> rules;
      case STATE -> Stream.of(State.values()).map(Words::of).toList();
      default -> List.of();
    };
  }

  /** The options of {@code verb} that are not there yet. */
  private static List<String> options(Verb verb, List<String> before) {
    return Stream.concat(verb.options().stream(), Stream.of(Verb.Option.JSON))
        .map(Verb.Option::word)
        .filter(word -> !before.contains(word))
        .toList();
  }

  private static long operands(Verb verb, List<String> before) {
    long operands = 0;
    for (int i = 1; i < before.size(); i++) {
      String last = before.get(i - 1);
      boolean value =
          verb.options().stream()
              .anyMatch(option -> option.hasValue() && option.word().equals(last));
      operands += value || before.get(i).startsWith("--") ? 0 : 1;
    }
    return operands;
  }
}
