package org.vtl.lab.internal.command;

import java.lang.reflect.RecordComponent;
import java.util.List;

/** Writes records of numbers, strings, truths, lists and records as JSON (RFC 8259). */
final class Json {
  private Json() {}

  /** {@code value} on one line. */
  static String of(Object value) {
    StringBuilder text = new StringBuilder();
    write(value, text);
    return text.toString();
  }

  private static void write(Object value, StringBuilder text) {
    switch (value) {
      case Number number -> text.append(number);
      case Boolean truth -> text.append(truth);
      case List<?> list -> {
        String before = "[";
        for (Object element : list) {
          text.append(before);
          write(element, text);
          before = ",";
        }
        text.append(list.isEmpty() ? "[]" : "]");
      }
      case Record entry -> {
        String before = "{";
        for (RecordComponent component : entry.getClass().getRecordComponents()) {
          text.append(before);
          writeString(component.getName(), text);
          text.append(':');
          write(valueOf(component, entry), text);
          before = ",";
        }
        text.append('}');
      }
      default -> writeString(String.valueOf(value), text);
    }
  }

  private static Object valueOf(RecordComponent component, Record entry) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(entry);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void writeString(String string, StringBuilder text) {
    text.append('"');
    for (char c : string.toCharArray()) {
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20) {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
