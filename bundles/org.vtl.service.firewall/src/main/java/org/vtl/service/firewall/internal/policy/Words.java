package org.vtl.service.firewall.internal.policy;

import java.util.Collection;
import java.util.List;

/** The words that statements and the parts of a rule begin with. */
final class Words {
  /** What begins a statement that is no rule. */
  static final List<String> STATEMENTS = List.of("set", "policy", "antispoof", "link", "address");

  /** What begins a part of a rule. */
  static final List<String> PARTS =
      List.of(
          "inbound",
          "outbound",
          "ether",
          "vlan",
          "meta",
          "ip",
          "ip6",
          "tcp",
          "udp",
          "sctp",
          "th",
          "icmp",
          "icmpv6",
          "ct",
          "limit",
          "counter",
          "log",
          "comment",
          "id",
          "accept",
          "drop",
          "reject",
          "synproxy");

  private Words() {}

  static boolean beginsStatement(Token token) {
    return token.type() == Token.Type.WORD && STATEMENTS.contains(token.text())
        || token.isWord("inbound")
        || token.isWord("outbound");
  }

  static boolean beginsPart(Token token) {
    return token.type() == Token.Type.WORD && PARTS.contains(token.text());
  }

  /** The word of {@code words} that {@code word} was probably to be, or null. */
  static String meant(String word, Collection<String> words) {
    String best = null;
    int least = Math.min(3, word.length() / 2 + 1);
    for (String candidate : words) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Letters to insert, delete or replace to make {@code b} of {@code a}. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
