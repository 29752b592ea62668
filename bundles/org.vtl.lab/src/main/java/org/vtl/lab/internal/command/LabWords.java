package org.vtl.lab.internal.command;

import java.util.ArrayList;
import java.util.List;

/** The words that can follow in a call of {@code vtl:lab}. */
final class LabWords {
  private static final List<String> TRAFFIC =
      List.of("--from", "--ipv6", "--port", "--seconds", "--rate", "--connections", "--json");
  private static final List<String> DATAGRAMS =
      List.of("--from", "--ipv6", "--port", "--seconds", "--rate", "--size", "--json");
  private static final List<String> PING = List.of("--from", "--ipv6", "--count", "--json");

  private LabWords() {}

  /** What can stand behind {@code before}, where {@code hosts} are. */
  static List<String> after(List<String> before, List<String> hosts) {
    String last = before.isEmpty() ? "" : before.getLast();
    if (last.equals("--from")) {
      return hosts;
    }
    if (Words.isValued(last)) {
      return List.of();
    }
    Words words = new Words(before);
    List<String> all = new ArrayList<>();
    switch (words.operand(0)) {
      case "" -> all.addAll(List.of("ping", "traffic", "exec", "tor", "cable", "--help", "--json"));
      case "ping" -> all.addAll(PING);
      case "traffic" ->
          all.addAll(
              switch (words.operand(1)) {
                case "" -> List.of("tcp", "udp");
                case "udp" -> DATAGRAMS;
                default -> TRAFFIC;
              });
      case "exec" -> all.addAll(words.operand(1).isEmpty() ? hosts : List.of());
      case "tor" -> all.add("--json");
      case "cable" -> {
        if (words.operand(1).isEmpty()) {
          all.addAll(hosts);
        } else if (words.operand(2).isEmpty()) {
          all.addAll(List.of("pull", "plug"));
        }
      }
      default -> {}
    }
    all.removeAll(before); // an option once given
    return all;
  }
}
