package org.vtl.service.firewall.internal.command;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the texts of {@code rules} in a configuration file: JSON (RFC 8259) with the comments that
 * OSGi Compendium 8 section 150.3 allows. Keeps where each character stands in the file, so that
 * what is wrong with a rule can be shown there.
 */
final class RulesJson {
  /** Deeper nesting is refused before it could exhaust the stack. */
  private static final int MAXIMUM_DEPTH = 64;

  /**
   * One text of the array.
   *
   * @param text as the escapes mean it
   * @param places of each of its characters the index in the file, and last that of the closing
   *     quote
   */
  record Element(String text, int[] places) {}

  /** The file is not as it must be. */
  static final class Fault extends Exception {
    final int at;

    Fault(String sentence, int at) {
      super(sentence);
      this.at = at;
    }
  }

  private final String text;
  private int at;
  private int depth;

  private RulesJson(String text) {
    this.text = text;
  }

  /**
   * The elements of {@code rules}; a single text counts as an array of one.
   *
   * @throws Fault with what is wrong and the remedy, if {@code text} is no JSON object, or has no
   *     such array
   */
  static List<Element> read(String text) throws Fault {
    RulesJson json = new RulesJson(text);
    if (text.startsWith("\uFEFF")) {
      json.at = 1;
    }
    if (json.peek() != '{') {
      throw json.fault("an object in braces is expected");
    }
    List<Element> rules = json.members();
    if (json.peek() != 0) {
      throw json.fault("nothing may follow the closing brace");
    }
    if (rules == null) {
      throw new Fault(
          "The file has no key \"rules\"; give it one, with the lines of the policy as an array of"
              + " texts.",
          0);
    }
    return rules;
  }

  /** The elements of the object's {@code rules}, or null. */
  private List<Element> members() throws Fault {
    List<Element> rules = null;
    at++;
    boolean more = peek() != '}';
    while (more) {
      if (peek() != '"') {
        throw fault("a key in double quotes is expected");
      }
      int start = at;
      String key = string().text();
      if (peek() != ':') {
        throw fault("a colon is expected after the key \"" + key + "\"");
      }
      at++;
      // "rules:String[]" says its type, as any key may.
      if (key.equals("rules") || key.startsWith("rules:")) {
        if (rules != null) {
          throw new Fault("The key \"rules\" comes twice; put all lines into one.", start);
        }
        rules = texts();
      } else {
        skip();
      }
      more = peek() == ',';
      at += more ? 1 : 0;
    }
    close('}', "a comma or the closing brace is expected");
    return rules;
  }

  private List<Element> texts() throws Fault {
    List<Element> texts = new ArrayList<>();
    if (peek() == '"') {
      texts.add(string());
      return texts;
    }
    if (peek() != '[') {
      throw fault("the lines of the policy are expected here, as an array of texts");
    }
    at++;
    while (peek() != ']') {
      if (!texts.isEmpty()) {
        if (peek() != ',') {
          throw fault("a comma or the closing bracket is expected");
        }
        at++;
      }
      if (peek() != '"') {
        throw fault("a line of the policy in double quotes is expected");
      }
      texts.add(string());
    }
    at++;
    return texts;
  }

  private void skip() throws Fault {
    if (++depth > MAXIMUM_DEPTH) {
      throw fault("it is nested too deeply");
    }
    switch (peek()) {
      case '"' -> string();
      case '[' -> {
        at++;
        for (boolean more = peek() != ']'; more; at += more ? 1 : 0) {
          skip();
          more = peek() == ',';
        }
        close(']', "a comma or the closing bracket is expected");
      }
      case '{' -> members();
      case 0 -> throw fault("the text ends too early");
      default -> word();
    }
    depth--;
  }

  private void word() throws Fault {
    int start = at;
    while (at < text.length() && " \t\r\n,]}:/\"[{".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    if (!word.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
      at = start;
      throw fault(
          "a value is expected"
              + (word.isEmpty() ? "" : ", and " + word + " is none; text needs double quotes"));
    }
  }

  private Element string() throws Fault {
    StringBuilder string = new StringBuilder();
    List<Integer> places = new ArrayList<>();
    int start = at++;
    while (true) {
      char c = at < text.length() ? text.charAt(at) : '\n';
      if (c < ' ') {
        at = start;
        throw fault("the text in quotes is not closed on its line");
      }
      places.add(at++);
      if (c == '"') {
        return new Element(
            string.toString(), places.stream().mapToInt(Integer::intValue).toArray());
      }
      string.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() throws Fault {
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

  private void close(char bracket, String otherwise) throws Fault {
    if (peek() != bracket) {
      throw fault(otherwise);
    }
    at++;
  }

  /** The next character that is neither white space nor comment; 0 at the end. */
  private char peek() throws Fault {
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

  private Fault fault(String expected) {
    return new Fault("This is not JSON: " + expected + ".", at);
  }
}
