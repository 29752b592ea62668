package org.vtl.service.tor.internal;

import java.util.List;
import org.vtl.tcp.policy.Prefix;

/**
 * Addresses that mean something only where they are, or nothing (IANA's special-purpose
 * registries): no exit should be asked for them. Those for documentation are not among them.
 */
final class LocalAddresses {
  private static final Prefix[] ALL =
      List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/96",
              "64:ff9b:1::/48",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .stream()
          .map(Prefix::parse)
          .toArray(Prefix[]::new);

  private LocalAddresses() {}

  /** Whether the address, IPv4 mapped, is one of them. */
  static boolean contain(long high, long low) {
    for (Prefix prefix : ALL) {
      if (prefix.covers(high, low)) {
        return true;
      }
    }
    return false;
  }
}
