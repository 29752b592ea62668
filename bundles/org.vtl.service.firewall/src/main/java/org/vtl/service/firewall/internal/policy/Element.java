package org.vtl.service.firewall.internal.policy;

import java.util.regex.Pattern;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;

/**
 * One value as it was written: a number, name or address, a range {@code a-b}, a prefix {@code
 * a/n}; or a set {@code @name}.
 */
record Element(Token token, String text) {
  /** 010 is ten to some and eight to others: it is no number here. */
  private static final Pattern NUMBER = Pattern.compile("0x[0-9a-fA-F]{1,8}|0|[1-9][0-9]{0,8}");

  private static final Pattern ADDRESS_PARTS = Pattern.compile("[0-9a-fA-F.:]+");

  /** Thrown for a text that is no value of the kind; the message is the sentence. */
  static final class Unreadable extends Exception {
    Unreadable(String sentence) {
      super(sentence, null, false, false); // many are thrown while the kind of a set is found
    }
  }

  boolean isSet() {
    return text.startsWith("@");
  }

  /** The name of the set. */
  String set() {
    return text.substring(1);
  }

  /** Reads it as values of {@code kind}. */
  RangeSet ranges(Kind kind) throws Unreadable {
    long[] single = single(kind, text);
    if (single != null) {
      return RangeSet.range(single[0], single[1], single[0], single[1]);
    }
    int slash = text.indexOf('/');
    if (slash >= 0 && (kind == Kind.IPV4 || kind == Kind.IPV6)) {
      return prefix(kind, text.substring(0, slash), text.substring(slash + 1));
    }
    // Names have dashes, too: the first place with a value on both sides is the range's.
    for (int dash = text.indexOf('-'); dash > 0; dash = text.indexOf('-', dash + 1)) {
      long[] first = single(kind, text.substring(0, dash));
      long[] last = single(kind, text.substring(dash + 1));
      if (first != null && last != null) {
        if (RangeSet.compare(first[0], first[1], last[0], last[1]) > 0) {
          throw new Unreadable(
              "The range \"" + text + "\" is reversed; write the smaller value first.");
        }
        return RangeSet.range(first[0], first[1], last[0], last[1]);
      }
    }
    throw new Unreadable(fault(kind));
  }

  private String fault(Kind kind) {
    String remedy = Words.remedy(text, Names.all(kind), "write " + kind.description() + ".");
    return "\"" + text + "\" is not what is expected here; " + remedy;
  }

  private RangeSet prefix(Kind kind, String address, String length) throws Unreadable {
    long[] base = single(kind, address);
    int bits = kind == Kind.IPV4 ? 32 : 128;
    if (base == null) {
      throw new Unreadable(fault(kind));
    }
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
      throw new Unreadable(
          "\"/" + length + "\" is no length of a prefix here; write 0 to " + bits + ".");
    }
    int free = bits - Integer.parseInt(length);
    long lowMask = free >= 64 ? -1 : (1L << free) - 1;
    long highMask = free >= 128 ? -1 : free <= 64 ? 0 : (1L << (free - 64)) - 1;
    return RangeSet.range(
        base[0] & ~highMask, base[1] & ~lowMask, base[0] | highMask, base[1] | lowMask);
  }

  /** The two halves of one value, or null. */
  private static long[] single(Kind kind, String text) {
    if ((kind == Kind.IPV4 || kind == Kind.IPV6 || kind == Kind.MAC)
        && !ADDRESS_PARTS.matcher(text).matches()) {
      return null;
    }
    try {
      return switch (kind) {
        case IPV4 ->
            text.indexOf('.') < 0 ? null : new long[] {0, Packet.mapped(Address.parseIpv4(text))};
        case IPV6 -> {
          Address address = text.indexOf(':') < 0 ? null : Address.parse(text);
          yield address == null ? null : new long[] {address.high(), address.low()};
        }
        case MAC -> text.indexOf(':') < 0 ? null : new long[] {0, Address.parseMac(text)};
        case ADDRESS -> null;
        default -> number(kind, text);
      };
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static long[] number(Kind kind, String text) {
    int named = Names.number(kind, text);
    if (named >= 0) {
      return new long[] {0, named};
    }
    if (!NUMBER.matcher(text).matches()) {
      return null;
    }
    long value = Long.decode(text);
    return kind.domain().contains(value) ? new long[] {0, value} : null;
  }
}
