package org.vtl.service.capture.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;

/**
 * Which packets to capture, as words: {@code tcp}, {@code udp}, {@code icmp} (ICMPv6 too), {@code
 * arp}, {@code ipv4}, {@code ipv6}, {@code host ADDRESS}, {@code port NUMBER}, {@code vlan NUMBER},
 * each after {@code not} if wanted, joined by {@code and}. Read once; matching neither allocates
 * nor writes, so any thread may.
 */
final class PacketFilter {
  private static final String REMEDY =
      "; give words such as \"tcp and port 80 and not host 10.0.0.1\".";

  private final String text;
  private final List<Predicate<Packet>> terms;

  private PacketFilter(String text, List<Predicate<Packet>> terms) {
    this.text = text;
    this.terms = terms;
  }

  /**
   * Reads a filter; an empty one matches all packets.
   *
   * @throws IllegalArgumentException in one sentence, if it cannot be read
   */
  static PacketFilter parse(String text) {
    Deque<String> words = new ArrayDeque<>(List.of(text.strip().split("\\s+")));
    List<Predicate<Packet>> terms = new ArrayList<>();
    if (!text.isBlank()) {
      terms.add(term(words, text));
    }
    while (!text.isBlank() && !words.isEmpty()) {
      String joint = words.poll();
      if (!joint.equals("and")) {
        throw new IllegalArgumentException(
            "Filter \"" + text + "\" has \"" + joint + "\" where \"and\" should be" + REMEDY);
      }
      terms.add(term(words, text));
    }
    return new PacketFilter(text.strip(), List.copyOf(terms));
  }

  /** Whether {@code packet} is to be captured. */
  boolean matches(Packet packet) {
    for (int i = 0; i < terms.size(); i++) { // an iterator would be allocated per packet
      if (!terms.get(i).test(packet)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }

  private static Predicate<Packet> term(Deque<String> words, String text) {
    String word = words.isEmpty() ? "" : words.poll();
    return switch (word) {
      case "not" -> term(words, text).negate();
      case "tcp" -> Packet::isTcp;
      case "udp" -> Packet::isUdp;
      case "icmp" -> packet -> packet.isIcmp() || packet.isIcmpv6();
      case "arp" -> Packet::isArp;
      case "ipv4" -> Packet::isIpv4;
      case "ipv6" -> Packet::isIpv6;
      case "host" -> host(operand(words, text));
      case "port" -> port(number(words, text, 65_535));
      case "vlan" -> vlan(number(words, text, 4_095));
      default ->
          throw new IllegalArgumentException(
              "Filter \"" + text + "\" has \"" + word + "\", which is no word it knows" + REMEDY);
    };
  }

  private static Predicate<Packet> host(String operand) {
    Address address = Address.parse(operand);
    long high = address.high();
    long low = address.low();
    return packet ->
        packet.isIp()
            ? packet.sourceHigh() == high && packet.sourceLow() == low
                || packet.destinationHigh() == high && packet.destinationLow() == low
            : packet.isArp()
                && address.isIpv4()
                && (packet.arp().senderAddress() == (int) low
                    || packet.arp().targetAddress() == (int) low);
  }

  private static Predicate<Packet> port(int port) {
    return packet ->
        packet.isTcp()
                && (packet.tcp().sourcePort() == port || packet.tcp().destinationPort() == port)
            || packet.isUdp()
                && (packet.udp().sourcePort() == port || packet.udp().destinationPort() == port);
  }

  private static Predicate<Packet> vlan(int identifier) {
    return packet -> packet.vlanId() == identifier;
  }

  private static int number(Deque<String> words, String text, int most) {
    String operand = operand(words, text);
    try {
      int number = Integer.parseInt(operand);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "Filter \"" + text + "\" has \"" + operand + "\"; give a number from 0 to " + most + ".");
  }

  private static String operand(Deque<String> words, String text) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("Filter \"" + text + "\" ends too early" + REMEDY);
    }
    return words.poll();
  }
}
