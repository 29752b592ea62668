package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.vtl.packet.Direction;

/** Reads one rule, to the end of its statement. */
final class RuleReader {
  private final Cursor cursor;
  private final Faults faults;
  private final ValueReader values;
  private final NumberReader numbers;
  private final EffectReader effectReader;
  private final EndingReader endings;

  // The rule being read.
  private Direction direction;
  private List<Match> matches;
  private List<Effect> effects;
  private String comment;
  private Token id;
  private Ending ending;
  private boolean ended;
  private boolean counted;

  RuleReader(Cursor cursor, Faults faults, ValueReader values) {
    this.cursor = cursor;
    this.faults = faults;
    this.values = values;
    this.numbers = new NumberReader(cursor, faults);
    this.effectReader = new EffectReader(cursor, faults, numbers);
    this.endings = new EndingReader(cursor, faults, numbers);
  }

  EndingReader endings() {
    return endings;
  }

  /** Reads the rule that is here, for {@code link}; without an id of its own it has "". */
  Rule rule(String link) {
    direction = null;
    matches = new ArrayList<>();
    effects = new ArrayList<>();
    comment = "";
    id = null;
    ending = null;
    ended = false;
    counted = false;
    Token first = cursor.peek();
    int faultsBefore = faults.errorCount();
    while (!cursor.peek().isEnd() && !cursor.peek().isSymbol("}")) {
      part();
    }
    if (matches.isEmpty()
        && effects.isEmpty()
        && !ended
        && !counted
        && faults.errorCount() == faultsBefore) {
      faults.error(first, "The rule does nothing; write a match, log or a verdict such as drop.");
    }
    return new Rule(
        id == null ? "" : id.text(),
        id != null,
        link,
        direction,
        matches,
        effects,
        comment,
        ending,
        first.line());
  }

  /** Where the id of the rule read last stands; null without. */
  Token idToken() {
    return id;
  }

  private void part() {
    Token token = cursor.peek();
    if (endings.isHere()) {
      if (ended) {
        faults.error(token, "The rule has a verdict already; delete one of them.");
      }
      ended = true;
      ending = endings.ending();
      return;
    }
    switch (token.type() == Token.Type.WORD ? token.text() : "") {
      case "inbound" -> direction(Direction.INBOUND);
      case "outbound" -> direction(Direction.OUTBOUND);
      case "limit" -> {
        cursor.next();
        effect(token, effectReader.limit());
      }
      case "log" -> {
        cursor.next();
        effect(token, effectReader.log());
      }
      case "counter" -> counter();
      case "comment" -> {
        cursor.next();
        String text = numbers.text("comment");
        comment = text == null ? "" : text;
      }
      case "id" -> id();
      case "ether", "vlan", "meta", "ip", "ip6", "tcp", "udp", "sctp", "th", "icmp", "icmpv6" ->
          match();
      case "ct" -> {
        if (cursor.second().isWord("count")) {
          cursor.next();
          cursor.next();
          effect(token, effectReader.count());
        } else {
          match();
        }
      }
      default -> unknown(token);
    }
  }

  private void direction(Direction said) {
    Token token = cursor.next();
    if (direction != null) {
      faults.error(token, "The rule has a direction already; delete one, for both write none.");
    }
    direction = said;
  }

  /** nft prints counters with what they counted; VTL counts every rule anyway. */
  private void counter() {
    cursor.next();
    counted = true;
    if (cursor.takeWord("packets")) {
      numbers.number("count of packets", 0, Long.MAX_VALUE);
    }
    if (cursor.takeWord("bytes")) {
      numbers.number("count of bytes", 0, Long.MAX_VALUE);
    }
  }

  private void id() {
    cursor.next();
    Token token = cursor.peek();
    if (token.type() != Token.Type.WORD
        || !token.text().matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
      faults.error(
          token,
          "Behind \"id\" comes a name of up to 64 letters, digits, dashes, dots; write one.");
      if (token.type() == Token.Type.WORD || token.type() == Token.Type.STRING) {
        cursor.next();
      }
      return;
    }
    if (id != null) {
      faults.error(token, "The rule has an id already; delete one of them.");
    }
    id = cursor.next();
  }

  private void effect(Token at, Effect effect) {
    if (ended) {
      faults.error(at, "\"" + at.text() + "\" must stand before the verdict; move it there.");
    }
    if (effect == null) {
      skipPart();
    } else if (effect instanceof Effect.Log
        && effects.stream().anyMatch(e -> e instanceof Effect.Log)) {
      faults.error(at, "The rule logs already; delete one \"log\".");
    } else {
      effects.add(effect);
    }
  }

  private void match() {
    Token first = cursor.next();
    Token second = cursor.peek();
    Field field = second.type() == Token.Type.WORD ? Field.of(first.text(), second.text()) : null;
    if (field == null) {
      List<String> words =
          Arrays.stream(Field.values())
              .map(Field::words)
              .filter(name -> name.startsWith(first.text() + " "))
              .map(name -> name.substring(first.text().length() + 1))
              .collect(Collectors.toList());
      if (first.text().equals("ct")) {
        words.add("count");
      }
      faults.error(
          second,
          "\"%s\" is followed by %s; write one of these instead of %s."
              .formatted(first.text(), String.join(", ", words), second.shown()));
      skipPart();
      return;
    }
    cursor.next();
    if (ended || !effects.isEmpty()) {
      faults.error(
          first,
          "The match \""
              + field.words()
              + "\" must stand before limit, ct count, log and the verdict; move it there.");
    }
    Match match = field == Field.TCP_FLAGS ? new FlagReader(cursor, faults).match() : oneOf(field);
    if (match == null) {
      skipPart();
    } else {
      matches.add(match);
    }
  }

  private Match oneOf(Field field) {
    boolean not = cursor.takeSymbol("!=");
    if (!not) {
      cursor.takeSymbol("==");
    }
    Values read = values.values(field.kind());
    return read == null ? null : new Match.OneOf(field, not, read);
  }

  private void unknown(Token token) {
    cursor.next();
    List<String> words = token.type() == Token.Type.WORD ? Words.PARTS : List.of();
    faults.error(
        token,
        token.shown()
            + " is no part of a rule; "
            + Words.remedy(
                token.text(),
                words,
                "write a match such as \"tcp dport 22\", or a verdict such as \"accept\"."));
    skipPart();
  }

  /** After a fault: on to where the next part can begin. */
  private void skipPart() {
    int depth = 0;
    while (cursor.peek().type() != Token.Type.EOF) {
      Token token = cursor.peek();
      if (depth == 0 && (token.isEnd() || token.isSymbol("}") || Words.beginsPart(token))) {
        return;
      }
      if (token.type() == Token.Type.END && depth > 0 && Words.beginsStatement(cursor.second())) {
        return;
      }
      depth += token.isSymbol("{") ? 1 : token.isSymbol("}") ? -1 : 0;
      cursor.next();
    }
  }
}
