package org.vtl.service.firewall.internal.policy;

import java.util.List;
import java.util.Objects;
import org.vtl.packet.Direction;

/**
 * One rule.
 *
 * @param id unique in the policy; 8 hexadecimal digits made from the canonical text when the rule
 *     has none of its own
 * @param named whether the id was given
 * @param link the link it is for; "" for all
 * @param direction null for both
 * @param matches what it asks of a packet, all of it
 * @param effects what it does and keeps, in this order, once all matches hold
 * @param comment "" without
 * @param ending null when the next rule goes on
 * @param line the line of the text it begins in, from 1; two rules are equal whatever it is
 */
public record Rule(
    String id,
    boolean named,
    String link,
    Direction direction,
    List<Match> matches,
    List<Effect> effects,
    String comment,
    Ending ending,
    int line) {
  public Rule {
    matches = List.copyOf(matches);
    effects = List.copyOf(effects);
  }

  /** Whether it is in force on {@code link}. */
  public boolean isFor(String link) {
    return this.link.isEmpty() || this.link.equals(link);
  }

  /** The same rule called {@code id}. */
  Rule withId(String id) {
    return new Rule(id, named, link, direction, matches, effects, comment, ending, line);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rule rule
        && id.equals(rule.id)
        && named == rule.named
        && link.equals(rule.link)
        && direction == rule.direction
        && matches.equals(rule.matches)
        && effects.equals(rule.effects)
        && comment.equals(rule.comment)
        && Objects.equals(ending, rule.ending);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, link, direction, matches, effects, ending);
  }
}
