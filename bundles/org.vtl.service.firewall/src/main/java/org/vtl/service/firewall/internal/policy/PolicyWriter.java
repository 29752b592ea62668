package org.vtl.service.firewall.internal.policy;

import org.vtl.packet.Direction;

/**
 * Writes policies in their canonical form: reading it gives an equal policy, and policies that are
 * equal give the same text. Comments of lines are not kept.
 */
public final class PolicyWriter {
  private PolicyWriter() {}

  /** The text of all of {@code policy}, each line ended by a line feed. */
  public static String text(Policy policy) {
    StringBuilder text = new StringBuilder();
    settings(text, "", policy.settings());
    for (NamedSet set : policy.sets()) {
      text.append(text(set)).append('\n');
    }
    for (LinkSection section : policy.links()) {
      text.append(text(section));
    }
    String link = "";
    for (Rule rule : policy.rules()) {
      if (!rule.link().equals(link)) {
        text.append(link.isEmpty() ? "" : "}\n");
        text.append(rule.link().isEmpty() ? "" : "link " + rule.link() + " {\n");
        link = rule.link();
      }
      text.append(link.isEmpty() ? "" : "  ").append(text(rule)).append('\n');
    }
    return text.append(link.isEmpty() ? "" : "}\n").toString();
  }

  /** The line of {@code set}, without a line feed. */
  public static String text(NamedSet set) {
    String values = ValueWriter.text(set.kind(), set.values());
    return "set " + set.name() + " = " + (values.startsWith("{") ? values : "{ " + values + " }");
  }

  /** The section of one link without its rules, each line ended by a line feed. */
  public static String text(LinkSection section) {
    StringBuilder text = new StringBuilder("link " + section.name() + " {\n");
    settings(text, "  ", section.settings());
    if (!section.addresses().isEmpty()) {
      text.append("  address ").append(ValueWriter.text(section.addresses())).append('\n');
    }
    return text.append("}\n").toString();
  }

  /** The lines of {@code settings}, each ended by a line feed; "" when nothing is said. */
  public static String text(Settings settings) {
    StringBuilder text = new StringBuilder();
    settings(text, "", settings);
    return text.toString();
  }

  private static void settings(StringBuilder text, String indent, Settings settings) {
    for (Direction direction : new Direction[] {Direction.INBOUND, Direction.OUTBOUND}) {
      if (settings.ending(direction) != null) {
        text.append(indent)
            .append("policy ")
            .append(word(direction))
            .append(' ')
            .append(EndingWriter.text(settings.ending(direction)))
            .append('\n');
      }
    }
    if (settings.antispoof() != null) {
      text.append(indent).append("antispoof ").append(settings.antispoof() ? "on\n" : "off\n");
    }
  }

  /** The line of {@code rule}, without a line feed. */
  public static String text(Rule rule) {
    StringBuilder text = new StringBuilder(meaning(rule));
    if (rule.named()) {
      text.append(" id ").append(rule.id());
    }
    if (!rule.comment().isEmpty()) {
      text.append(" comment \"").append(rule.comment()).append('"');
    }
    return text.toString().strip();
  }

  /** The line of {@code rule} without id and comment. */
  static String meaning(Rule rule) {
    StringBuilder text = new StringBuilder();
    if (rule.direction() != null) {
      text.append(word(rule.direction()));
    }
    for (Match match : rule.matches()) {
      text.append(' ').append(match.field().words()).append(' ').append(ValueWriter.text(match));
    }
    for (Effect effect : rule.effects()) {
      text.append(' ').append(EffectWriter.text(effect));
    }
    if (rule.ending() != null) {
      text.append(' ').append(EndingWriter.text(rule.ending()));
    } else if (rule.effects().isEmpty()) {
      text.append(" counter"); // it does nothing else
    }
    return text.toString().strip();
  }

  private static String word(Direction direction) {
    return direction == Direction.INBOUND ? "inbound" : "outbound";
  }
}
