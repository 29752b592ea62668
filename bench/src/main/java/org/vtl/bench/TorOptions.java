package org.vtl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@code ./vtl bench tor} is asked for.
 *
 * @param names carriers; empty for all
 * @param works what is measured of each
 * @param server the SOCKS server
 * @param rounds how often each is measured
 * @param millis how long a transfer is
 * @param adding whether to add to the figures of the run before
 */
record TorOptions(
    List<String> names,
    Set<Work> works,
    SocksServer server,
    int rounds,
    int millis,
    boolean adding) {

  /** What is measured of a carrier. */
  enum Work {
    /** One connection, bytes from the host to the server. */
    UP,
    /** The same, the other way. */
    DOWN,
    /** From {@code connect} to the first byte of an answer. */
    FIRST,
    /** Memory with many connections, after all rounds. */
    HELD;

    String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static TorOptions parse(List<String> words) {
    List<String> names = new ArrayList<>();
    Set<Work> works = EnumSet.allOf(Work.class);
    SocksServer server = SocksServer.DANTE;
    int rounds = 3;
    double seconds = 3;
    boolean adding = false;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--quick" -> {
          rounds = 1;
          seconds = 1.5;
        }
        case "--microsocks" -> server = SocksServer.MICROSOCKS;
        case "--add" -> adding = true;
        case "--workload" -> works = works(Options.value(word, rest));
        case "--rounds" -> rounds = (int) Options.number(word, Options.value(word, rest), 1, 99);
        case "--seconds" -> seconds = Options.number(word, Options.value(word, rest), 0.1, 120);
        default -> names.add(word);
      }
    }
    return new TorOptions(names, works, server, rounds, (int) (seconds * 1000), adding);
  }

  private static Set<Work> works(String text) {
    Set<Work> chosen = EnumSet.noneOf(Work.class);
    for (String word : text.split(",")) {
      chosen.add(
          Arrays.stream(Work.values())
              .filter(work -> work.title().equals(word))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BenchException(
                          "\"%s\" is no workload of \"bench tor\"; it has up, down, first and held."
                              .formatted(word))));
    }
    return chosen;
  }

  /** Whether {@code name} was named, or none was. */
  boolean wants(String name) {
    return names.isEmpty() || names.contains(name);
  }
}
