package org.vtl.itests.firewall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.vtl.packet.Direction;
import org.vtl.testkit.Frames;

/** Datagrams in fragments: whole, out of order, with gaps. */
final class FragmentTraces {
  private static final int EIGHT = 8;

  private FragmentTraces() {}

  /** A part of a datagram: its bytes from, to. */
  private record Part(int from, int to, boolean more) {}

  static void udp(Conversation c) {
    Direction from = TcpTraces.either(c);
    for (int i = 1 + c.random.nextInt(3); i > 0; i--) {
      byte[] whole =
          Conversation.bytes(c.between(from, Frames.udp().payload(200 + c.random.nextInt(3_000))));
      send(c, from, whole);
      if (c.oneIn(3)) {
        c.add(from, c.between(from, Frames.udp().payload(10)));
      }
      if (c.oneIn(2)) {
        from = from.reverse();
      }
    }
  }

  /** Data of a TCP connection, some of it in fragments. */
  static void tcp(TcpConversation c) {
    c.handshake();
    for (int i = 0; i < 3; i++) {
      Direction from = TcpTraces.either(c);
      TcpConversation.End end = c.end(from);
      int length = Math.min(end.segmentSize, c.end(from.reverse()).window);
      byte[] whole =
          Conversation.bytes(
              c.frames(
                  from,
                  org.vtl.packet.TcpHeader.ACK,
                  end.next,
                  c.end(from.reverse()).next,
                  length,
                  c.options(from),
                  end.window));
      if (send(c, from, whole)) {
        end.next += length;
        c.ack(from.reverse());
      }
    }
    c.exchange(2);
  }

  /** Pieces that overlap, come twice, or cut the TCP header in two (RFC 1858, 3128, 5722). */
  static void deceiving(TcpConversation c) {
    c.handshake();
    Direction from = c.opener;
    TcpConversation.End end = c.end(from);
    for (int i = 0; i < 3; i++) {
      boolean udp = c.oneIn(2);
      int length = Math.min(800, c.end(from.reverse()).window);
      byte[] whole =
          Conversation.bytes(
              udp
                  ? c.between(from, Frames.udp().payload(length))
                  : c.frames(
                      from,
                      org.vtl.packet.TcpHeader.ACK,
                      end.next,
                      c.end(from.reverse()).next,
                      length,
                      c.options(from),
                      end.window));
      int size = whole.length - (c.ipv6 ? 40 : 20);
      int number = c.nextDatagram();
      int identification = c.random.nextInt();
      for (Part part : deception(c, size)) {
        c.add(from, fragment(c.ipv6, whole, part, identification), number);
      }
    }
    c.ack(from);
  }

  private static List<Part> deception(Conversation c, int size) {
    int middle = 400;
    return switch (c.random.nextInt(5)) {
      case 0 -> // the second repeats the end of the first
          List.of(new Part(0, middle, true), new Part(middle - EIGHT, size, false));
      case 1 -> // one in the middle of another
          List.of(
              new Part(0, middle, true),
              new Part(EIGHT, 2 * EIGHT, true),
              new Part(middle, size, false));
      case 2 -> // one that comes twice
          List.of(
              new Part(0, middle, true), new Part(0, middle, true), new Part(middle, size, false));
      case 3 -> // the flags are in the second
          List.of(new Part(0, EIGHT, true), new Part(EIGHT, size, false));
      default -> // the end comes first, the overlap last
          List.of(
              new Part(middle, size, false),
              new Part(0, middle, true),
              new Part(middle - EIGHT, middle + EIGHT, true));
    };
  }

  /** Returns whether all of it was sent. */
  private static boolean send(Conversation c, Direction from, byte[] whole) {
    List<Part> parts = cut(c, whole.length - (c.ipv6 ? 40 : 20));
    boolean complete = true;
    switch (c.random.nextInt(6)) {
      case 0 -> Collections.shuffle(parts, c.random);
      case 1 -> Collections.reverse(parts);
      case 2 -> {
        if (parts.size() > 1) {
          parts.remove(c.random.nextInt(parts.size()));
          complete = false;
        }
      }
      default -> {}
    }
    int number = c.nextDatagram();
    int identification = c.random.nextInt();
    for (Part part : parts) {
      c.add(from, fragment(c.ipv6, whole, part, identification), number);
    }
    return complete;
  }

  private static List<Part> cut(Conversation c, int length) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < length) {
      int size = EIGHT * (8 + c.random.nextInt(150));
      int to = Math.min(length, at + size);
      parts.add(new Part(at, to, to < length));
      at = to;
    }
    return parts;
  }

  private static byte[] fragment(boolean ipv6, byte[] whole, Part part, int identification) {
    int header = ipv6 ? 40 : 20;
    int inserted = ipv6 ? 8 : 0;
    int length = part.to - part.from;
    byte[] fragment = Arrays.copyOf(whole, header + inserted + length);
    System.arraycopy(whole, header + part.from, fragment, header + inserted, length);
    if (ipv6) {
      fragment[40] = whole[6];
      fragment[41] = 0;
      put(fragment, 42, part.from | (part.more ? 1 : 0));
      put(fragment, 44, identification >>> 16);
      put(fragment, 46, identification);
      fragment[6] = 44;
      put(fragment, 4, inserted + length);
    } else {
      put(fragment, 6, part.from / EIGHT | (part.more ? 0x2000 : 0));
      put(fragment, 2, header + length);
    }
    return fragment;
  }

  private static void put(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}
