package org.vtl.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads RFC 8259 JSON with the comments that OSGi Compendium 8 section 150.3 allows. A key that
 * comes twice is refused: one of the two would be lost in silence. So is what is nested more than
 * 64 deep.
 */
public final class JsonReader {
  /** Deeper nesting is refused before it could exhaust the stack. */
  private static final int MAXIMUM_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * The object that {@code text} holds, with where each of its members stands.
   *
   * @throws JsonFault if it holds none, or more than one
   */
  public static JsonObject read(String text) throws JsonFault {
    JsonReader reader = at(text);
    if (reader.peek() != '{') {
      throw reader.fault("an object in braces is expected");
    }
    JsonObject object = reader.object();
    if (reader.peek() != 0) {
      throw reader.fault("nothing may follow the closing brace");
    }
    return object;
  }

  /**
   * The value that {@code text} holds.
   *
   * @return String, Long, Double, Boolean, null, a List of these, or a Map of them in the text's
   *     order
   * @throws JsonFault if it holds none, or more than one
   */
  public static Object parse(String text) throws JsonFault {
    JsonReader reader = at(text);
    Object value = reader.value();
    if (reader.peek() != 0) {
      throw reader.fault("nothing may follow the value");
    }
    return plain(value);
  }

  private static JsonReader at(String text) {
    JsonReader reader = new JsonReader(text);
    if (text.startsWith("\uFEFF")) {
      // Editors of Windows put a byte order mark first; RFC 8259 section 8.1 lets parsers ignore
      // it.
      reader.at = 1;
    }
    return reader;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case JsonObject object -> {
        Map<String, Object> map = new LinkedHashMap<>();
        object.members().forEach(member -> map.put(member.key(), plain(member.value())));
        yield map;
      }
      case List<?> items -> {
        List<Object> list = new ArrayList<>();
        items.forEach(item -> list.add(plain(item)));
        yield list;
      }
      case null, default -> value;
    };
  }

  private Object value() throws JsonFault {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 0 -> throw fault("the text ends too early");
      default -> word();
    };
  }

  private JsonObject object() throws JsonFault {
    final int start = at++;
    enter();
    List<JsonObject.Member> members = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    boolean more = peek() != '}';
    while (more) {
      if (peek() != '"') {
        throw fault("a key in double quotes is expected");
      }
      int keyStart = at;
      String key = string();
      if (!keys.add(key)) {
        throw new JsonFault("the key " + Json.of(key) + " comes twice", text, keyStart);
      }
      if (peek() != ':') {
        throw fault("a colon is expected after the key " + Json.of(key));
      }
      at++;
      peek();
      int valueStart = at;
      Object value = value();
      int valueEnd = at;
      more = peek() == ',';
      int comma = more ? at++ : -1;
      members.add(new JsonObject.Member(key, keyStart, value, valueStart, valueEnd, comma));
    }
    if (peek() != '}') {
      throw fault("a comma or the closing brace is expected");
    }
    at++;
    depth--;
    return new JsonObject(List.copyOf(members), start, at);
  }

  private List<Object> array() throws JsonFault {
    at++;
    enter();
    List<Object> items = new ArrayList<>();
    while (peek() != ']') {
      if (!items.isEmpty()) {
        if (peek() != ',') {
          throw fault("a comma or the closing bracket is expected");
        }
        at++;
      }
      items.add(value());
    }
    at++;
    depth--;
    return items;
  }

  private String string() throws JsonFault {
    StringBuilder string = new StringBuilder();
    final int start = at++;
    while (true) {
      char c = at < text.length() ? text.charAt(at) : '\n';
      if (c < ' ') {
        throw new JsonFault("the text in quotes is not closed on its line", text, start);
      }
      at++;
      if (c == '"') {
        return string.toString();
      }
      string.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() throws JsonFault {
    char c = at < text.length() ? text.charAt(at++) : ' ';
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        String digits = text.substring(at, Math.min(at + 4, text.length()));
        if (!digits.matches("[0-9a-fA-F]{4}")) {
          throw fault("four hexadecimal digits are expected after \\u");
        }
        at += 4;
        yield (char) Integer.parseInt(digits, 16);
      }
      default -> {
        at--;
        throw fault("after a backslash one of \"\\/bfnrtu is expected");
      }
    };
  }

  private Object word() throws JsonFault {
    final int start = at;
    while (at < text.length() && " \t\r\n,]}:/\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    try {
      return switch (word) {
        case "true" -> true;
        case "false" -> false;
        case "null" -> null;
        // RFC 8259 section 6; Java's own parsers take more.
        case String number when number.matches("-?(0|[1-9][0-9]*)") -> Long.valueOf(number);
        case String number when number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?") ->
            Double.valueOf(number);
        default -> throw new NumberFormatException();
      };
    } catch (NumberFormatException e) {
      throw new JsonFault(
          "a value is expected"
              + (word.isEmpty() ? "" : ", and " + word + " is none; text needs double quotes"),
          text,
          start);
    }
  }

  private void enter() throws JsonFault {
    if (++depth > MAXIMUM_DEPTH) {
      throw fault("it is nested too deeply");
    }
  }

  /** The next character that is neither white space nor comment; 0 at the end. */
  private char peek() throws JsonFault {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
          throw fault("the comment is not closed");
        }
        at = end + 2;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        at++;
      } else if (c == 0) {
        throw fault("a value is expected, and a zero byte is none");
      } else {
        return c;
      }
    }
    return 0;
  }

  private JsonFault fault(String message) {
    return new JsonFault(message, text, at);
  }
}
