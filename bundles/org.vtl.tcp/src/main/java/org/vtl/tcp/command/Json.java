package org.vtl.tcp.command;

import java.util.Map;

/** Writes values as JSON (RFC 8259). */
final class Json {
  private Json() {}

  /**
   * {@code value} as JSON.
   *
   * @param value null, a Boolean, a whole number, an iterable, a map, or anything else, which
   *     becomes text. A list by itself has each element on a line of its own
   */
  static String of(Object value) {
    StringBuilder text = new StringBuilder();
    if (value instanceof Iterable<?> elements) {
      String before = "[\n";
      for (Object element : elements) {
        write(element, text.append(before));
        before = ",\n";
      }
      return text.isEmpty() ? "[]" : text.append("\n]").toString();
    }
    write(value, text);
    return text.toString();
  }

  private static void write(Object value, StringBuilder text) {
    switch (value) {
      case null -> text.append("null");
      case Boolean truth -> text.append(truth);
      case Number number -> text.append(number);
      case Map<?, ?> map -> {
        String before = "";
        text.append('{');
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          quote(String.valueOf(entry.getKey()), text.append(before));
          write(entry.getValue(), text.append(':'));
          before = ",";
        }
        text.append('}');
      }
      case Iterable<?> elements -> {
        String before = "";
        text.append('[');
        for (Object element : elements) {
          write(element, text.append(before));
          before = ",";
        }
        text.append(']');
      }
      default -> quote(value.toString(), text);
    }
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20 || Character.isSurrogate(c)) {
        // A lone surrogate has no bytes in UTF-8; escaped, none is lone.
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
