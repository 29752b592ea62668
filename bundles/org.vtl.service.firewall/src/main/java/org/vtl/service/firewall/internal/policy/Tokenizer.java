package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.List;

/** Cuts a policy's text into tokens; comments and blanks vanish, faults are told. */
final class Tokenizer {
  private static final String SYMBOLS = "{}(),/=!&|";

  private final String text;
  private final Faults faults;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  private Tokenizer(String text, Faults faults) {
    this.text = text;
    this.faults = faults;
  }

  /** All tokens of {@code text}, the last of which is the end of the text. */
  static List<Token> tokens(String text, Faults faults) {
    Tokenizer tokenizer = new Tokenizer(text, faults);
    while (tokenizer.at < text.length()) {
      tokenizer.next();
    }
    tokenizer.add(Token.Type.EOF, "", tokenizer.at);
    return tokenizer.tokens;
  }

  private void next() {
    char c = text.charAt(at);
    int start = at;
    if (c == '\n') {
      endLine();
    } else if (c == '#') {
      skipLine();
    } else if (c == '\\' && isLastOfLine(at + 1)) {
      skipLine();
      at = Math.min(at + 1, text.length());
      line++;
      lineStart = at;
    } else if (Character.isWhitespace(c)) {
      at++;
    } else if (c == ';') {
      at++;
      add(Token.Type.END, ";", start);
    } else if (c == '"') {
      string();
    } else if (isWordPart(c) || c == '@') {
      while (++at < text.length() && isWordPart(text.charAt(at))) {}
      add(Token.Type.WORD, text.substring(start, at), start);
    } else if (SYMBOLS.indexOf(c) >= 0) {
      symbol();
    } else {
      at += Character.charCount(text.codePointAt(at));
      faults.error(
          line,
          column(start),
          "The character \""
              + text.substring(start, at)
              + "\" means nothing here; delete it, or put text in double quotes.");
    }
  }

  private void endLine() {
    add(Token.Type.END, "\n", at);
    at++;
    line++;
    lineStart = at;
  }

  private void skipLine() {
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
  }

  private boolean isLastOfLine(int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) != '\n') {
      if (!Character.isWhitespace(text.charAt(i++))) {
        return false;
      }
    }
    return true;
  }

  private void string() {
    int start = at++;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      at++;
    }
    add(Token.Type.STRING, text.substring(start + 1, at), start);
    if (at < text.length() && text.charAt(at) == '"') {
      at++;
    } else {
      faults.error(line, column(start), "The text is not closed; end it by a double quote.");
    }
  }

  private void symbol() {
    int start = at++;
    char c = text.charAt(start);
    if ((c == '=' || c == '!') && at < text.length() && text.charAt(at) == '=') {
      at++;
    }
    add(Token.Type.SYMBOL, text.substring(start, at), start);
  }

  private static boolean isWordPart(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '.'
        || c == ':'
        || c == '-'
        || c == '~';
  }

  private int column(int position) {
    return position - lineStart + 1;
  }

  private void add(Token.Type type, String shown, int start) {
    tokens.add(new Token(type, shown, line, column(start)));
  }
}
