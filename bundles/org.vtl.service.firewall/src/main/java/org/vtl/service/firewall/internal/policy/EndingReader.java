package org.vtl.service.firewall.internal.policy;

import java.util.List;
import org.vtl.service.firewall.internal.policy.Ending.Reject.Answer;

/** Reads how a rule, or the policy of a direction, ends. */
final class EndingReader {
  /** The names of {@code icmpx}, by their numbers. */
  static final List<String> ICMPX =
      List.of("no-route", "port-unreachable", "host-unreachable", "admin-prohibited");

  private final Cursor cursor;
  private final Faults faults;
  private final NumberReader numbers;

  EndingReader(Cursor cursor, Faults faults, NumberReader numbers) {
    this.cursor = cursor;
    this.faults = faults;
    this.numbers = numbers;
  }

  /** Whether an ending is here. */
  boolean isHere() {
    Token token = cursor.peek();
    return token.isWord("accept")
        || token.isWord("drop")
        || token.isWord("reject")
        || token.isWord("synproxy");
  }

  /** The ending that is here; null after a fault. */
  Ending ending() {
    Token token = cursor.next();
    return switch (token.text()) {
      case "accept" -> Ending.ACCEPT;
      case "drop" -> Ending.DROP;
      case "reject" -> cursor.takeWord("with") ? with() : Ending.REJECT;
      default -> synProxy();
    };
  }

  private Ending with() {
    if (cursor.takeWord("tcp")) {
      if (!cursor.takeWord("reset")) {
        faults.error(
            cursor.peek(), "TCP is refused by \"reject with tcp reset\"; write \"reset\".");
        return null;
      }
      return new Ending.Reject(Answer.TCP_RESET, 0);
    }
    Token version = cursor.peek();
    Answer answer =
        switch (version.text()) {
          case "icmp" -> Answer.ICMP;
          case "icmpv6" -> Answer.ICMPV6;
          case "icmpx" -> Answer.ICMPX;
          default -> null;
        };
    if (answer == null) {
      faults.error(
          version,
          "Behind \"reject with\" comes an answer; write \"tcp reset\", or icmp, icmpv6 or icmpx"
              + " and a name such as port-unreachable.");
      return null;
    }
    cursor.next();
    cursor.takeWord("type"); // as nft prints it
    Token name = cursor.peek();
    int code = name.type() == Token.Type.WORD ? code(answer, name.text()) : -1;
    if (code < 0) {
      faults.error(
          name,
          name.shown()
              + " is no code of "
              + version.text()
              + "; write one of "
              + names(answer)
              + ".");
      if (name.type() == Token.Type.WORD && !Words.beginsPart(name)) {
        cursor.next();
      }
      return null;
    }
    cursor.next();
    return new Ending.Reject(answer, code);
  }

  private static int code(Answer answer, String name) {
    return switch (answer) {
      case ICMP -> Names.number(Kind.ICMP_CODE, name);
      case ICMPV6 -> Names.number(Kind.ICMPV6_CODE, name);
      default -> ICMPX.indexOf(name);
    };
  }

  private static String names(Answer answer) {
    return String.join(
        ", ",
        switch (answer) {
          case ICMP -> Names.all(Kind.ICMP_CODE);
          case ICMPV6 -> Names.all(Kind.ICMPV6_CODE);
          default -> ICMPX;
        });
  }

  private Ending synProxy() {
    int mss = 0;
    int scale = -1;
    boolean timestamp = false;
    boolean sack = false;
    while (true) {
      if (cursor.takeWord("mss")) {
        mss = (int) Math.max(0, numbers.number("maximum segment size", 88, 65_535));
      } else if (cursor.takeWord("wscale")) {
        scale = (int) numbers.number("window scale", 0, 14);
      } else if (cursor.takeWord("timestamp")) {
        timestamp = true;
      } else if (cursor.takeWord("sack-perm")) {
        sack = true;
      } else {
        return new Ending.SynProxy(mss, scale, timestamp, sack);
      }
    }
  }
}
