package org.vtl.launcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON as feature files are written: RFC 8259, and the comments that OSGi Compendium 8
 * section 159.3 allows.
 *
 * <p>Objects become maps in the file's order, arrays lists, numbers {@code Double}, {@code null}
 * null. A name that comes twice is refused, because one of the two would be lost in silence.
 */
final class Json {
  /** Deeper nesting is refused before it could exhaust the stack. */
  private static final int MAXIMUM_DEPTH = 100;

  private final String text;
  private int at;
  private int depth;

  private Json(String text) {
    this.text = text;
  }

  /**
   * The value that {@code text} holds.
   *
   * @throws IllegalArgumentException naming line and fault, if it is not JSON
   */
  static Object read(String text) {
    Json json = new Json(text);
    Object value = json.value();
    if (json.peek() != 0) {
      throw json.fault("something follows the end");
    }
    return value;
  }

  private Object value() {
    if (++depth > MAXIMUM_DEPTH) {
      throw fault("it is nested too deeply");
    }
    Object value =
        switch (peek()) {
          case '{' -> object();
          case '[' -> array();
          case '"' -> string();
          case 't' -> word("true", Boolean.TRUE);
          case 'f' -> word("false", Boolean.FALSE);
          case 'n' -> word("null", null);
          default -> number();
        };
    depth--;
    return value;
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    expect('{');
    if (peek() != '}') {
      do {
        peek();
        String name = string();
        expect(':');
        if (object.containsKey(name)) {
          throw fault("\"" + name + "\" comes twice");
        }
        object.put(name, value());
      } while (another('}'));
    }
    expect('}');
    return object;
  }

  private List<Object> array() {
    List<Object> array = new ArrayList<>();
    expect('[');
    if (peek() != ']') {
      do {
        array.add(value());
      } while (another(']'));
    }
    expect(']');
    return array;
  }

  /** Steps over a comma; false at {@code end}. */
  private boolean another(char end) {
    if (peek() == end) {
      return false;
    }
    expect(',');
    return true;
  }

  private String string() {
    if (at >= text.length() || text.charAt(at) != '"') {
      throw fault("a string is missing");
    }
    StringBuilder string = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) >= ' '; at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return string.toString();
      }
      string.append(c == '\\' ? escaped() : c);
    }
    throw fault("a string does not end");
  }

  private char escaped() {
    char c = ++at < text.length() ? text.charAt(at) : 0;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int end = at + 5;
        if (end > text.length() || !text.substring(at + 1, end).matches("[0-9a-fA-F]{4}")) {
          throw fault("\\u needs four hexadecimal digits");
        }
        char unicode = (char) Integer.parseInt(text, at + 1, end, 16);
        at = end - 1;
        yield unicode;
      }
      default -> throw fault("a backslash stands before something that it cannot escape");
    };
  }

  private Object word(String word, Object meaning) {
    if (!text.startsWith(word, at)) {
      throw fault("a value is missing");
    }
    at += word.length();
    return meaning;
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
      throw fault("a value is missing");
    }
    return Double.valueOf(digits);
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw fault("'" + wanted + "' is missing");
    }
    at++;
  }

  /** The next character that is neither space nor comment; 0 at the end. */
  private char peek() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else if (text.startsWith("//", at)) {
        at = endOf("\n");
      } else if (text.startsWith("/*", at)) {
        at = endOf("*/");
      } else {
        return c;
      }
    }
    return 0;
  }

  private int endOf(String mark) {
    int end = text.indexOf(mark, at + 2);
    return end < 0 ? text.length() : end + mark.length();
  }

  private IllegalArgumentException fault(String what) {
    long line = text.substring(0, Math.min(at, text.length())).lines().count();
    return new IllegalArgumentException("line " + Math.max(1, line) + ": " + what);
  }
}
