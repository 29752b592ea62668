package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is different between two policies; rules are known by their ids, sets and links by their
 * names.
 *
 * @param items settings, sets, links, then rules; of each, what is removed first, the rest in the
 *     order of the new policy
 */
public record PolicyChange(List<Item> items) {
  /** How something is different. */
  public enum Kind {
    ADDED,
    REMOVED,
    CHANGED,
    /** The same rule in another place among those that both policies have. */
    MOVED
  }

  /**
   * One difference.
   *
   * @param what {@code rule}, {@code set}, {@code link} or {@code policy}
   * @param name the rule's id, the set's or link's name; "" of what holds for all links
   * @param before canonical text, "" when added
   * @param after canonical text, "" when removed
   */
  public record Item(Kind kind, String what, String name, String before, String after) {}

  public PolicyChange {
    items = List.copyOf(items);
  }

  /** What {@code next} has different from {@code old}. */
  public static PolicyChange between(Policy old, Policy next) {
    List<Item> items = new ArrayList<>();
    compare(
        "policy",
        Map.of("", PolicyWriter.text(old.settings())),
        Map.of("", PolicyWriter.text(next.settings())),
        items);
    compare("set", sets(old), sets(next), items);
    compare("link", links(old), links(next), items);
    compare("rule", rules(old), rules(next), items);
    moved(old, next, items);
    return new PolicyChange(items);
  }

  /** Whether both say the same. */
  public boolean isEmpty() {
    return items.isEmpty();
  }

  private static Map<String, String> sets(Policy policy) {
    Map<String, String> texts = new LinkedHashMap<>();
    policy.sets().forEach(set -> texts.put(set.name(), PolicyWriter.text(set)));
    return texts;
  }

  private static Map<String, String> links(Policy policy) {
    Map<String, String> texts = new LinkedHashMap<>();
    policy.links().forEach(link -> texts.put(link.name(), PolicyWriter.text(link)));
    return texts;
  }

  private static Map<String, String> rules(Policy policy) {
    Map<String, String> texts = new LinkedHashMap<>();
    policy.rules().forEach(rule -> texts.put(rule.id(), text(rule)));
    return texts;
  }

  private static String text(Rule rule) {
    return (rule.link().isEmpty() ? "" : "link " + rule.link() + ": ") + PolicyWriter.text(rule);
  }

  private static void compare(
      String what, Map<String, String> old, Map<String, String> next, List<Item> items) {
    old.forEach(
        (name, text) -> {
          if (!next.containsKey(name)) {
            items.add(new Item(Kind.REMOVED, what, name, text, ""));
          }
        });
    next.forEach(
        (name, text) -> {
          String before = old.get(name);
          if (before == null) {
            items.add(new Item(Kind.ADDED, what, name, "", text));
          } else if (!before.equals(text)) {
            items.add(new Item(Kind.CHANGED, what, name, before, text));
          }
        });
  }

  /** Adds the fewest rules that must move so that all stand in the new order. */
  private static void moved(Policy old, Policy next, List<Item> items) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < old.rules().size(); i++) {
      places.put(old.rules().get(i).id(), i);
    }
    List<Rule> common =
        next.rules().stream().filter(rule -> places.containsKey(rule.id())).toList();
    int[] order = common.stream().mapToInt(rule -> places.get(rule.id())).toArray();
    boolean[] stays = Ascent.longest(order);
    for (int i = 0; i < order.length; i++) {
      if (!stays[i]) {
        Rule rule = common.get(i);
        items.add(
            new Item(Kind.MOVED, "rule", rule.id(), text(old.rules().get(order[i])), text(rule)));
      }
    }
  }
}
