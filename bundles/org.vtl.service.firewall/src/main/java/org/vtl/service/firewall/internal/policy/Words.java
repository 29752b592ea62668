package org.vtl.service.firewall.internal.policy;

import java.util.Collection;
import java.util.List;
import org.vtl.text.Nearest;

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

  /**
   * What to do about a word that is none of {@code words}, as the end of a sentence: to write the
   * one that it was probably to be, or {@code otherwise}.
   */
  static String remedy(String word, Collection<String> words, String otherwise) {
    return Nearest.of(word, words)
        .map(meant -> "write \"" + meant + "\", if that is meant.")
        .orElse(otherwise);
  }
}
