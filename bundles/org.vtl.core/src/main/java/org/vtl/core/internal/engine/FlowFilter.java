package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.vtl.connection.TcpState;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * The filter words of {@link org.vtl.runtime.ConnectionQuery}, read into a predicate. Cold side: it
 * allocates as it likes.
 */
final class FlowFilter {
  /** What is filtered: a connection, or a packet with the connection it belongs to. */
  record Subject(Lane lane, TrackedConnection connection, Packet packet, boolean dropped) {
    boolean isVersion(int version) {
      boolean six =
          connection.isTracked() ? connection.isIpv6() : packet != null && packet.isIpv6();
      boolean ip = connection.isTracked() || packet != null && packet.isIp();
      return ip && six == (version == 6);
    }

    boolean isProtocol(int... protocols) {
      int own = connection.isTracked() ? connection.protocol() : packet == null ? -1 : protocol();
      for (int protocol : protocols) {
        if (protocol == own) {
          return true;
        }
      }
      return false;
    }

    private int protocol() {
      return packet.protocol();
    }

    boolean isHost(Address address) {
      if (connection.isTracked()) {
        return address.high() == connection.vm().addressHigh()
                && address.low() == connection.vm().addressLow()
            || address.high() == connection.network().addressHigh()
                && address.low() == connection.network().addressLow();
      }
      if (packet != null && packet.isArp() && address.isIpv4()) {
        return packet.arp().senderAddress() == address.ipv4()
            || packet.arp().targetAddress() == address.ipv4();
      }
      return packet != null
          && packet.isIp()
          && (address.high() == packet.sourceHigh() && address.low() == packet.sourceLow()
              || address.high() == packet.destinationHigh()
                  && address.low() == packet.destinationLow());
    }

    boolean isPort(int port) {
      return connection.isTracked()
          && (connection.vm().port() == port || connection.network().port() == port);
    }

    boolean isVlan(int vlan) {
      int key = connection.isTracked() ? connection.vlan() : packet == null ? 0 : packet.vlanKey();
      return key != 0 && ((key & 0xfff) == vlan || (key >>> 13 & 0xfff) == vlan);
    }

    boolean isState(TcpState state) {
      return connection.isTracked()
          && connection.protocol() == Protocol.TCP
          && (connection.vm().state() == state || connection.network().state() == state);
    }

    boolean hasService(String name) {
      return ConnectionReport.chain(lane, connection).contains(name);
    }
  }

  private final List<Predicate<Subject>> terms = new ArrayList<>();

  private FlowFilter() {}

  /** Whether everything matches. */
  boolean isEmpty() {
    return terms.isEmpty();
  }

  boolean matches(Subject subject) {
    for (Predicate<Subject> term : terms) {
      if (!term.test(subject)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads {@code text}.
   *
   * @throws IllegalArgumentException in one sentence, if it is no filter
   */
  static FlowFilter parse(String text) {
    FlowFilter filter = new FlowFilter();
    List<String> words = List.of(text.trim().toLowerCase(Locale.ROOT).split("\\s+"));
    int at = 0;
    boolean negated = false;
    while (at < words.size()) {
      String word = words.get(at++);
      if (word.isEmpty() || word.equals("and")) {
        continue;
      }
      if (word.equals("not")) {
        negated = !negated;
        continue;
      }
      Predicate<Subject> term = plain(word);
      if (term == null) {
        if (at == words.size()) {
          throw new IllegalArgumentException(
              known(word)
                  ? "The filter word \"" + word + "\" needs a value behind it."
                  : unknown(word));
        }
        term = valued(word, words.get(at++));
      }
      filter.terms.add(negated ? term.negate() : term);
      negated = false;
    }
    if (negated) {
      throw new IllegalArgumentException("The filter ends with \"not\"; write what not.");
    }
    return filter;
  }

  private static Predicate<Subject> plain(String word) {
    return switch (word) {
      case "tcp" -> subject -> subject.isProtocol(Protocol.TCP);
      case "udp" -> subject -> subject.isProtocol(Protocol.UDP);
      case "icmp" -> subject -> subject.isProtocol(Protocol.ICMP, Protocol.ICMPV6);
      case "arp" -> subject -> subject.packet() != null && subject.packet().isArp();
      case "ipv4" -> subject -> subject.isVersion(4);
      case "ipv6" -> subject -> subject.isVersion(6);
      case "dropped" -> Subject::dropped;
      default -> null;
    };
  }

  private static boolean known(String word) {
    return switch (word) {
      case "link", "host", "port", "state", "service", "vlan" -> true;
      default -> false;
    };
  }

  private static String unknown(String word) {
    return "The filter word \""
        + word
        + "\" is unknown; there are link NAME, host ADDRESS, port N, state STATE, service NAME,"
        + " vlan N, tcp, udp, icmp, arp, ipv4, ipv6, dropped, joined by \"and\", each after \"not\""
        + " or not.";
  }

  private static Predicate<Subject> valued(String word, String value) {
    return switch (word) {
      case "link" -> subject -> subject.lane().name().equals(value);
      case "host" -> {
        Address address = Address.parse(value);
        yield subject -> subject.isHost(address);
      }
      case "port" -> {
        int port = number(word, value, 65_535);
        yield subject -> subject.isPort(port);
      }
      case "vlan" -> {
        int vlan = number(word, value, 4_095);
        yield subject -> subject.isVlan(vlan);
      }
      case "state" -> {
        TcpState state = state(value);
        yield subject -> subject.isState(state);
      }
      case "service" -> subject -> subject.hasService(value);
      default -> throw new IllegalArgumentException(unknown(word));
    };
  }

  private static int number(String word, String value, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "The filter word \""
            + word
            + "\" needs a number up to "
            + most
            + ", not \""
            + value
            + "\".");
  }

  private static TcpState state(String value) {
    try {
      return TcpState.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The filter word \"state\" needs one of "
              + List.of(TcpState.values())
              + ", not \""
              + value
              + "\".",
          e);
    }
  }
}
