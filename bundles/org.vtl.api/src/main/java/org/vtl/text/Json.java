package org.vtl.text;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Writes records, maps, lists, arrays, strings, numbers and booleans as JSON (RFC 8259). A record
 * becomes an object whose names are its components'; anything else becomes its text.
 */
public final class Json {
  private final StringBuilder text = new StringBuilder();

  private Json() {}

  /** {@code value} on one line. */
  public static String of(Object value) {
    Json json = new Json();
    json.write(value);
    return json.text.toString();
  }

  /** A list with each element on a line of its own, anything else on one line. */
  public static String document(Object value) {
    if (!(value instanceof Iterable<?> elements)) {
      return of(value);
    }
    StringBuilder lines = new StringBuilder("[");
    for (Object element : elements) {
      lines.append(lines.length() == 1 ? "\n" : ",\n").append(of(element));
    }
    return lines.append(lines.length() == 1 ? "]" : "\n]").toString();
  }

  private void write(Object value) {
    switch (value) {
      case null -> text.append("null");
      case Boolean truth -> text.append(truth);
      case Double number -> writeFloating(number);
      case Float number -> writeFloating(number);
      case Number number -> text.append(number);
      case Optional<?> optional -> write(optional.orElse(null));
      case Map<?, ?> map -> writeMap(map);
      case Iterable<?> elements -> writeArray(elements.iterator());
      case Record entry -> writeRecord(entry);
      default -> {
        if (value.getClass().isArray()) {
          writeArray(elementsOf(value));
        } else {
          writeString(value.toString());
        }
      }
    }
  }

  private void writeFloating(Number number) {
    // JSON has no word for these.
    text.append(Double.isFinite(number.doubleValue()) ? number.toString() : "null");
  }

  private void writeMap(Map<?, ?> map) {
    char before = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      text.append(before);
      before = ',';
      writeString(String.valueOf(entry.getKey()));
      text.append(':');
      write(entry.getValue());
    }
    text.append(before == '{' ? "{}" : "}");
  }

  private void writeRecord(Record entry) {
    char before = '{';
    for (RecordComponent component : entry.getClass().getRecordComponents()) {
      text.append(before);
      before = ',';
      writeString(component.getName());
      text.append(':');
      write(valueOf(component, entry));
    }
    text.append(before == '{' ? "{}" : "}");
  }

  private static Object valueOf(RecordComponent component, Record entry) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(entry);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Component %s of %s cannot be read."
              .formatted(component.getName(), entry.getClass().getName()),
          e);
    }
  }

  private static Iterator<Object> elementsOf(Object array) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < Array.getLength(array);
      }

      @Override
      public Object next() {
        return Array.get(array, next++);
      }
    };
  }

  private void writeArray(Iterator<?> elements) {
    text.append('[');
    while (elements.hasNext()) {
      write(elements.next());
      if (elements.hasNext()) {
        text.append(',');
      }
    }
    text.append(']');
  }

  private void writeString(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // Control characters must be escaped; a lone surrogate has no bytes in UTF-8.
          if (c < 0x20 || Character.isSurrogate(c) && !isPaired(string, i)) {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private static boolean isPaired(String string, int i) {
    return Character.isHighSurrogate(string.charAt(i))
        ? i + 1 < string.length() && Character.isLowSurrogate(string.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(string.charAt(i - 1));
  }
}
