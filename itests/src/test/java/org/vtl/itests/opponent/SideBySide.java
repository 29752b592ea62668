package org.vtl.itests.opponent;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was seen through both firewalls, as a table; and which differences have no reason. */
final class SideBySide {
  private final Map<String, Map<String, Pair<String>>> scans = new LinkedHashMap<>();
  private final Set<AllowedDifference> possible = EnumSet.noneOf(AllowedDifference.class);
  private final Set<AllowedDifference> found = EnumSet.noneOf(AllowedDifference.class);
  private final List<String> unexplained = new ArrayList<>();

  void add(String scan, String port, Pair<String> seen) {
    scans.computeIfAbsent(scan, name -> new LinkedHashMap<>()).put(port, seen);
    for (AllowedDifference each : AllowedDifference.values()) {
      if (each.isPossible(scan, port)) {
        possible.add(each);
      }
    }
    if (!seen.same()) {
      AllowedDifference difference = AllowedDifference.of(scan, port, seen);
      if (difference == null) {
        unexplained.add(
            "%s, %s: \"%s\" through nft, \"%s\" through VTL"
                .formatted(scan, port, seen.nft(), seen.vtl()));
      } else {
        found.add(difference);
      }
    }
  }

  List<String> unexplained() {
    return unexplained;
  }

  /** Allowed differences that were not met. */
  Set<AllowedDifference> unused() {
    Set<AllowedDifference> unused = EnumSet.copyOf(possible);
    unused.removeAll(found);
    return unused;
  }

  /** A line for each scan: its ports by what both saw of them. */
  String byScan() {
    StringBuilder text = new StringBuilder("What nmap sees through nft and through VTL\n");
    scans.forEach(
        (scan, ports) -> {
          Map<String, List<String>> states = new LinkedHashMap<>();
          ports.forEach(
              (port, seen) ->
                  states
                      .computeIfAbsent(words(scan, port, seen), each -> new ArrayList<>())
                      .add(port.substring(port.indexOf('/') + 1)));
          String name = scan;
          for (Map.Entry<String, List<String>> state : states.entrySet()) {
            text.append(
                "  %-18s %-28s %s%n"
                    .formatted(name, state.getKey(), String.join(" ", state.getValue())));
            name = "";
          }
        });
    return text.toString();
  }

  /** A line for each port or packet. */
  String byPort() {
    StringBuilder text = new StringBuilder("What comes back through nft and through VTL\n");
    scans.forEach(
        (scan, ports) ->
            ports.forEach(
                (port, seen) ->
                    text.append("  %-34s %s%n".formatted(port, words(scan, port, seen)))));
    return text.toString();
  }

  private static String words(String scan, String port, Pair<String> seen) {
    if (seen.same()) {
      return seen.nft() + " both";
    }
    AllowedDifference difference = AllowedDifference.of(scan, port, seen);
    String name = difference == null ? "NOT ALLOWED" : difference.title();
    return "nft " + seen.nft() + ", VTL " + seen.vtl() + " (" + name + ")";
  }

  /** Orders ports by protocol and number. */
  static int compare(String one, String other) {
    int slash = one.indexOf('/') + 1;
    int order = one.substring(0, slash).compareTo(other.substring(0, other.indexOf('/') + 1));
    return order != 0
        ? order
        : Integer.compare(
            Integer.parseInt(one.substring(slash)),
            Integer.parseInt(other.substring(other.indexOf('/') + 1)));
  }
}
