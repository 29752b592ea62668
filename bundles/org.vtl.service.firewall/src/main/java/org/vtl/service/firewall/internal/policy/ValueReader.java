package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads values: one, a list between commas, or {@code { ... }} over any number of lines. */
final class ValueReader {
  /** A mention of a set, to be looked at once all sets are known. */
  record Mention(Element element, Kind kind) {}

  private static final List<Kind> KINDS_OF_SETS =
      List.of(
          Kind.ADDRESS,
          Kind.MAC,
          Kind.NUMBER,
          Kind.PORT,
          Kind.PROTOCOL,
          Kind.STATE,
          Kind.ICMP_TYPE,
          Kind.ICMPV6_TYPE,
          Kind.ETHER_TYPE);

  private static final Pattern MACS =
      Pattern.compile("[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}(-[0-9a-fA-F:]*)?");

  private final Cursor cursor;
  private final Faults faults;
  private final List<Mention> mentions = new ArrayList<>();

  ValueReader(Cursor cursor, Faults faults) {
    this.cursor = cursor;
    this.faults = faults;
  }

  /** The sets that were named so far. */
  List<Mention> mentions() {
    return mentions;
  }

  /** Reads the values of a match; null after a fault. */
  Values values(Kind kind) {
    // nft takes lists without braces where values are bits: states.
    List<Element> elements = kind == Kind.STATE ? list() : elements();
    if (elements == null) {
      return null;
    }
    Values values = join(kind, elements);
    for (Element element : elements) {
      if (element.isSet()) {
        mentions.add(new Mention(element, kind));
      }
    }
    return values;
  }

  /** Reads {@code { ... }} as the set {@code name}; null after a fault. */
  NamedSet set(Token name) {
    if (!cursor.peek().isSymbol("{")) {
      faults.error(cursor.peek(), "A set is written { a, b, c }; begin it by \"{\".");
      return null;
    }
    List<Element> elements = elements();
    if (elements == null) {
      return null;
    }
    List<Element> own = elements.stream().filter(element -> !element.isSet()).toList();
    Kind kind = own.isEmpty() ? null : kind(own);
    for (Element element : elements) {
      if (element.isSet()) {
        mentions.add(new Mention(element, kind));
      }
    }
    Values values = join(kind, elements);
    return new NamedSet(name.text(), own.isEmpty() ? null : lasting(kind, values), values);
  }

  /** Elements behind {@code address}: IPv4, IPv6 and MAC addresses mixed. */
  Addresses addresses() {
    List<RangeSet> ipv4 = new ArrayList<>();
    List<RangeSet> ipv6 = new ArrayList<>();
    List<RangeSet> macs = new ArrayList<>();
    List<Element> elements = list();
    for (Element element : elements == null ? List.<Element>of() : elements) {
      String text = element.text();
      Kind kind = MACS.matcher(text).matches() ? Kind.MAC : kindOfAddress(element);
      List<RangeSet> into = kind == Kind.MAC ? macs : kind == Kind.IPV6 ? ipv6 : ipv4;
      try {
        into.add(element.ranges(kind));
      } catch (Element.Unreadable e) {
        faults.error(
            element.token(),
            "\""
                + text
                + "\" is no address; write an IPv4, IPv6 or MAC address, a prefix or a range.");
      }
    }
    return new Addresses(RangeSet.union(ipv4), RangeSet.union(ipv6), RangeSet.union(macs));
  }

  /**
   * The kind that is found when {@code values} are written and read again: names vanish in ranges,
   * and with them what says more of a number than that it is one.
   */
  private static Kind lasting(Kind kind, Values values) {
    List<Element> written =
        ValueWriter.words(kind, new Values(values.ranges(), values.ipv6(), List.of())).stream()
            .map(word -> new Element(null, word))
            .toList();
    return written.isEmpty() || kind(written) == kind ? kind : Kind.NUMBER;
  }

  /** The kind in which most elements can be read, of the like the first. */
  private static Kind kind(List<Element> elements) {
    Kind best = Kind.ADDRESS;
    int most = -1;
    for (Kind kind : KINDS_OF_SETS) {
      int readable = 0;
      for (Element element : elements) {
        try {
          element.ranges(kind == Kind.ADDRESS ? kindOfAddress(element) : kind);
          readable++;
        } catch (Element.Unreadable e) {
          // this one does not count
        }
      }
      if (readable > most) {
        most = readable;
        best = kind;
      }
    }
    return best;
  }

  private static Kind kindOfAddress(Element element) {
    return element.text().indexOf(':') >= 0 ? Kind.IPV6 : Kind.IPV4;
  }

  private Values join(Kind kind, List<Element> elements) {
    List<RangeSet> ranges = new ArrayList<>();
    List<RangeSet> ipv6 = new ArrayList<>();
    TreeSet<String> sets = new TreeSet<>();
    for (Element element : elements) {
      if (element.isSet()) {
        sets.add(element.set());
        continue;
      }
      Kind own = kind == Kind.ADDRESS ? kindOfAddress(element) : kind;
      try {
        (kind == Kind.ADDRESS && own == Kind.IPV6 ? ipv6 : ranges).add(element.ranges(own));
      } catch (Element.Unreadable e) {
        faults.error(element.token(), e.getMessage());
      }
    }
    return new Values(RangeSet.union(ranges), RangeSet.union(ipv6), List.copyOf(sets));
  }

  /** One element, or those in braces; null after a fault. */
  private List<Element> elements() {
    if (!cursor.peek().isSymbol("{")) {
      Element one = element();
      return one == null ? null : List.of(one);
    }
    Token open = cursor.next();
    List<Element> elements = new ArrayList<>();
    boolean separated = true;
    boolean told = false;
    while (true) {
      Token before = cursor.peek();
      cursor.skipLines();
      if (cursor.takeSymbol("}")) {
        break;
      }
      Token token = cursor.peek();
      boolean newLine = before.isEnd();
      if (token.isEnd() || token.isSymbol("{") || newLine && !separated) {
        faults.error(
            open,
            "The set that begins here is not closed before "
                + token.shown()
                + " in line "
                + token.line()
                + "; end it by \"}\", or write a comma.");
        cursor.back();
        return null;
      }
      if (!separated && !told) {
        told = true;
        faults.error(token, "Elements of a set have commas between them; write one before it.");
      }
      Element element = element();
      if (element == null) {
        cursor.next();
      } else {
        elements.add(element);
      }
      separated = cursor.takeSymbol(",");
    }
    if (elements.isEmpty()) {
      faults.error(open, "The set is empty, so it matches nothing; write elements in it.");
      return null;
    }
    return elements;
  }

  /** Elements between commas, or those in braces; null after a fault. */
  private List<Element> list() {
    if (cursor.peek().isSymbol("{")) {
      return elements();
    }
    List<Element> elements = new ArrayList<>();
    do {
      Element element = element();
      if (element == null) {
        return elements.isEmpty() ? null : elements;
      }
      elements.add(element);
    } while (cursor.takeSymbol(","));
    return elements;
  }

  private Element element() {
    Token token = cursor.peek();
    if (token.type() != Token.Type.WORD) {
      faults.error(
          token, "A value is missing before " + token.shown() + "; write one, or { a, b }.");
      return null;
    }
    cursor.next();
    if (!cursor.peek().isSymbol("/") || cursor.second().type() != Token.Type.WORD) {
      return new Element(token, token.text());
    }
    cursor.next();
    return new Element(token, token.text() + "/" + cursor.next().text());
  }
}
