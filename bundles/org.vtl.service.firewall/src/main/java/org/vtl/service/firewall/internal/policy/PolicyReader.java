package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.packet.Direction;

/** Reads the text of a policy: statement by statement, going on behind every fault. */
public final class PolicyReader {
  private final Faults faults = new Faults();
  private final Cursor cursor;
  private final ValueReader values;
  private final RuleReader ruleReader;

  private final SetTable sets = new SetTable(faults);
  private final RuleIds rules = new RuleIds(faults);
  private final Map<String, LinkSection> links = new LinkedHashMap<>();
  private Settings settings = Settings.NONE;

  /** The link whose section is being read; "" outside. */
  private String link = "";

  private PolicyReader(String text) {
    cursor = new Cursor(Tokenizer.tokens(text, faults));
    values = new ValueReader(cursor, faults);
    ruleReader = new RuleReader(cursor, faults, values);
  }

  /**
   * Reads {@code text}, lines ended by line feeds; tells every error in it, and if there is none,
   * what is probably not meant. Any thread.
   */
  public static Reading read(String text) {
    return new PolicyReader(text).read();
  }

  private Reading read() {
    while (cursor.peek().type() != Token.Type.EOF) {
      if (cursor.peek().isSymbol("}")) {
        faults.error(cursor.next(), "No section is open that this \"}\" could close; delete it.");
      }
      statement();
    }
    sets.check(values.mentions());
    if (faults.hasErrors()) {
      return faults.reading(null);
    }
    Policy policy =
        new Policy(sets.all(), settings, List.copyOf(links.values()), rules.identified());
    new Unreachable(policy, faults).warn();
    return faults.reading(policy);
  }

  private void statement() {
    Token token = cursor.peek();
    if (token.isEnd()) {
      cursor.next();
      return;
    }
    switch (token.type() == Token.Type.WORD ? token.text() : "") {
      case "set" -> set();
      case "policy" -> policy();
      case "antispoof" -> antispoof();
      case "address" -> address();
      case "link" -> link();
      default -> {
        if (token.type() == Token.Type.WORD && !Words.beginsPart(token)) {
          unknown(token);
        } else {
          Rule rule = ruleReader.rule(link);
          rules.add(rule, ruleReader.idToken());
        }
      }
    }
    if (!cursor.peek().isEnd() && !cursor.peek().isSymbol("}")) {
      faults.error(
          cursor.peek(), cursor.peek().shown() + " is too much here; delete it, or begin a line.");
      cursor.skipStatement();
    }
  }

  private void unknown(Token token) {
    List<String> words = new ArrayList<>(Words.STATEMENTS);
    words.addAll(Words.PARTS);
    faults.error(
        token,
        token.shown()
            + " begins no statement; "
            + Words.remedy(
                token.text(),
                words,
                "write set, policy, antispoof, link, or a rule such as \"tcp dport 22 accept\"."));
    cursor.skipStatement();
  }

  private void set() {
    cursor.next();
    Token name = cursor.peek();
    if (!link.isEmpty()) {
      faults.error(name, "Sets are shared by all links; move this one out of the section.");
    }
    if (name.type() != Token.Type.WORD || !name.text().matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
      faults.error(name, "Behind \"set\" comes a name that begins with a letter; write one.");
      cursor.skipStatement();
      return;
    }
    cursor.next();
    if (!cursor.takeSymbol("=")) {
      faults.error(cursor.peek(), "Behind the name of a set comes \"=\"; write \"= { a, b }\".");
      cursor.skipStatement();
      return;
    }
    NamedSet set = values.set(name);
    if (set == null) {
      sets.addFaulty(name);
      cursor.skipStatement();
    } else {
      sets.add(name, set);
    }
  }

  private void policy() {
    Token first = cursor.next();
    boolean inbound = cursor.takeWord("inbound");
    boolean outbound = !inbound && cursor.takeWord("outbound");
    Token at = cursor.peek();
    if (!ruleReader.endings().isHere()) {
      faults.error(
          at, at.shown() + " is no policy; write \"policy inbound drop\", or accept or reject.");
      cursor.skipStatement();
      return;
    }
    Ending ending = ruleReader.endings().ending();
    if (ending instanceof Ending.SynProxy) {
      faults.error(at, "A policy cannot be synproxy; write a rule with synproxy instead.");
    }
    Settings old = current();
    if (!outbound && old.ending(Direction.INBOUND) != null
        || !inbound && old.ending(Direction.OUTBOUND) != null) {
      faults.error(first, "The policy of this direction is said already; delete one line.");
    }
    change(
        new Settings(
            outbound ? old.inbound() : ending, inbound ? old.outbound() : ending, old.antispoof()));
  }

  private void antispoof() {
    Token first = cursor.next();
    Token word = cursor.peek();
    boolean on = word.isWord("on");
    if (!on && !word.isWord("off")) {
      faults.error(word, "Behind \"antispoof\" comes \"on\" or \"off\"; write one of them.");
      cursor.skipStatement();
      return;
    }
    cursor.next();
    Settings old = current();
    if (old.antispoof() != null) {
      faults.error(first, "Whether spoofing is refused is said already; delete one line.");
    }
    change(new Settings(old.inbound(), old.outbound(), on));
  }

  private void address() {
    Token first = cursor.next();
    Addresses told = values.addresses();
    if (link.isEmpty()) {
      faults.error(
          first, "Addresses are those of one link's VM; write them in a section \"link NAME {\".");
      return;
    }
    LinkSection old = links.get(link);
    Addresses before = old.addresses();
    links.put(
        link,
        new LinkSection(
            link,
            old.settings(),
            new Addresses(
                RangeSet.union(List.of(before.ipv4(), told.ipv4())),
                RangeSet.union(List.of(before.ipv6(), told.ipv6())),
                RangeSet.union(List.of(before.macs(), told.macs())))));
  }

  private void link() {
    Token first = cursor.next();
    Token name = cursor.peek();
    if (!link.isEmpty()) {
      faults.error(
          first, "A section of a link cannot hold another; close this one by \"}\" first.");
      cursor.skipStatement();
      return;
    }
    if (name.type() != Token.Type.WORD) {
      faults.error(name, "Behind \"link\" comes the link's name; write it.");
      cursor.skipStatement();
      return;
    }
    cursor.next();
    cursor.skipLines();
    if (!cursor.takeSymbol("{")) {
      faults.error(cursor.peek(), "Behind the link's name comes its section; begin it by \"{\".");
      return;
    }
    link = name.text();
    links.putIfAbsent(link, new LinkSection(link, Settings.NONE, Addresses.NONE));
    while (!cursor.peek().isSymbol("}") && cursor.peek().type() != Token.Type.EOF) {
      statement();
    }
    if (!cursor.takeSymbol("}")) {
      faults.error(name, "The section of \"" + link + "\" is not closed; end it by \"}\".");
    }
    link = "";
  }

  private Settings current() {
    return link.isEmpty() ? settings : links.get(link).settings();
  }

  private void change(Settings next) {
    if (link.isEmpty()) {
      settings = next;
    } else {
      links.put(link, new LinkSection(link, next, links.get(link).addresses()));
    }
  }
}
