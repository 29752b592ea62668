package org.vtl.text;

/**
 * A text that is not JSON, with the place. The message says what was expected, without the place.
 */
public final class JsonFault extends Exception {
  private final int line;
  private final int column;

  JsonFault(String message, String text, int at) {
    super(message);
    line = line(text, at);
    column = at - text.lastIndexOf('\n', at - 1);
  }

  /** The line of the character {@code at} of {@code text}, from 1. */
  public static int line(String text, int at) {
    return 1
        + (int)
            text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
  }

  /** From 1. */
  public int line() {
    return line;
  }

  /** From 1, in characters. */
  public int column() {
    return column;
  }
}
