package org.vtl.tcp.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vtl.connection.Endpoint;

/** One line of {@link ConnectionRules}. Immutable. */
final class ConnectionRule {
  private static final int MOST_PORT = 65_535;

  private final boolean takes;
  private boolean outbound = true;
  private boolean inbound = true;
  private Prefix[] vm;
  private Prefix[] peer;
  private int[] ports;

  private ConnectionRule(boolean takes) {
    this.takes = takes;
  }

  /** Reads one line; null for an empty one. */
  static ConnectionRule parse(String line) {
    String said = line.replaceFirst("#.*", "").strip().replaceAll("\\s*,\\s*", ",");
    if (said.isEmpty()) {
      return null;
    }
    String[] words = said.split("\\s+");
    ConnectionRule rule =
        switch (words[0]) {
          case "take" -> new ConnectionRule(true);
          case "bypass" -> new ConnectionRule(false);
          default ->
              throw new IllegalArgumentException(
                  "it begins with \"" + words[0] + "\"; begin it with take or bypass.");
        };
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < words.length; i++) {
      String word = words[i];
      if (!seen.add(word.equals("inbound") ? "outbound" : word)) {
        throw new IllegalArgumentException("\"" + word + "\" is one too many; leave it out.");
      }
      switch (word) {
        case "outbound" -> rule.inbound = false;
        case "inbound" -> rule.outbound = false;
        case "vm" -> rule.vm = prefixes(operand(words, ++i));
        case "peer" -> rule.peer = prefixes(operand(words, ++i));
        case "port" -> rule.ports = ports(operand(words, ++i));
        default ->
            throw new IllegalArgumentException(
                "\"" + word + "\" is no word of rules; use outbound, inbound, vm, peer or port.");
      }
    }
    return rule;
  }

  private static String operand(String[] words, int index) {
    if (index == words.length) {
      throw new IllegalArgumentException(
          "\"" + words[index - 1] + "\" lacks its values; write them behind it.");
    }
    return words[index];
  }

  private static Prefix[] prefixes(String list) {
    List<Prefix> prefixes = new ArrayList<>();
    for (String one : list.split(",", -1)) {
      prefixes.add(Prefix.parse(one));
    }
    return prefixes.toArray(Prefix[]::new);
  }

  /** Pairs: first and last port of each range. */
  private static int[] ports(String list) {
    String[] ranges = list.split(",", -1);
    int[] ports = new int[2 * ranges.length];
    for (int i = 0; i < ranges.length; i++) {
      String[] ends = ranges[i].split("-", 2);
      ports[2 * i] = port(ends[0], ranges[i]);
      ports[2 * i + 1] = port(ends[ends.length - 1], ranges[i]);
      if (ports[2 * i] > ports[2 * i + 1]) {
        throw new IllegalArgumentException(
            "ports \"" + ranges[i] + "\" end before they begin; write the lower one first.");
      }
    }
    return ports;
  }

  private static int port(String text, String whole) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > MOST_PORT) {
      throw new IllegalArgumentException(
          "\"" + whole + "\" is no port or range of ports; give numbers up to 65535, as in 80-90.");
    }
    return Integer.parseInt(text);
  }

  boolean takes() {
    return takes;
  }

  /** Whether it speaks of this connection; {@code port} is the one that was asked for. */
  boolean fits(boolean opensOutbound, Endpoint vmEnd, Endpoint peerEnd, int port) {
    return (opensOutbound ? outbound : inbound)
        && isAmong(vm, vmEnd)
        && isAmong(peer, peerEnd)
        && isAmong(ports, port);
  }

  private static boolean isAmong(Prefix[] prefixes, Endpoint end) {
    if (prefixes == null) {
      return true;
    }
    for (Prefix prefix : prefixes) {
      if (prefix.covers(end.addressHigh(), end.addressLow())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAmong(int[] ranges, int port) {
    if (ranges == null) {
      return true;
    }
    for (int i = 0; i < ranges.length; i += 2) {
      if (port >= ranges[i] && port <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
