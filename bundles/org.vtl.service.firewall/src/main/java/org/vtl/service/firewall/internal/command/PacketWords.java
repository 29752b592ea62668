package org.vtl.service.firewall.internal.command;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Protocol;
import org.vtl.packet.TcpHeader;
import org.vtl.service.firewall.internal.ruleset.State;
import org.vtl.service.firewall.internal.ruleset.Subject;

/**
 * Reads a packet from words, as {@code vtl:explain} reads a connection: {@code tcp 10.0.0.2:1234 >
 * 10.0.0.9:22 flags syn}. What is not said is what a usual packet has.
 */
final class PacketWords {
  private static final int SCTP = 132;
  private static final int PROTOCOL_MOST = 255;
  private static final int PORT_MOST = 65_535;
  private static final int VLAN_MOST = 4_095;
  private static final int BYTE_MOST = 255;

  /** Where clients' ports usually are (RFC 6335 section 6). */
  private static final int CLIENT_PORT = 49_152;

  private static final int HOPS = 64;
  private static final List<String> FLAGS =
      List.of("fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr");

  private final Deque<String> words = new ArrayDeque<>();
  private final String text;
  private final Subject subject;
  private final StringBuilder description = new StringBuilder();
  private boolean reply;

  private PacketWords(String text, Subject subject) {
    this.text = text;
    this.subject = subject;
  }

  /**
   * A packet as it was read.
   *
   * @param subject for the rules
   * @param description all of it, also what was not said
   */
  record Sample(Subject subject, String description) {}

  /**
   * Reads {@code text}.
   *
   * @throws Misuse in one sentence, if it is no packet
   */
  static Sample read(String text, Direction direction, State state) {
    Subject subject = new Subject().setDirection(direction).setOpener(direction).setState(state);
    PacketWords reader = new PacketWords(text, subject);
    String spaced = text.toLowerCase(Locale.ROOT).replace(">", " > ").strip();
    reader.words.addAll(List.of(spaced.split("\\s+")));
    reader.packet();
    if (reader.reply) {
      subject.setOpener(direction.reverse());
    }
    return new Sample(subject, reader.description.toString());
  }

  private void packet() {
    String first = next("a protocol such as tcp");
    if (first.equals("ether")) {
      int type = number(next("an EtherType such as 0x88cc"), PORT_MOST, "an EtherType");
      subject.setEtherType(type);
      description.append("ether 0x%04x".formatted(type));
      options(Protocol.NONE);
      return;
    }
    int protocol = protocol(first);
    boolean hasPorts = protocol == Protocol.TCP || protocol == Protocol.UDP || protocol == SCTP;
    HostPort from = HostPort.parse(next("an address"));
    String arrow = next("\">\" or \"to\"");
    if (!arrow.equals(">") && !arrow.equals("to")) {
      throw wrong("\"" + arrow + "\" stands where \">\" or \"to\" is expected");
    }
    HostPort to = HostPort.parse(next("an address"));
    boolean ipv6 = !from.address.isIpv4();
    if (ipv6 == to.address.isIpv4()) {
      throw wrong("one address is IPv4 and the other IPv6");
    }
    if (protocol == Protocol.ICMP && ipv6) {
      protocol = Protocol.ICMPV6;
    }
    if (hasPorts && to.port < 0) {
      throw wrong("the destination lacks its port, as in 10.0.0.9:22");
    }
    int sourcePort = !hasPorts ? Subject.NONE : from.port < 0 ? CLIENT_PORT : from.port;
    int destinationPort = hasPorts ? to.port : Subject.NONE;
    subject
        .setIp(ipv6, protocol)
        .setAddresses(from.address.high(), from.address.low(), to.address.high(), to.address.low())
        .setPorts(sourcePort, destinationPort)
        .setLength(length(ipv6, protocol))
        .setHops(HOPS);
    description
        .append(Words.protocol(protocol))
        .append(' ')
        .append(Words.end(from.address, sourcePort))
        .append(" > ")
        .append(Words.end(to.address, destinationPort));
    if (protocol == Protocol.TCP) {
      subject.setTcpFlags(subject.state() == State.NEW ? TcpHeader.SYN : TcpHeader.ACK);
    } else if (protocol == Protocol.ICMP) {
      subject.setIcmp(IcmpHeader.ECHO_REQUEST, 0);
    } else if (protocol == Protocol.ICMPV6) {
      subject.setIcmp(IcmpHeader.V6_ECHO_REQUEST, 0);
    }
    options(protocol);
    if (protocol == Protocol.TCP) {
      description.append(" flags ").append(flags(subject.tcpFlags()));
    } else if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
      description.append(" type ").append(subject.icmpType() + "/" + subject.icmpCode());
    }
  }

  private void options(int protocol) {
    while (!words.isEmpty()) {
      String option = words.remove();
      switch (option) {
        case "flags" -> {
          if (protocol != Protocol.TCP) {
            throw wrong("only TCP has flags");
          }
          subject.setTcpFlags(flags(next("flags such as syn,ack")));
        }
        case "type", "icmp" -> icmp(protocol, next("a type such as 8 or 3/1"));
        case "vlan" -> {
          int vlan = number(next("a VLAN identifier"), VLAN_MOST, "a VLAN identifier");
          subject.setVlan(vlan);
          description.append(" vlan ").append(vlan);
        }
        case "length" -> {
          int length = number(next("bytes"), PORT_MOST, "a length in bytes");
          subject.setLength(length);
          description.append(" length ").append(length);
        }
        case "ttl", "hoplimit" -> {
          int hops = number(next("a number of hops"), BYTE_MOST, "a number of hops");
          subject.setHops(hops);
          description.append(" ttl ").append(hops);
        }
        case "mac" -> macs();
        case "reply" -> {
          reply = true;
          description.append(" reply");
        }
        default ->
            throw wrong(
                "\""
                    + option
                    + "\" is unknown; behind the addresses there may be flags, type, vlan, length,"
                    + " ttl, mac, reply");
      }
    }
  }

  private void icmp(int protocol, String typeAndCode) {
    if (protocol != Protocol.ICMP && protocol != Protocol.ICMPV6) {
      throw wrong("only ICMP has a type");
    }
    int slash = typeAndCode.indexOf('/');
    String type = slash < 0 ? typeAndCode : typeAndCode.substring(0, slash);
    String code = slash < 0 ? "0" : typeAndCode.substring(slash + 1);
    subject.setIcmp(
        number(type, BYTE_MOST, "an ICMP type"), number(code, BYTE_MOST, "an ICMP code"));
  }

  private void macs() {
    String from = next("a MAC address");
    String arrow = next("\">\" or \"to\"");
    if (!arrow.equals(">") && !arrow.equals("to")) {
      throw wrong("\"" + arrow + "\" stands where \">\" or \"to\" is expected");
    }
    String to = next("a MAC address");
    try {
      subject.setMacs(Address.parseMac(from), Address.parseMac(to));
    } catch (IllegalArgumentException e) {
      throw new Misuse(e.getMessage());
    }
    description.append(" mac ").append(from).append(" > ").append(to);
  }

  private int protocol(String word) {
    return switch (word) {
      case "tcp" -> Protocol.TCP;
      case "udp" -> Protocol.UDP;
      case "icmp" -> Protocol.ICMP;
      case "icmpv6" -> Protocol.ICMPV6;
      case "sctp" -> SCTP;
      default -> number(word, PROTOCOL_MOST, "a protocol: tcp, udp, icmp, icmpv6, sctp, ether, or");
    };
  }

  private static int length(boolean ipv6, int protocol) {
    int header = ipv6 ? 40 : 20;
    return header
        + switch (protocol) {
          case Protocol.TCP -> 40; // with the options that a SYN has
          case Protocol.UDP -> 40;
          default -> 64; // as ping sends
        };
  }

  private int flags(String text) {
    int flags = 0;
    for (String flag : text.split("[,|]")) {
      int bit = FLAGS.indexOf(flag);
      if (bit < 0 && !flag.equals("none")) {
        throw wrong(
            "\"" + flag + "\" is no TCP flag; there are " + String.join(", ", FLAGS) + ", none");
      }
      flags |= bit < 0 ? 0 : 1 << bit;
    }
    return flags;
  }

  /** TCP flags as they are typed. */
  static String flags(int flags) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < FLAGS.size(); bit++) {
      if ((flags >>> bit & 1) != 0) {
        text.append(text.isEmpty() ? "" : ",").append(FLAGS.get(bit));
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }

  private int number(String word, int most, String what) {
    try {
      int number = Integer.decode(word);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong("\"" + word + "\" is not " + what + " a number from 0 to " + most);
  }

  private String next(String expected) {
    if (words.isEmpty() || words.peek().isEmpty()) {
      throw wrong(expected + " is missing");
    }
    return words.remove();
  }

  private Misuse wrong(String why) {
    return new Misuse(
        "\""
            + text
            + "\" is no packet: "
            + why
            + "; write such as \"tcp 10.0.0.2:1234 > 10.0.0.9:22\".");
  }

  /** An address and a port, which is -1 where there is none. */
  private record HostPort(Address address, int port) {
    static HostPort parse(String text) {
      String host = text;
      String port = "";
      int colon = text.indexOf(':');
      if (text.startsWith("[")) {
        int end = text.indexOf(']');
        host = text.substring(1, Math.max(1, end));
        port = end > 0 && text.startsWith(":", end + 1) ? text.substring(end + 2) : "";
      } else if (colon >= 0 && colon == text.lastIndexOf(':')) {
        host = text.substring(0, colon);
        port = text.substring(colon + 1);
      }
      if (!port.isEmpty() && (!port.matches("\\d{1,5}") || Integer.parseInt(port) > PORT_MOST)) {
        throw new Misuse("\"" + text + "\" has no port from 0 to 65535 behind its last colon.");
      }
      try {
        return new HostPort(Address.parse(host), port.isEmpty() ? -1 : Integer.parseInt(port));
      } catch (IllegalArgumentException e) {
        throw new Misuse(e.getMessage());
      }
    }
  }
}
