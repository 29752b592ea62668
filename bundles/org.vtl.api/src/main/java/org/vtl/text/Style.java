package org.vtl.text;

/** How a word looks on a terminal that has colours (ECMA-48 SGR). */
public enum Style {
  PLAIN(""),
  HEADING("1"),
  GOOD("32"),
  CAUTION("33"),
  BAD("31"),
  FAINT("90");

  private final String parameter;

  Style(String parameter) {
    this.parameter = parameter;
  }

  /** {@code text} in this style; the same text when {@code colour} is off. */
  public String apply(String text, boolean colour) {
    return colour && !parameter.isEmpty() && !text.isEmpty()
        ? "\u001b[" + parameter + "m" + text + "\u001b[0m"
        : text;
  }

  /** The style of a state's name, as links, ports, services and bundles have. */
  public static Style ofState(String state) {
    return switch (state) {
      case "UP", "OPEN", "ACTIVE", "SENT", "ESTABLISHED" -> GOOD;
      case "WAITING", "EXHAUSTED", "INSTALLED", "TAKEN", "RESOLVED" -> CAUTION;
      case "CLOSED", "FAILED", "ABSENT", "STUCK", "REFUSED", "DROPPED" -> BAD;
      default -> PLAIN;
    };
  }
}
