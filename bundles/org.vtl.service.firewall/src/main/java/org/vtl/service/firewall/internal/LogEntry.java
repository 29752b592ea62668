package org.vtl.service.firewall.internal;

import java.time.Instant;
import java.util.Locale;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Protocol;

/**
 * What {@link FirewallLog} keeps of one packet.
 *
 * @param number its place in the log, counted from 1; a gap is what was overwritten
 * @param time when it came
 * @param link name of the link
 * @param direction whence it came
 * @param rule id of the rule, or what else decided
 * @param prefix the rule's prefix; empty without one
 * @param action what became of it, one word
 * @param state what it is to its connection, one word; empty where nobody asked
 * @param sourceMac Ethernet source
 * @param destinationMac Ethernet destination
 * @param etherType EtherType behind the tags
 * @param vlan VLAN identifier, -1 without
 * @param protocol IP protocol, {@link Protocol#NONE} without
 * @param source IP source; empty without
 * @param destination IP destination; empty without
 * @param sourcePort port, or -1
 * @param destinationPort port, or -1
 * @param detail TCP flags, or ICMP type and code: 8 bits each
 * @param length bytes of the frame
 */
public record LogEntry(
    long number,
    Instant time,
    String link,
    Direction direction,
    String rule,
    String prefix,
    String action,
    String state,
    long sourceMac,
    long destinationMac,
    int etherType,
    int vlan,
    int protocol,
    String source,
    String destination,
    int sourcePort,
    int destinationPort,
    int detail,
    int length) {

  /**
   * One line for people: {@code drop inbound vm1 rule=no-telnet tcp 192.0.2.1:4000 > 10.0.0.5:23
   * flags=syn new len=74 "prefix"}.
   */
  public String text() {
    StringBuilder text = new StringBuilder(action);
    text.append(' ').append(direction.name().toLowerCase(Locale.ROOT)).append(' ').append(link);
    text.append(" rule=").append(rule).append(' ');
    if (protocol == Protocol.NONE) {
      text.append(String.format("ether 0x%04x ", etherType));
      text.append(Address.formatMac(sourceMac)).append(" > ");
      text.append(Address.formatMac(destinationMac));
    } else {
      text.append(protocolName()).append(' ');
      text.append(end(source, sourcePort)).append(" > ").append(end(destination, destinationPort));
    }
    if (protocol == Protocol.TCP && sourcePort >= 0) {
      text.append(" flags=").append(flags());
    } else if (isIcmp() && detail >= 0) {
      text.append(" type=").append(detail >>> 8).append(" code=").append(detail & 0xff);
    }
    if (!state.isEmpty()) {
      text.append(' ').append(state);
    }
    if (vlan >= 0) {
      text.append(" vlan=").append(vlan);
    }
    text.append(" len=").append(length);
    if (!prefix.isEmpty()) {
      text.append(" \"").append(prefix).append('"');
    }
    return text.toString();
  }

  private boolean isIcmp() {
    return protocol == Protocol.ICMP || protocol == Protocol.ICMPV6;
  }

  private String protocolName() {
    return switch (protocol) {
      case Protocol.TCP -> "tcp";
      case Protocol.UDP -> "udp";
      case Protocol.ICMP -> "icmp";
      case Protocol.ICMPV6 -> "icmpv6";
      default -> "protocol " + protocol;
    };
  }

  private static String end(String address, int port) {
    if (port < 0) {
      return address;
    }
    return address.indexOf(':') >= 0 ? "[" + address + "]:" + port : address + ":" + port;
  }

  private String flags() {
    String[] names = {"fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"};
    StringBuilder flags = new StringBuilder();
    for (int bit = 0; bit < names.length; bit++) {
      if ((detail >>> bit & 1) != 0) {
        flags.append(flags.isEmpty() ? "" : ",").append(names[bit]);
      }
    }
    return flags.isEmpty() ? "none" : flags.toString();
  }
}
