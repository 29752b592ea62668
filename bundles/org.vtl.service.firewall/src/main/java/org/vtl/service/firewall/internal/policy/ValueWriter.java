package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.List;
import org.vtl.packet.Address;

/** Writes values as {@link ValueReader} reads them. */
final class ValueWriter {
  private static final int ALL_FLAGS = 0xff;

  private ValueWriter() {}

  /** What stands behind the field's words. */
  static String text(Match match) {
    return switch (match) {
      case Match.OneOf(Field field, boolean not, Values values) ->
          (not ? "!= " : "")
              + (field == Field.TCP_FLAGS ? combinations(values) : text(field.kind(), values));
      case Match.Flags(int mask, int value, boolean not) -> {
        if (value == 0 && not && mask != 0) {
          yield flags(mask, ",");
        }
        String test = (not ? "!= " : "== ") + flags(value, "|");
        yield mask == ALL_FLAGS ? test : "& (" + flags(mask, "|") + ") " + test;
      }
    };
  }

  private static String combinations(Values values) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i <= ALL_FLAGS; i++) {
      if (values.ranges().contains(i)) {
        words.add(flags(i, "|"));
      }
    }
    return "{ " + String.join(", ", words) + " }";
  }

  private static String flags(int flags, String between) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < FlagReader.NAMES.size(); i++) {
      if ((flags & 1 << i) != 0) {
        words.add(FlagReader.NAMES.get(i));
      }
    }
    return words.isEmpty() ? "0x0" : String.join(between, words);
  }

  /** One value, or several in braces. */
  static String text(Kind kind, Values values) {
    List<String> words = words(kind, values);
    return words.size() == 1 ? words.getFirst() : "{ " + String.join(", ", words) + " }";
  }

  /** Each value by itself. */
  static List<String> words(Kind kind, Values values) {
    List<String> words = new ArrayList<>();
    ranges(kind == Kind.ADDRESS ? Kind.IPV4 : kind, values.ranges(), words);
    ranges(Kind.IPV6, values.ipv6(), words);
    values.sets().forEach(name -> words.add("@" + name));
    return words;
  }

  /** Addresses with commas between them. */
  static String text(Addresses addresses) {
    List<String> words = new ArrayList<>();
    ranges(Kind.IPV4, addresses.ipv4(), words);
    ranges(Kind.IPV6, addresses.ipv6(), words);
    ranges(Kind.MAC, addresses.macs(), words);
    return String.join(", ", words);
  }

  private static void ranges(Kind kind, RangeSet ranges, List<String> words) {
    for (int i = 0; i < ranges.size(); i++) {
      long high = ranges.firstHigh(i);
      long low = ranges.firstLow(i);
      long lastHigh = ranges.lastHigh(i);
      long lastLow = ranges.lastLow(i);
      if (kind == Kind.STATE) {
        for (long state = low; state <= lastLow; state++) {
          words.add(one(kind, 0, state));
        }
      } else if (high == lastHigh && low == lastLow) {
        words.add(one(kind, high, low));
      } else {
        int prefix = kind == Kind.IPV4 || kind == Kind.IPV6 ? prefix(kind, ranges, i) : -1;
        words.add(
            prefix >= 0
                ? one(kind, high, low) + "/" + prefix
                : number(kind, high, low) + "-" + number(kind, lastHigh, lastLow));
      }
    }
  }

  /** The length of the prefix that range {@code i} is; -1 if it is none. */
  private static int prefix(Kind kind, RangeSet ranges, int i) {
    int bits = kind == Kind.IPV4 ? 32 : 128;
    long high = ranges.firstHigh(i) ^ ranges.lastHigh(i);
    long low = ranges.firstLow(i) ^ ranges.lastLow(i);
    boolean ones = high == 0 ? (low & low + 1) == 0 : low == -1 && (high & high + 1) == 0;
    boolean zeros = (ranges.firstHigh(i) & high) == 0 && (ranges.firstLow(i) & low) == 0;
    return ones && zeros ? bits - Long.bitCount(high) - Long.bitCount(low) : -1;
  }

  private static String one(Kind kind, long high, long low) {
    // Ports as numbers: 80 is known to all, the names of others to few.
    String name = kind == Kind.PORT ? null : Names.name(kind, low);
    return high == 0 && name != null ? name : number(kind, high, low);
  }

  private static String number(Kind kind, long high, long low) {
    return switch (kind) {
      case IPV4 -> Address.formatIpv4((int) low);
      case IPV6 -> Address.formatIpv6(high, low);
      case MAC -> Address.formatMac(low);
      case ETHER_TYPE -> "0x%04x".formatted(low);
      default -> Long.toUnsignedString(low);
    };
  }
}
