package org.vtl.itests.firewall;

import java.util.Arrays;
import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.testkit.Frames;

/** UDP, ICMP, other protocols, and what has no connection of its own. */
final class DatagramTraces {
  private DatagramTraces() {}

  static void udp(Conversation c) {
    Direction from = TcpTraces.either(c);
    for (int i = 1 + c.random.nextInt(8); i > 0; i--) {
      Frames frames = Frames.udp().payload(c.random.nextInt(1_200));
      c.add(from, c.between(from, frames));
      if (c.oneIn(2)) {
        from = from.reverse();
      }
    }
  }

  /** Requests and replies that go with them, come without one, or bear another identifier. */
  static void echo(Conversation c) {
    int identifier = c.random.nextInt(65_536);
    for (int i = 1 + c.random.nextInt(8); i > 0; i--) {
      Direction from = TcpTraces.either(c);
      boolean reply = c.oneIn(2);
      int id = c.oneIn(4) ? identifier + 1 & 0xffff : identifier;
      c.add(from, c.between(from, echo(c.ipv6, reply, id, i)));
    }
  }

  /** A session as ping(8) makes it. */
  static void ping(Conversation c) {
    int identifier = c.random.nextInt(65_536);
    Direction from = TcpTraces.either(c);
    for (int i = 1 + c.random.nextInt(8); i > 0; i--) {
      c.add(from, c.between(from, echo(c.ipv6, false, identifier, i)));
      if (!c.oneIn(4)) {
        c.add(from.reverse(), c.between(from.reverse(), echo(c.ipv6, true, identifier, i)));
      }
    }
  }

  private static Frames echo(boolean ipv6, boolean reply, int identifier, int sequence) {
    int type =
        ipv6
            ? reply ? IcmpHeader.V6_ECHO_REPLY : IcmpHeader.V6_ECHO_REQUEST
            : reply ? IcmpHeader.ECHO_REPLY : IcmpHeader.ECHO_REQUEST;
    return Frames.icmp(type, 0).rest(identifier << 16 | sequence).payload(56);
  }

  /** Every other type, asked and answered. */
  static void icmp(Conversation c) {
    for (int i = 0; i < 4; i++) {
      Direction from = TcpTraces.either(c);
      int type = c.ipv6 ? c.pick(100, 127, 138, 139, 140, 200, 255) : c.random.nextInt(20);
      boolean error =
          c.ipv6 ? type < 128 : type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
      if (!error) {
        c.add(from, c.between(from, Frames.icmp(type, 0).rest(c.pick(1, 2)).payload(20)));
      }
    }
    if (!c.ipv6) {
      int request = c.pick(13, 15, 17);
      Direction from = TcpTraces.either(c);
      c.add(from, c.between(from, Frames.icmp(request, 0).rest(7).payload(12)));
      c.add(
          from.reverse(),
          c.between(from.reverse(), Frames.icmp(request + 1, 0).rest(7).payload(12)));
      c.add(from, c.between(from, Frames.icmp(request, 0).rest(7).payload(12)));
    }
  }

  /** Errors about a connection that is there, was never there, or is another's. */
  static void errors(TcpConversation c) {
    byte[] about;
    boolean udp = c.oneIn(2);
    Direction sent = udp ? TcpTraces.either(c) : c.opener;
    if (udp) {
      about = c.add(sent, c.between(sent, Frames.udp().payload(100)));
      if (c.oneIn(2)) {
        c.add(sent.reverse(), c.between(sent.reverse(), Frames.udp().payload(100)));
      }
    } else {
      c.syn(sent);
      about = lastOf(c);
      if (c.oneIn(2)) {
        c.synAck(sent.reverse());
        c.ack(sent);
        c.exchange(1);
        c.data(sent, 200);
        about = lastOf(c);
      }
    }
    for (int i = 0; i < 3; i++) {
      Direction from = c.oneIn(8) ? sent : sent.reverse();
      byte[] quoted = about.clone();
      String to = c.address(from.reverse());
      switch (c.random.nextInt(8)) {
        case 0 -> quoted[ports(c)] ^= 0x10; // the source's port
        case 1 -> quoted[ports(c) + 2] ^= 0x10; // the destination's
        case 2 -> quoted[c.ipv6 ? 39 : 19] ^= 0x1; // the destination
        case 3 -> quoted[c.ipv6 ? 6 : 9] ^= (byte) 3; // the protocol
        case 4 -> to = c.stranger(from.reverse()); // not to the one who sent it
        default -> {}
      }
      int length = c.pick(quoted.length, quoted.length, (c.ipv6 ? 40 : 20) + 8);
      String by = c.oneIn(2) ? c.address(from) : c.stranger(from);
      Frames error = error(c).from(by).to(to).payload(Arrays.copyOf(quoted, length));
      c.add(from, error);
    }
    if (!udp) {
      c.data(sent, 10);
    }
  }

  private static Frames error(Conversation c) {
    if (c.ipv6) {
      int type = c.pick(1, 2, 3, 4);
      return Frames.icmp(type, c.pick(0, 1)).rest(type == 2 ? 1_280 : 0);
    }
    int type = c.pick(3, 3, 11, 12, 4, 5);
    int code = type == 3 ? c.pick(0, 1, 3, 4, 13) : c.pick(0, 1);
    return Frames.icmp(type, code).rest(type == 3 && code == 4 ? 1_280 : 0);
  }

  private static int ports(Conversation c) {
    return c.ipv6 ? 40 : 20;
  }

  private static byte[] lastOf(Conversation c) {
    var packets = c.trace("", "").packets();
    return packets.get(packets.size() - 1).datagram();
  }

  /** Protocols whose headers no tracker reads. */
  static void others(Conversation c) {
    int protocol = c.pick(50, 51, 89, 99, 103, 253);
    Direction from = TcpTraces.either(c);
    for (int i = 1 + c.random.nextInt(5); i > 0; i--) {
      byte[] datagram = Conversation.bytes(c.between(from, Frames.udp().payload(64)));
      datagram[c.ipv6 ? 6 : 9] = (byte) (c.ipv6 && protocol == 51 ? 50 : protocol);
      c.add(from, datagram, c.nextDatagram());
      if (c.oneIn(2)) {
        from = from.reverse();
      }
    }
  }
}
