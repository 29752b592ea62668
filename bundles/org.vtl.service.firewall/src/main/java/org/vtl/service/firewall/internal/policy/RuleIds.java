package org.vtl.service.firewall.internal.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Collects rules and sees to it that each has an id of its own. A rule without one gets 8
 * hexadecimal digits made from what it says, without its comment: the same wherever it stands.
 */
final class RuleIds {
  private final Faults faults;
  private final List<Rule> rules = new ArrayList<>();
  private final Map<String, Token> given = new HashMap<>();

  RuleIds(Faults faults) {
    this.faults = faults;
  }

  /** Adds a rule, whose own id stands at {@code id} if it has one. */
  void add(Rule rule, Token id) {
    rules.add(rule);
    if (id == null) {
      return;
    }
    Token first = given.putIfAbsent(id.text(), id);
    if (first != null) {
      faults.error(
          id,
          "The id \""
              + id.text()
              + "\" is that of the rule in line "
              + first.line()
              + "; give each rule another.");
    }
  }

  /** All rules, each with an id. */
  List<Rule> identified() {
    Set<String> taken = new HashSet<>(given.keySet());
    List<Rule> identified = new ArrayList<>(rules.size());
    for (Rule rule : rules) {
      if (rule.named()) {
        identified.add(rule);
        continue;
      }
      String made = made(rule);
      String id = made;
      // The same rule twice, or two that happen to have the same digits.
      for (int i = 2; !taken.add(id); i++) {
        id = made + "-" + i;
      }
      identified.add(rule.withId(id));
    }
    return identified;
  }

  private static String made(Rule rule) {
    CRC32 sum = new CRC32();
    String text = rule.link() + "\n" + PolicyWriter.meaning(rule);
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(sum.getValue());
  }
}
