package org.vtl.service.firewall.internal.command;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What {@code vtl:firewall} can do: the first word, and what may follow it. */
enum Verb {
  SHOW(0, 0, Option.LINK, Option.TEXT),
  CHECK(1, 1),
  DIFF(1, 1),
  APPLY(1, 1, Option.KEEP, Option.END, Option.CONFIRM),
  CONFIRM(0, 0),
  ROLLBACK(0, 0),
  TEST(1, Integer.MAX_VALUE, Option.LINK, Option.IN, Option.OUT, Option.STATE, Option.FILE),
  LOG(0, 0, Option.FOLLOW, Option.COUNT, Option.RULE),
  ADDRESSES(0, 2, Option.LINK),
  CONNECTIONS(0, 0, Option.REFUSED);

  /** What may stand anywhere behind the first word. */
  enum Option {
    LINK(true),
    TEXT(false),
    KEEP(false),
    END(false),
    CONFIRM(true),
    IN(false),
    OUT(false),
    STATE(true),
    FILE(true),
    FOLLOW(false),
    COUNT(true),
    RULE(true),
    REFUSED(true),
    JSON(false),
    HELP(false);

    private final boolean hasValue;

    Option(boolean hasValue) {
      this.hasValue = hasValue;
    }

    boolean hasValue() {
      return hasValue;
    }

    /** As it is typed: {@code --link}. */
    String word() {
      return "--" + name().toLowerCase(Locale.ROOT);
    }
  }

  private final int fewest;
  private final int most;
  private final List<Option> options;

  Verb(int fewest, int most, Option... options) {
    this.fewest = fewest;
    this.most = most;
    this.options = List.of(options);
  }

  /** How many operands it needs. */
  int fewest() {
    return fewest;
  }

  /** How many operands it takes. */
  int most() {
    return most;
  }

  /** What it takes besides {@code --json} and {@code --help}. */
  List<Option> options() {
    return options;
  }

  /** As it is typed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The verb that is typed so, or null. */
  static Verb of(String word) {
    return Arrays.stream(values())
        .filter(verb -> verb.word().equals(word))
        .findFirst()
        .orElse(null);
  }

  /** All, as they are typed. */
  static List<String> allWords() {
    return Arrays.stream(values()).map(Verb::word).toList();
  }
}
