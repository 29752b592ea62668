package org.vtl.service.firewall.internal.command;

import java.util.Locale;
import org.vtl.packet.Address;
import org.vtl.packet.Protocol;

/** Names of things as people read them. */
final class Words {
  private static final int SCTP = 132;

  private Words() {}

  /** {@code established} of {@code ESTABLISHED}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** An IP protocol: {@code tcp}, or {@code protocol 47}. */
  static String protocol(int protocol) {
    return switch (protocol) {
      case Protocol.TCP -> "tcp";
      case Protocol.UDP -> "udp";
      case Protocol.ICMP -> "icmp";
      case Protocol.ICMPV6 -> "icmpv6";
      case SCTP -> "sctp";
      default -> "protocol " + protocol;
    };
  }

  /** An end: {@code 10.0.0.1:22}, {@code [fd00::1]:22}, or the address without a port. */
  static String end(Address address, int port) {
    return port < 0
        ? address.toString()
        : address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
  }

  /** {@code 1 rule}, {@code 2 rules}. */
  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
