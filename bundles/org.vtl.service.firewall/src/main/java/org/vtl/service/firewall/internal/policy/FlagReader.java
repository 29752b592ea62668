package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads what stands behind {@code tcp flags}, in all of nft's forms: {@code syn,ack} (any of them),
 * {@code ! syn}, {@code == syn|ack}, {@code syn / fin,syn,rst,ack}, {@code & (fin|syn) == syn},
 * {@code { syn, syn|ack }}.
 */
final class FlagReader {
  /** The flags of the header's fourteenth byte, from the lowest bit. */
  static final List<String> NAMES = List.of("fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr");

  private static final int ALL = 0xff;

  private final Cursor cursor;
  private final Faults faults;

  FlagReader(Cursor cursor, Faults faults) {
    this.cursor = cursor;
    this.faults = faults;
  }

  /** The match; null after a fault. */
  Match match() {
    if (cursor.takeSymbol("&")) {
      int mask = flags();
      boolean not = cursor.peek().isSymbol("!=");
      if (mask < 0) {
        return null;
      }
      if (!not && !cursor.peek().isSymbol("==")) {
        faults.error(
            cursor.peek(), "Behind the mask of flags comes what they must be; write \"== syn\".");
        return null;
      }
      cursor.next();
      return flags(mask, flags(), not);
    }
    boolean not = cursor.peek().isSymbol("!=");
    boolean exact = not || cursor.peek().isSymbol("==");
    boolean none = cursor.takeSymbol("!");
    if (exact) {
      cursor.next();
    }
    if (cursor.peek().isSymbol("{")) {
      return oneOf(not);
    }
    int value = flags();
    if (cursor.takeSymbol("/")) {
      return flags(flags(), value, not);
    }
    return exact ? flags(ALL, value, not) : flags(value, 0, !none);
  }

  private static Match flags(int mask, int value, boolean not) {
    return mask < 0 || value < 0 ? null : new Match.Flags(mask, value, not);
  }

  /** Combinations in braces: the flags must be exactly one of them. */
  private Match oneOf(boolean not) {
    Token open = cursor.next();
    List<RangeSet> values = new ArrayList<>();
    do {
      cursor.skipLines();
      int value = flags('|');
      if (value < 0) {
        return null;
      }
      values.add(RangeSet.of(value));
      cursor.skipLines();
    } while (cursor.takeSymbol(","));
    if (!cursor.takeSymbol("}")) {
      faults.error(open, "The set that begins here is not closed; end it by \"}\".");
      return null;
    }
    return new Match.OneOf(Field.TCP_FLAGS, not, Values.of(RangeSet.union(values)));
  }

  /** Flags joined by commas or bars, perhaps in parentheses, as bits; -1 after a fault. */
  private int flags() {
    if (!cursor.takeSymbol("(")) {
      return flags(',');
    }
    int flags = flags(',');
    if (flags >= 0 && !cursor.takeSymbol(")")) {
      faults.error(cursor.peek(), "The parenthesis is not closed; end it by \")\".");
      return -1;
    }
    return flags;
  }

  private int flags(char comma) {
    int flags = 0;
    do {
      Token token = cursor.peek();
      int flag = token.type() == Token.Type.WORD ? flag(token.text()) : -1;
      if (flag < 0) {
        faults.error(
            token,
            token.shown() + " is no TCP flag; write some of " + String.join(", ", NAMES) + ".");
        if (!token.isEnd() && !Words.beginsPart(token)) {
          cursor.next();
        }
        return -1;
      }
      cursor.next();
      flags |= flag;
    } while (cursor.takeSymbol("|") || comma == ',' && cursor.takeSymbol(","));
    return flags;
  }

  private static int flag(String word) {
    int bit = NAMES.indexOf(word.equals("ece") ? "ecn" : word);
    if (bit >= 0) {
      return 1 << bit;
    }
    return word.matches("0x[0-9a-f]{1,2}|[0-9]{1,2}") ? Integer.decode(word) : -1;
  }
}
