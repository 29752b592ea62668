package org.vtl.service.tor.internal.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A circuit of Tor's.
 *
 * @param id Tor's number or name of it
 * @param state LAUNCHED, BUILT, GUARD_WAIT, EXTENDED, FAILED or CLOSED
 * @param path names of its relays, first to last
 * @param purpose such as GENERAL; empty if Tor does not say
 * @param user whose it is: the user given to the SOCKS port; empty if it is shared or nobody's
 */
public record Circuit(String id, String state, List<String> path, String purpose, String user) {
  /** The circuits in the value of {@code circuit-status}; lines that are none are left out. */
  static List<Circuit> read(String value) {
    List<Circuit> circuits = new ArrayList<>();
    for (String line : value.split("\n")) {
      List<String> words = Words.of(line);
      if (words.size() >= 2) {
        Map<String, String> pairs = Words.pairs(words);
        boolean hasPath = words.size() > 2 && words.get(2).startsWith("$");
        circuits.add(
            new Circuit(
                words.get(0),
                words.get(1),
                hasPath ? path(words.get(2)) : List.of(),
                pairs.getOrDefault("PURPOSE", ""),
                pairs.getOrDefault("SOCKS_USERNAME", "")));
      }
    }
    return circuits;
  }

  private static List<String> path(String text) {
    List<String> relays = new ArrayList<>();
    for (String relay : text.split(",")) {
      int name = Math.max(relay.indexOf('~'), relay.indexOf('='));
      relays.add(relay.substring(name + 1));
    }
    return relays;
  }
}
