package org.vtl.shell.internal.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly, to prove that what was written is some: maps, lists, strings, numbers. */
public final class JsonText {
  private final String text;
  private int next;

  private JsonText(String text) {
    this.text = text;
  }

  public static Object parse(String text) {
    JsonText json = new JsonText(text);
    Object value = json.value();
    json.space();
    if (json.next != text.length()) {
      throw json.wrong();
    }
    return value;
  }

  private Object value() {
    space();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    expect('{');
    space();
    while (peek() != '}') {
      space();
      String name = string();
      space();
      expect(':');
      if (object.containsKey(name)) {
        throw wrong();
      }
      object.put(name, value());
      space();
      if (peek() != '}') {
        expect(',');
      }
    }
    expect('}');
    return object;
  }

  private List<Object> array() {
    List<Object> array = new ArrayList<>();
    expect('[');
    space();
    while (peek() != ']') {
      array.add(value());
      space();
      if (peek() != ']') {
        expect(',');
        space();
      }
    }
    expect(']');
    return array;
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    expect('"');
    while (peek() != '"') {
      char c = text.charAt(next++);
      if (c < ' ') {
        throw wrong();
      }
      string.append(c == '\\' ? escaped() : c);
    }
    expect('"');
    return string.toString();
  }

  private char escaped() {
    char c = text.charAt(next++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        next += 4;
        yield (char) Integer.parseInt(text.substring(next - 4, next), 16);
      }
      default -> throw wrong();
    };
  }

  private Object number() {
    int start = next;
    while (next < text.length() && "+-.eE0123456789".indexOf(text.charAt(next)) >= 0) {
      next++;
    }
    String number = text.substring(start, next);
    if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
      throw wrong();
    }
    return number.matches("-?\\d+") ? (Object) Long.valueOf(number) : Double.valueOf(number);
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, next)) {
      throw wrong();
    }
    next += word.length();
    return value;
  }

  private char peek() {
    if (next >= text.length()) {
      throw wrong();
    }
    return text.charAt(next);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw wrong();
    }
    next++;
  }

  private void space() {
    while (next < text.length() && " \n\r\t".indexOf(text.charAt(next)) >= 0) {
      next++;
    }
  }

  private AssertionError wrong() {
    return new AssertionError("not JSON at " + next + " of: " + text);
  }
}
