package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vtl.service.firewall.internal.policy.ValueReader.Mention;
import org.vtl.text.Nearest;

/** The sets of a text, and whether each fits where it is named. */
final class SetTable {
  private final Faults faults;
  private final Map<String, NamedSet> sets = new LinkedHashMap<>();
  private final Map<String, Token> places = new HashMap<>();

  /** Sets that have a fault of their own: naming them is no other. */
  private final Set<String> faulty = new HashSet<>();

  SetTable(Faults faults) {
    this.faults = faults;
  }

  void add(Token name, NamedSet set) {
    Token first = places.putIfAbsent(name.text(), name);
    if (first != null) {
      faults.error(
          name,
          "The set \""
              + name.text()
              + "\" is in line "
              + first.line()
              + " already; give this one another name, or join them.");
      return;
    }
    sets.put(name.text(), set);
  }

  /** Notes a set that could not be read. */
  void addFaulty(Token name) {
    places.putIfAbsent(name.text(), name);
    faulty.add(name.text());
  }

  List<NamedSet> all() {
    return List.copyOf(sets.values());
  }

  /** Looks at all sets and at every mention of one. */
  void check(List<Mention> mentions) {
    for (String name : List.copyOf(sets.keySet())) {
      if (leadsTo(name, name, new HashSet<>())) {
        faults.error(
            places.get(name),
            "The set \"" + name + "\" holds itself; take it out of its elements.");
        faulty.add(name);
      }
    }
    if (faulty.isEmpty()) {
      findKinds();
    }
    for (Mention mention : mentions) {
      check(mention);
    }
  }

  private boolean leadsTo(String from, String to, Set<String> seen) {
    NamedSet set = sets.get(from);
    if (set == null || !seen.add(from)) {
      return false;
    }
    for (String name : set.values().sets()) {
      if (name.equals(to) || leadsTo(name, to, seen)) {
        return true;
      }
    }
    return false;
  }

  /** Sets of nothing but sets are of their kind. */
  private void findKinds() {
    List<String> unknown = new ArrayList<>();
    do {
      unknown.clear();
      boolean found = false;
      for (NamedSet set : List.copyOf(sets.values())) {
        if (set.kind() == null) {
          Kind kind = kindOfMembers(set);
          if (kind == null) {
            unknown.add(set.name());
          } else {
            sets.put(set.name(), new NamedSet(set.name(), kind, set.values()));
            found = true;
          }
        }
      }
      if (!found) {
        break;
      }
    } while (!unknown.isEmpty());
    faulty.addAll(unknown);
  }

  private Kind kindOfMembers(NamedSet set) {
    Kind kind = null;
    for (String name : set.values().sets()) {
      NamedSet member = sets.get(name);
      Kind own = member == null ? null : member.kind();
      // Plain numbers fit any kind: the other members say which.
      kind = kind == null || kind == Kind.NUMBER && own != null ? own : kind;
    }
    return kind;
  }

  private void check(Mention mention) {
    String name = mention.element().set();
    NamedSet set = sets.get(name);
    if (faulty.contains(name)) {
      return;
    }
    if (set == null) {
      faults.error(
          mention.element().token(),
          "There is no set \"%s\"; %s."
              .formatted(
                  name,
                  Nearest.of(name, sets.keySet())
                      .map(meant -> "write \"@" + meant + "\", if that is meant")
                      .orElse("write \"set " + name + " = { ... }\"")));
      return;
    }
    Kind wanted = mention.kind();
    if (wanted == null || set.kind() == null) {
      return;
    }
    if (!fits(set.kind(), wanted)) {
      faults.error(
          mention.element().token(),
          "The set \"%s\" does not hold what is expected here; name one that holds %s."
              .formatted(name, wanted.description()));
    } else if (set.kind() == Kind.NUMBER
        && wanted != Kind.NUMBER
        && !wanted.domain().containsAll(set.values().ranges())) {
      faults.error(
          mention.element().token(),
          "The set \"%s\" holds numbers that do not exist here; each must be %s."
              .formatted(name, wanted.description()));
    }
  }

  private static boolean fits(Kind set, Kind wanted) {
    return switch (wanted) {
      case IPV4, IPV6, ADDRESS -> set == Kind.ADDRESS;
      case MAC -> set == Kind.MAC;
      default -> set == wanted || set == Kind.NUMBER || wanted == Kind.NUMBER && set == Kind.PORT;
    };
  }
}
