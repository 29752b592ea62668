package org.vtl.itests.firewall;

import java.util.stream.Collectors;

/**
 * A policy in VTL's words, and the same in nft's: the words of a rule are nft's own, only its
 * direction is written as an interface there.
 */
enum Rules {
  /** The VM may open whatever it likes, the network nothing. */
  CLIENT(
      """
      policy inbound drop
      policy outbound drop
      antispoof off
      ct state invalid drop id invalid
      ct state established,related accept id established
      outbound ct state new accept id opens
      """),
  /** The network may open some, too. */
  SERVER(
      """
      policy inbound drop
      policy outbound drop
      antispoof off
      ct state invalid drop id invalid
      ct state established,related accept id established
      outbound ct state new accept id opens
      inbound tcp dport 80 ct state new accept id web
      inbound udp dport 53 ct state new accept id names
      inbound icmp type echo-request ct state new accept id echo
      inbound icmpv6 type echo-request ct state new accept id echo6
      """);

  private final String text;

  Rules(String text) {
    this.text = text;
  }

  /** As {@code rules} of the firewall's configuration has it. */
  String[] lines() {
    return text.lines().toArray(String[]::new);
  }

  /** For nft(8). */
  String nft() {
    return text.lines()
        .filter(line -> !line.startsWith("policy ") && !line.startsWith("antispoof "))
        .map(line -> line.replaceFirst(" id \\w+$", ""))
        .map(line -> line.replaceFirst("^outbound ", "iifname \"vm\" "))
        .map(line -> line.replaceFirst("^inbound ", "iifname \"net\" "))
        .collect(
            Collectors.joining(
                "\n",
                "table inet differential { chain forward {\n"
                    + "type filter hook forward priority 0; policy drop;\n",
                "\n}\n}\n"));
  }
}
