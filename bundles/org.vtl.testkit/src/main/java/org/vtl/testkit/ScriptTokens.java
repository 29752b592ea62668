package org.vtl.testkit;

import java.util.ArrayList;
import java.util.List;

/** The words of one script line: quoted texts and angle-bracketed option lists stay whole. */
final class ScriptTokens {
  private final String text;
  private final List<String> words = new ArrayList<>();
  private int next;

  ScriptTokens(String line) {
    text = cut(line).strip();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c) || c == ';') {
        at++;
        continue;
      }
      int end = at + 1;
      boolean options =
          c == '<' && at + 1 < text.length() && Character.isLetter(text.charAt(at + 1));
      if (c == '"' || options) {
        end = text.indexOf(c == '"' ? '"' : '>', at + 1) + 1;
        if (end == 0) {
          throw new IllegalArgumentException(c == '"' ? "a quote is open" : "a \"<\" is open");
        }
      } else {
        while (end < text.length() && " \t;".indexOf(text.charAt(end)) < 0) {
          end++;
        }
      }
      words.add(text.substring(at, end));
      at = end;
    }
  }

  /** The line without its comment. */
  private static String cut(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '"') {
        quoted = !quoted;
      } else if (line.charAt(i) == '#' && !quoted) {
        return line.substring(0, i);
      }
    }
    return line;
  }

  String text() {
    return text;
  }

  boolean isEmpty() {
    return next == words.size();
  }

  /** The next word, not taken; empty at the end. */
  String peek() {
    return isEmpty() ? "" : words.get(next);
  }

  String take() {
    if (isEmpty()) {
      throw new IllegalArgumentException("the line ends too early");
    }
    return words.get(next++);
  }

  boolean takeIf(String word) {
    boolean there = peek().equals(word);
    next += there ? 1 : 0;
    return there;
  }

  /** A number: decimal, negative, or hexadecimal with 0x. */
  long number() {
    String word = take();
    try {
      return Long.decode(word.matches("-?0[0-9]+") ? word.replaceFirst("0+", "") : word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + word + "\" is not a number", e);
    }
  }

  /** All of the line behind {@code first}. */
  String rest(String first) {
    return text.substring(text.indexOf(first) + first.length()).strip();
  }

  /** A time span such as 0.5, 20ms or 2h, in nanoseconds; a plain number counts seconds. */
  static long nanos(String word) {
    String number = word.replaceFirst("^\\+", "").replaceFirst("[a-z]+$", "");
    double unit =
        switch (word.replaceFirst("^[+0-9.]*", "")) {
          case "ns" -> 1;
          case "us" -> 1e3;
          case "ms" -> 1e6;
          case "", "s" -> 1e9;
          case "min" -> 60e9;
          case "h" -> 3600e9;
          case "d" -> 86400e9;
          default -> throw new IllegalArgumentException("\"" + word + "\" is not a time");
        };
    try {
      return Math.round(Double.parseDouble(number) * unit);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + word + "\" is not a time", e);
    }
  }
}
