package org.vtl.itests.opponent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A site whose firewall is a routing kernel with nftables and conntrack. */
final class KernelSite extends Site {
  private static final String ROUTER_OUTSIDE = "10.9.2.1";
  private static final String ROUTER_INSIDE = "10.9.1.1";

  private final boolean proxies;

  KernelSite(String name, Path temporary, SharedRules rules) throws IOException {
    super(name);
    middle.write("net/ipv4/ip_forward", "1");
    middle.write("net/ipv6/conf/all/forwarding", "1");
    middle.ip("address", "add", ROUTER_OUTSIDE + "/24", "dev", "outside");
    middle.ip("address", "add", ROUTER_INSIDE + "/24", "dev", "inside");
    middle.ip("address", "add", "fd09:2::1/64", "dev", "outside", "nodad");
    middle.ip("address", "add", "fd09:1::1/64", "dev", "inside", "nodad");
    // The way back to whoever a flood says it is from.
    middle.ip("route", "add", "default", "via", OUTSIDE);
    outside.ip("route", "add", "default", "via", ROUTER_OUTSIDE);
    inside.ip("route", "add", "default", "via", ROUTER_INSIDE);
    outside.ip("-6", "route", "add", "default", "via", "fd09:2::1");
    inside.ip("-6", "route", "add", "default", "via", "fd09:1::1");
    if (rules.hasProxy()) {
      middle.write("net/netfilter/nf_conntrack_tcp_loose", "0"); // its ACKs must fit nothing
    }
    proxies = load(temporary, rules).status() == 0;
    if (!proxies) {
      Words.Outcome outcome = load(temporary, rules.withoutProxy());
      if (outcome.status() != 0) {
        throw new IOException("nft failed: " + outcome.said());
      }
    }
  }

  private Words.Outcome load(Path temporary, SharedRules rules) throws IOException {
    Path file = temporary.resolve("rules.nft");
    Files.writeString(file, rules.nft());
    return middle.run(20, "nft", "-f", file.toString());
  }

  @Override
  boolean proxies() {
    return proxies;
  }

  @Override
  String title() {
    return "nft";
  }
}
