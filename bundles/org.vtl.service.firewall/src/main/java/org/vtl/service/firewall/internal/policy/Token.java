package org.vtl.service.firewall.internal.policy;

/**
 * A piece of a policy's text.
 *
 * @param text without the quotes of a string
 * @param line from 1
 * @param column from 1
 */
record Token(Type type, String text, int line, int column) {
  enum Type {
    WORD,
    STRING,
    SYMBOL,
    /** The end of a statement: a line's end or a semicolon. */
    END,
    /** The end of the text. */
    EOF
  }

  boolean isWord(String word) {
    return type == Type.WORD && text.equals(word);
  }

  boolean isSymbol(String symbol) {
    return type == Type.SYMBOL && text.equals(symbol);
  }

  boolean isEnd() {
    return type == Type.END || type == Type.EOF;
  }

  /** The token as a sentence shows it. */
  String shown() {
    return switch (type) {
      case EOF -> "the end of the text";
      case END -> text.equals(";") ? "\";\"" : "the end of the line";
      case STRING -> "the text \"" + text + "\"";
      case WORD, SYMBOL -> "\"" + text + "\"";
    };
  }
}
