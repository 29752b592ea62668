package org.vtl.service.firewall.internal.policy;

import java.util.List;
import org.vtl.packet.Direction;

/**
 * All that a text of rules says. Immutable.
 *
 * @param sets in the order of the text
 * @param settings those for all links
 * @param links the sections of links, in the order of the text, each link once
 * @param rules all rules in the order of the text, those of links among them
 */
public record Policy(
    List<NamedSet> sets, Settings settings, List<LinkSection> links, List<Rule> rules) {
  /** No sets, no rules: drops everything. */
  public static final Policy EMPTY = new Policy(List.of(), Settings.NONE, List.of(), List.of());

  public Policy {
    sets = List.copyOf(sets);
    links = List.copyOf(links);
    rules = List.copyOf(rules);
  }

  /** What becomes of a packet on {@code link} that no rule decides; dropped if nothing is said. */
  public Ending ending(String link, Direction direction) {
    Ending own = section(link).settings().ending(direction);
    Ending all = settings.ending(direction);
    return own != null ? own : all != null ? all : Ending.DROP;
  }

  /** Whether packets with foreign addresses are refused on {@code link}; so if nothing is said. */
  public boolean antispoof(String link) {
    Boolean own = section(link).settings().antispoof();
    Boolean all = settings.antispoof();
    return own != null ? own : all == null || all;
  }

  /** What is said of {@code link} alone; a section that says nothing if there is none. */
  public LinkSection section(String link) {
    for (LinkSection section : links) {
      if (section.name().equals(link)) {
        return section;
      }
    }
    return new LinkSection(link, Settings.NONE, Addresses.NONE);
  }

  /** The set called {@code name}, or null. */
  public NamedSet set(String name) {
    for (NamedSet set : sets) {
      if (set.name().equals(name)) {
        return set;
      }
    }
    return null;
  }

  /** The rule called {@code id}, or null. */
  public Rule rule(String id) {
    for (Rule rule : rules) {
      if (rule.id().equals(id)) {
        return rule;
      }
    }
    return null;
  }
}
