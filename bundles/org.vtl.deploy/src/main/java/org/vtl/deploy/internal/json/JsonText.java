package org.vtl.deploy.internal.json;

import java.util.Map;
import java.util.stream.Collectors;

/** Writes values as JSON. */
public final class JsonText {
  private JsonText() {}

  /**
   * {@code value} on one line.
   *
   * @param value null, a Boolean, a Number, an iterable, a map with text keys, or anything else,
   *     which becomes text
   */
  public static String of(Object value) {
    return switch (value) {
      case null -> "null";
      case Boolean b -> b.toString();
      // JSON has neither infinities nor NaN: RFC 8259 section 6.
      case Double d when !Double.isFinite(d) -> quote(d.toString());
      case Float f when !Float.isFinite(f) -> quote(f.toString());
      case Number n -> n.toString();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> quote(String.valueOf(entry.getKey())) + ": " + of(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case Iterable<?> items -> {
        StringBuilder array = new StringBuilder("[");
        for (Object item : items) {
          array.append(array.length() == 1 ? "" : ", ").append(of(item));
        }
        yield array.append(']').toString();
      }
      default -> quote(value.toString());
    };
  }

  /** {@code text} in double quotes, escaped. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
