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

  /** For nft: a file with a chain for what is forwarded. */
  String nft() {
    StringBuilder text =
        new StringBuilder(
            """
            table inet site {
              chain forward {
                type filter hook forward priority filter; policy drop;
            """);
    for (String line : lines) {
      text.append("    ")
          .append(
              line.replaceFirst("^inbound ", "iifname \"outside\" ")
                  .replaceFirst("^outbound ", "iifname \"inside\" ")
                  .replaceFirst(" id \\S+", ""))
          .append('\n');
    }
    return text.append("    iifname \"inside\" accept\n  }\n}\n").toString();
  }
}
