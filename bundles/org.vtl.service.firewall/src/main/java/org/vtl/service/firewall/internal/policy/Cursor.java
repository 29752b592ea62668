package org.vtl.service.firewall.internal.policy;

import java.util.List;

/** A place among tokens. */
final class Cursor {
  private final List<Token> tokens;
  private int at;

  Cursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The token here. */
  Token peek() {
    return tokens.get(at);
  }

  /** The token behind the one here. */
  Token second() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** The token here; moves behind it, but never behind the end of the text. */
  Token next() {
    Token token = tokens.get(at);
    if (token.type() != Token.Type.EOF) {
      at++;
    }
    return token;
  }

  /** Moves back before the last token passed. */
  void back() {
    at--;
  }

  /** Moves behind the word if it is here. */
  boolean takeWord(String word) {
    return take(peek().isWord(word));
  }

  /** Moves behind the symbol if it is here. */
  boolean takeSymbol(String symbol) {
    return take(peek().isSymbol(symbol));
  }

  private boolean take(boolean here) {
    if (here) {
      at++;
    }
    return here;
  }

  /** Moves to the end of the statement; braces that open in it close in it. */
  void skipStatement() {
    int depth = 0;
    while (peek().type() != Token.Type.EOF) {
      Token token = peek();
      if (token.type() == Token.Type.END && depth == 0 || token.isSymbol("}") && depth == 0) {
        return;
      }
      depth += token.isSymbol("{") ? 1 : token.isSymbol("}") ? -1 : 0;
      next();
      // A brace that is never closed must not hide the rest.
      if (token.type() == Token.Type.END && Words.beginsStatement(peek())) {
        return;
      }
    }
  }

  /** Moves over ends of lines. */
  void skipLines() {
    while (peek().type() == Token.Type.END && peek().text().equals("\n")) {
      at++;
    }
  }
}
