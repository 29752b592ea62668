package org.vtl.itests.firewall;

import java.util.Random;
import java.util.function.Consumer;

/** A kind of trace, and how many of it there are to each policy. */
enum Category {
  WHOLE("whole connections", 400, tcp(TcpTraces::whole)),
  LOSS("loss", 300, tcp(LossyTransfer::lossy)),
  REORDERING("reordering", 300, tcp(LossyTransfer::reordered)),
  RETRANSMISSION("retransmission", 300, tcp(LossyTransfer::repeated)),
  HANDSHAKE("handshakes", 400, tcp(TcpTraces::handshakes)),
  RESET("resets in and out of window", 400, tcp(TcpTraces::resets)),
  FLAGS("bad flags", 400, tcp(TcpTraces::flags)),
  EDGE("window edges", 400, tcp(TcpTraces::edges)),
  WINDOW("windows that open and close", 200, tcp(TcpTraces::windows)),
  WRAP("sequence wrap", 300, tcp(TcpTraces::wrapped)),
  SCALE("window scaling", 300, tcp(TcpTraces::scales)),
  HALF_OPEN("half-open", 300, tcp(TcpTraces::halfOpen)),
  MIDSTREAM("mid-stream", 300, tcp(TcpTraces::midstream)),
  SIMULTANEOUS("simultaneous open", 200, tcp(TcpTraces::simultaneous)),
  HALF_CLOSED("half-close", 200, tcp(TcpTraces::halfClosed)),
  REUSE("time-wait and reuse", 300, tcp(TcpTraces::reuse)),
  CHALLENGE("challenge ACKs", 300, tcp(TcpTraces::challenges)),
  SACK("SACK", 200, tcp(TcpTraces::selective)),
  TIMESTAMP("timestamps", 200, tcp(TcpTraces::timestamps)),
  ODDITY("keep-alives, data on SYN, ECN", 200, tcp(TcpTraces::oddities)),
  NOISE("a guessing stranger", 400, tcp(TcpTraces::noise)),
  ERROR("ICMP errors", 400, tcp(DatagramTraces::errors)),
  UDP_FRAGMENT("UDP in fragments", 200, any(FragmentTraces::udp)),
  TCP_FRAGMENT("TCP in fragments", 100, tcp(FragmentTraces::tcp)),
  DECEPTION("fragments that deceive", 100, tcp(FragmentTraces::deceiving)),
  UDP("UDP", 300, any(DatagramTraces::udp)),
  PING("ping", 100, any(DatagramTraces::ping)),
  ECHO("ICMP echo", 200, any(DatagramTraces::echo)),
  ICMP("other ICMP", 100, any(DatagramTraces::icmp)),
  OTHER("other protocols", 100, any(DatagramTraces::others)),
  SELFTEST("the kernel's own six cases", 70, null);

  /** Makes the trace {@code number} of a run from its dice. */
  interface Maker {
    Conversation make(int number, Random random, Rules rules);
  }

  final String title;
  final int count;
  private final Maker maker;

  Category(String title, int count, Maker maker) {
    this.title = title;
    this.count = count;
    this.maker = maker;
  }

  /** The trace {@code index} of this kind, {@code number} of the run. */
  Trace trace(int number, int index, long seed, Rules rules) {
    if (maker == null) {
      return ScriptTraces.conntrack(number, index, seed);
    }
    return maker.make(number, new Random(seed), rules).trace(title, title + " " + index);
  }

  private static Maker tcp(Consumer<TcpConversation> fill) {
    return (number, random, rules) -> {
      // What the policy refuses goes on as if it had not, which is seldom worth a look.
      int openedByVm = rules == Rules.SERVER ? 3 : 10;
      TcpConversation conversation = new TcpConversation(number, random, openedByVm);
      fill.accept(conversation);
      return conversation;
    };
  }

  private static Maker any(Consumer<Conversation> fill) {
    return (number, random, rules) -> {
      Conversation conversation = new Conversation(number, random, 1 + random.nextInt(60_000));
      fill.accept(conversation);
      return conversation;
    };
  }
}
