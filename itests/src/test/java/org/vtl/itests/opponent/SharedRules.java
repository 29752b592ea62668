package org.vtl.itests.opponent;

import java.util.List;

/**
 * Rules that both firewalls are given: written once, in VTL's words, which are nft's besides the
 * direction and the rule's id.
 *
 * @param lines rules; not the policies, which are always: what leaves is accepted, what comes is
 *     dropped
 */
record SharedRules(List<String> lines) {
  /** For VTL: lines of its policy. */
  List<String> vtl() {
    List<String> all = new java.util.ArrayList<>();
    all.add("policy inbound drop");
    all.add("policy outbound accept");
    all.addAll(lines);
    all.add("link site { address " + String.join(", ", ADDRESSES) + " }");
    return all;
  }

  private static final List<String> ADDRESSES = List.of(Site.INSIDE, Site.INSIDE_6, "fe80::/64");

  /** For nft: a file with a chain for what is forwarded, and what its SYN proxy takes besides. */
  String nft() {
    StringBuilder untracked = new StringBuilder();
    StringBuilder proxied = new StringBuilder();
    StringBuilder others = new StringBuilder();
    for (String line : lines) {
      String rule =
          line.replaceFirst("^inbound ", "iifname \"outside\" ")
              .replaceFirst("^outbound ", "iifname \"inside\" ")
              .replaceFirst(" id \\S+", "");
      if (isProxy(line)) {
        // Its proxy takes first segments that are not tracked, and ACKs that fit nothing tracked.
        String who = rule.substring(0, rule.indexOf(" ct state new"));
        String how = rule.substring(rule.indexOf("synproxy"));
        untracked.append("    " + who + " tcp flags & (fin|syn|rst|ack) == syn notrack\n");
        proxied.append("    " + who + " ct state invalid,untracked " + how + " sack-perm\n");
      } else {
        others.append("    " + rule + "\n");
      }
    }
    return """
    table inet site {
      chain first {
        type filter hook prerouting priority raw; policy accept;
    %s  }
      chain forward {
        type filter hook forward priority filter; policy drop;
    %s%s    iifname "inside" accept
      }
    }
    """
        .formatted(untracked, proxied, others);
  }

  /** The same without a SYN proxy: what it opened is accepted. */
  SharedRules withoutProxy() {
    return new SharedRules(
        lines.stream()
            .map(line -> isProxy(line) ? line.replaceFirst("synproxy .* id", "accept id") : line)
            .toList());
  }

  boolean hasProxy() {
    return lines.stream().anyMatch(SharedRules::isProxy);
  }

  private static boolean isProxy(String line) {
    return line.contains(" synproxy ");
  }
}
