package org.vtl.itests.firewall;

import static org.vtl.packet.Direction.INBOUND;
import static org.vtl.packet.Direction.OUTBOUND;
import static org.vtl.packet.TcpHeader.ACK;
import static org.vtl.packet.TcpHeader.FIN;
import static org.vtl.packet.TcpHeader.PSH;
import static org.vtl.packet.TcpHeader.RST;
import static org.vtl.packet.TcpHeader.SYN;
import static org.vtl.packet.TcpHeader.URG;

import org.vtl.packet.Direction;

/** TCP connections, each with what its category puts in; what varies is the conversation's dice. */
final class TcpTraces {
  private TcpTraces() {}

  /** From the first SYN to the last ACK, either end first. */
  static void whole(TcpConversation c) {
    c.handshake();
    c.exchange(c.random.nextInt(8));
    if (c.oneIn(4)) {
      c.rst(either(c));
    } else {
      c.close(either(c));
    }
  }

  /** Numbers that wrap, in order and lost, to the edges of windows and in resets. */
  static void wrapped(TcpConversation c) {
    c.nearWrap();
    switch (c.random.nextInt(4)) {
      case 0 -> whole(c);
      case 1 -> LossyTransfer.repeated(c);
      case 2 -> resets(c);
      default -> edges(c);
    }
  }

  /** SYNs and SYN-ACKs again, with other numbers, answered late or not at all. */
  static void handshakes(TcpConversation c) {
    Direction asks = c.opener;
    Direction answers = asks.reverse();
    c.syn(asks);
    if (c.oneIn(2)) {
      c.syn(asks);
    }
    switch (c.random.nextInt(8)) {
      case 0 -> c.send(answers, SYN | ACK, c.end(answers).initial, c.end(asks).next + 1, 0, "");
      case 1 -> c.send(answers, SYN | ACK, c.end(answers).initial, c.end(asks).initial, 0, "");
      case 2 -> c.send(asks, ACK, c.end(asks).next, c.random.nextInt(), 0, "");
      case 3 -> c.send(answers, RST, c.random.nextInt(), 0, 0, "");
      case 4 -> c.send(answers, FIN | ACK, c.end(answers).initial, c.end(asks).next, 0, "");
      case 5 -> {
        c.end(asks).initial += c.pick(1, 1_000, 100_000, -100_000);
        c.syn(asks);
      }
      default -> {}
    }
    c.synAck(answers);
    switch (c.random.nextInt(6)) {
      case 0 -> c.synAck(answers);
      case 1 -> c.syn(asks);
      case 2 -> c.send(asks, ACK, c.end(asks).next, c.end(answers).next + 5, 0, "");
      case 3 -> {
        c.fin(answers);
        c.ack(asks);
        c.fin(asks);
        c.ack(answers);
        return;
      }
      case 4 -> c.data(answers, 100);
      default -> {}
    }
    c.ack(asks);
    c.exchange(3);
    if (c.oneIn(3)) {
      c.synAck(answers);
      c.ack(asks);
    }
    if (c.oneIn(3)) {
      c.syn(asks);
      c.ack(answers);
    }
    c.exchange(2);
  }

  /** A RST at, near, far from where one is acceptable, then traffic that goes on. */
  static void resets(TcpConversation c) {
    c.handshake();
    c.exchange(1 + c.random.nextInt(4));
    Direction from = either(c);
    if (c.oneIn(3)) {
      c.data(from, 500); // on its way, unacknowledged
    }
    int window = c.windowBytes(from.reverse());
    for (int i = c.random.nextInt(3); i >= 0; i--) {
      int offset =
          c.pick(0, 0, 1, -1, 2, 100, window - 1, window, window + 1, window + 70_000, -1_000)
              + (c.oneIn(5) ? c.random.nextInt() : 0);
      int flags = c.oneIn(2) ? RST : RST | ACK;
      int ack = c.end(from.reverse()).next + c.pick(0, 0, 1, -1, 5_000);
      c.send(from, flags, c.end(from).next + offset, flags == RST ? 0 : ack, 0, "");
      if (c.oneIn(2)) {
        c.ack(from.reverse());
      }
      if (c.oneIn(3)) {
        from = from.reverse();
      }
    }
    c.exchange(2);
    if (c.oneIn(2)) {
      c.rst(from);
      c.data(from.reverse(), 10);
      c.end(c.opener).initial += 1_000_000;
      c.handshake();
      c.exchange(2);
    }
  }

  /** Every combination of flags, in every state. */
  static void flags(TcpConversation c) {
    int state = c.random.nextInt(5);
    if (state >= 1) {
      c.syn(c.opener);
    }
    if (state >= 2) {
      c.synAck(c.opener.reverse());
    }
    if (state >= 3) {
      c.ack(c.opener);
      c.exchange(2);
    }
    if (state >= 4) {
      c.fin(either(c));
    }
    for (int i = 0; i < 4; i++) {
      Direction from = either(c);
      int flags = c.random.nextInt(512);
      int ack = (flags & ACK) == 0 ? 0 : c.end(from.reverse()).next;
      c.send(from, flags, c.end(from).next, ack, c.pick(0, 0, 10), "");
    }
    if (state >= 3) {
      c.data(c.opener, 20);
      c.ack(c.opener.reverse());
    }
  }

  /** Data and acknowledgments at the edges of the windows, and beyond. */
  static void edges(TcpConversation c) {
    c.handshake();
    c.exchange(2 + c.random.nextInt(3));
    for (int i = 0; i < 5; i++) {
      Direction from = either(c);
      int window = c.windowBytes(from.reverse());
      int sequence = c.end(from).next;
      int ack = c.end(from.reverse()).next;
      int length = c.pick(0, 1, 100, 1_400);
      switch (c.random.nextInt(10)) {
        case 0 -> sequence += window - length; // up to the edge
        case 1 -> sequence += window - length + 1;
        case 2 -> sequence += window;
        case 3 -> sequence += window + 1;
        case 4 -> sequence += window + c.pick(2, 1_000, 100_000, 1 << 30);
        case 5 -> sequence -= c.pick(1, length, window, window + 1);
        case 6 -> sequence -= c.pick(66_001, 70_000, window + 70_000, 1 << 30);
        case 7 -> ack += c.pick(1, 1_000, 100_000);
        case 8 -> ack -= c.pick(1, 1_000, 65_000);
        default -> ack -= c.pick(66_001, 70_000, 1 << 30);
      }
      int flags = c.oneIn(8) ? FIN | ACK : ACK | PSH;
      c.send(from, flags, sequence, ack, length, c.options(from));
      if (c.oneIn(2)) {
        c.exchange(1);
      }
    }
    c.exchange(2);
    c.rst(either(c));
  }

  /** Windows that open, shrink, and close, and probes into closed ones. */
  static void windows(TcpConversation c) {
    c.handshake();
    c.exchange(2);
    Direction from = either(c);
    for (int i = 0; i < 6; i++) {
      int window = c.end(from.reverse()).window;
      c.end(from.reverse()).window = c.pick(0, 0, 1, window / 2, 65_535);
      c.ack(from.reverse());
      switch (c.random.nextInt(5)) {
        case 0 -> c.send(from, ACK, c.end(from).next, c.end(from.reverse()).next, 1, "");
        case 1 -> c.send(from, ACK, c.end(from).next - 1, c.end(from.reverse()).next, 0, "");
        case 2 -> c.send(from, ACK, c.end(from).next - 1, c.end(from.reverse()).next, 1, "");
        case 3 -> c.ack(from);
        default -> c.data(from, 1 + Math.min(1_400, c.windowBytes(from.reverse())));
      }
    }
    c.end(from.reverse()).window = 65_535;
    c.ack(from.reverse());
    c.ack(from);
  }

  /** Only one end has the connection, or has it differently. */
  static void halfOpen(TcpConversation c) {
    Direction asks = c.opener;
    Direction answers = asks.reverse();
    c.syn(asks);
    int stale = c.random.nextInt();
    switch (c.random.nextInt(5)) {
      case 0 -> {
        c.send(answers, ACK, c.random.nextInt(), stale, 0, "");
        c.send(asks, RST, stale, 0, 0, "");
        c.syn(asks);
      }
      case 1 -> {
        c.send(answers, ACK, c.random.nextInt(), stale, 0, "");
        c.syn(asks);
        c.send(answers, ACK, c.random.nextInt(), stale, 0, "");
      }
      case 2 -> {
        c.send(answers, SYN | ACK, c.random.nextInt(), stale, 0, "mss 1440");
        if (c.oneIn(3)) {
          c.send(asks, RST, stale, 0, 0, "");
        }
        c.syn(asks);
      }
      case 3 -> {
        c.send(answers, ACK, c.random.nextInt(), stale, 100, "");
        c.send(answers, RST | ACK, 0, c.end(asks).next, 0, "");
        c.end(asks).initial += 77_777;
        c.syn(asks);
      }
      default -> {
        c.send(answers, RST | ACK, 0, c.end(asks).next, 0, "");
        c.send(answers, RST | ACK, 0, c.end(asks).next, 0, "");
        c.syn(asks);
      }
    }
    c.synAck(answers);
    c.ack(asks);
    c.exchange(2);
  }

  /** Begun before the firewall came, with any kind of segment. */
  static void midstream(TcpConversation c) {
    Direction first = either(c);
    Direction second = first.reverse();
    c.timestamps &= c.oneIn(2);
    switch (c.random.nextInt(7)) {
      case 0 -> c.ack(first);
      case 1 -> c.fin(first);
      case 2 -> c.synAck(first);
      case 3 -> c.rst(first);
      case 4 -> {
        c.data(first, 10);
        c.data(first, 1_000);
      }
      default -> c.data(first, 100);
    }
    switch (c.random.nextInt(6)) {
      case 0 -> c.data(second, 1_400);
      case 1 -> c.fin(second);
      case 2 -> c.send(second, RST, c.end(second).next, 0, 0, "");
      case 3 -> c.send(second, ACK, c.end(second).next + 50_000, c.end(first).next, 10, "");
      default -> c.ack(second);
    }
    c.exchange(3);
    if (c.oneIn(3)) {
      c.syn(first);
    }
    if (c.oneIn(3)) {
      int sequence = c.end(first).next + c.pick(100_000, 10_000_000, -100_000);
      c.send(first, ACK, sequence, c.end(second).next, 10, "");
    }
    c.exchange(2);
    c.close(either(c));
  }

  /** Both ends ask at the same time (RFC 9293 figure 7), or answer a SYN with one (split). */
  static void simultaneous(TcpConversation c) {
    Direction first = c.opener;
    Direction second = first.reverse();
    c.syn(first);
    if (c.oneIn(4)) {
      c.ack(second);
    }
    c.syn(second);
    switch (c.random.nextInt(4)) {
      case 0 -> {
        c.synAck(first);
        c.synAck(second);
      }
      case 1 -> {
        c.synAck(second);
        c.ack(first);
      }
      case 2 -> {
        c.syn(first);
        c.syn(second);
        c.synAck(first);
        c.synAck(second);
      }
      default -> {
        c.ack(first);
        c.ack(second);
      }
    }
    c.exchange(3);
    c.close(either(c));
  }

  /** One end has closed, the other sends on. */
  static void halfClosed(TcpConversation c) {
    c.handshake();
    c.exchange(2);
    Direction closes = either(c);
    c.fin(closes);
    c.ack(closes.reverse());
    for (int i = c.random.nextInt(5); i >= 0; i--) {
      c.data(closes.reverse(), 1 + c.random.nextInt(1_000));
      c.ack(closes);
    }
    switch (c.random.nextInt(5)) {
      case 0 -> c.send(closes, ACK, c.end(closes).next, c.end(closes.reverse()).next, 10, "");
      case 1 ->
          c.send(closes, ACK | FIN, c.end(closes).next - 1, c.end(closes.reverse()).next, 0, "");
      case 2 -> c.rst(closes);
      case 3 -> c.syn(c.opener);
      default -> {}
    }
    c.fin(closes.reverse());
    c.ack(closes);
    if (c.oneIn(2)) {
      c.end(closes.reverse()).next--;
      c.fin(closes.reverse());
      c.ack(closes);
    }
  }

  /** The same ports again, while the old connection is still remembered. */
  static void reuse(TcpConversation c) {
    c.handshake();
    c.exchange(2);
    switch (c.random.nextInt(4)) {
      case 0 -> c.rst(either(c));
      case 1 -> c.fin(either(c));
      default -> c.close(either(c));
    }
    int expected = c.end(c.opener).next;
    int challenge = c.end(c.opener.reverse()).next;
    Direction again = c.oneIn(6) ? c.opener.reverse() : c.opener;
    c.end(again).initial = c.end(again).next + c.pick(0, 1, 1_000, 1_000_000, -1_000, -1_000_000);
    c.end(again.reverse()).initial = c.random.nextInt();
    c.syn(again);
    if (again == c.opener && c.oneIn(4)) { // the other end still has the old one
      c.send(again.reverse(), ACK, challenge, expected, 0, "");
      c.send(again, RST, expected, 0, 0, "");
      c.syn(again);
    }
    c.synAck(again.reverse());
    c.ack(again);
    c.exchange(3);
    c.close(either(c));
  }

  /** A SYN into a connection, the challenge ACK that answers it (RFC 5961), and what follows. */
  static void challenges(TcpConversation c) {
    c.handshake();
    c.exchange(3);
    Direction asks = c.oneIn(4) ? c.opener.reverse() : c.opener;
    Direction answers = asks.reverse();
    int expected = c.end(asks).next;
    c.end(asks).initial = expected + c.pick(0, 10, 1_000_000, -1_000_000);
    c.syn(asks);
    c.end(asks).next = expected;
    c.ack(answers); // the challenge
    switch (c.random.nextInt(4)) {
      case 0 -> { // it was an attack
        c.ack(asks);
        c.exchange(3);
        c.close(either(c));
      }
      case 1 -> { // it has restarted, and resets what it does not know
        c.send(asks, RST, expected, 0, 0, "");
        c.syn(asks);
        c.end(answers).initial = c.random.nextInt();
        c.synAck(answers);
        c.ack(asks);
        c.exchange(3);
      }
      case 2 -> { // both have restarted
        c.end(answers).initial = c.random.nextInt();
        c.syn(asks);
        c.synAck(answers);
        c.ack(asks);
        c.exchange(3);
      }
      default -> { // a RST inside the window is challenged, too
        c.send(answers, RST, c.end(answers).next + 10, 0, 0, "");
        c.ack(asks);
        c.send(answers, RST, c.end(answers).next, 0, 0, "");
        c.exchange(1);
      }
    }
  }

  /** Blocks that were sent, that were not, and without permission. */
  static void selective(TcpConversation c) {
    c.sack = !c.oneIn(4);
    c.timestamps = false;
    c.handshake();
    c.exchange(2);
    Direction from = either(c);
    Direction to = from.reverse();
    long base = c.end(from).next & 0xffff_ffffL;
    int acknowledged = c.end(from).next;
    c.data(from, 100);
    c.data(from, 100);
    c.data(from, 100);
    long left = base + c.pick(100, 200, 0, -500);
    long right = base + c.pick(300, 300, 200, 301, 5_000, 200_000);
    String block = "nop,nop,sack " + (left & 0xffff_ffffL) + ":" + (right & 0xffff_ffffL);
    c.send(to, ACK, c.end(to).next, acknowledged, 0, block);
    c.send(from, ACK | PSH, acknowledged, c.end(to).next, 100, "");
    c.ack(to);
    c.exchange(2);
    c.close(either(c));
  }

  /** Old timestamps, none, and ones that were not agreed on (RFC 7323). */
  static void timestamps(TcpConversation c) {
    c.timestamps = !c.oneIn(5);
    c.handshake();
    c.exchange(3);
    for (int i = 0; i < 3; i++) {
      Direction from = either(c);
      int step = c.pick(1, 1_000, -1, -5, -100_000, Integer.MIN_VALUE + 2);
      long value = c.end(from).timestamp + step & 0xffff_ffffL;
      String options = c.oneIn(5) ? "" : "nop,nop,TS val " + value + " ecr 0";
      int length = c.pick(0, 100);
      int ack = c.end(from.reverse()).next;
      c.send(from, ACK, c.end(from).next, ack, length, options);
      if (c.oneIn(2)) {
        c.end(from).next += length;
      }
      c.exchange(1);
    }
    c.close(either(c));
  }

  /** Offers of scales that hold, or do not, and the windows that follow from them. */
  static void scales(TcpConversation c) {
    c.vmScale = c.pick(-1, 0, 1, 4, 14, 15);
    c.peerScale = c.pick(-1, 0, 1, 4, 14, 15);
    c.handshake();
    c.ack(OUTBOUND);
    c.ack(INBOUND);
    c.vmScale = Math.min(14, c.vmScale);
    c.peerScale = Math.min(14, c.peerScale);
    for (int i = 0; i < 6; i++) {
      Direction from = either(c);
      int window = c.windowBytes(from.reverse());
      int length = Math.min(1_400, window);
      int offset = c.pick(0, window - length, window / 2, window + 1);
      c.send(from, ACK, c.end(from).next + offset, c.end(from.reverse()).next, length, "");
      if (offset <= window - length && c.oneIn(2)) {
        c.end(from).next += offset + length;
        c.ack(from.reverse());
      }
    }
    c.rst(either(c));
  }

  /** Keep-alives, urgent data, ECN, SYNs that carry data: rare, and legal. */
  static void oddities(TcpConversation c) {
    Direction asks = c.opener;
    int data = c.pick(0, 0, 10, 500);
    if (data > 0) {
      c.send(asks, SYN, c.end(asks).initial, 0, data, c.synOptions(asks));
      c.end(asks).next = c.end(asks).initial + 1 + data;
      if (c.oneIn(2)) { // the answer acknowledges the SYN alone, so they are sent again
        c.send(
            asks.reverse(),
            SYN | ACK,
            c.end(asks.reverse()).initial,
            c.end(asks).initial + 1,
            0,
            "");
        c.end(asks.reverse()).next = c.end(asks.reverse()).initial + 1;
        c.send(asks, ACK, c.end(asks).initial + 1, c.end(asks.reverse()).next, data, "");
        c.vmScale = -1;
      }
    } else {
      c.syn(asks);
    }
    c.synAck(asks.reverse());
    c.ack(asks);
    c.exchange(2);
    for (int i = 0; i < 4; i++) {
      Direction from = either(c);
      int next = c.end(from).next;
      int ack = c.end(from.reverse()).next;
      switch (c.random.nextInt(4)) {
        case 0 -> c.send(from, ACK, next - 1, ack, 0, c.options(from)); // a keep-alive
        case 1 -> c.send(from, ACK, next - 1, ack, 1, c.options(from)); // one with a byte
        case 2 -> {
          c.send(from, ACK | URG, next, ack, 10, c.options(from));
          c.end(from).next += 10;
        }
        default -> {
          c.send(from, ACK | PSH | 0x40 | 0x80, next, ack, 10, c.options(from)); // ECE, CWR
          c.end(from).next += 10;
        }
      }
      c.ack(from.reverse());
    }
    c.close(either(c));
  }

  /** A connection into which a stranger throws segments, guessing. */
  static void noise(TcpConversation c) {
    c.handshake();
    for (int i = 0; i < 4; i++) {
      c.exchange(1);
      Direction from = either(c);
      int flags = c.pick(ACK, ACK | PSH, SYN, SYN | ACK, RST, RST | ACK, FIN | ACK);
      boolean near = c.oneIn(2);
      int sequence = near ? c.end(from).next + c.random.nextInt(3_000) - 1_500 : c.random.nextInt();
      int ack =
          near ? c.end(from.reverse()).next + c.random.nextInt(3_000) - 1_500 : c.random.nextInt();
      c.send(from, flags, sequence, (flags & ACK) == 0 ? 0 : ack, c.pick(0, 0, 1, 500), "");
    }
    c.exchange(2);
    c.close(either(c));
  }

  static Direction either(Conversation c) {
    return c.random.nextBoolean() ? OUTBOUND : INBOUND;
  }
}
