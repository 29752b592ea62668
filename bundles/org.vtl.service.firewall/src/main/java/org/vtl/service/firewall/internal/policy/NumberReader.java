package org.vtl.service.firewall.internal.policy;

/** Reads single numbers and words that options of a rule have. */
final class NumberReader {
  private final Cursor cursor;
  private final Faults faults;

  NumberReader(Cursor cursor, Faults faults) {
    this.cursor = cursor;
    this.faults = faults;
  }

  /** A number of {@code least} to {@code most}; -1 after a fault. */
  long number(String what, long least, long most) {
    Token token = cursor.peek();
    long number = -1;
    if (token.type() == Token.Type.WORD && token.text().matches("[0-9]{1,15}")) {
      cursor.next();
      number = Long.parseLong(token.text());
    } else if (token.type() == Token.Type.WORD && !Words.beginsPart(token)) {
      cursor.next();
    }
    if (number < least || number > most) {
      faults.error(
          token,
          token.shown() + " is no " + what + "; write a number, " + least + " to " + most + ".");
      return -1;
    }
    return number;
  }

  /** A text in quotes, or one word; null after a fault. */
  String text(String what) {
    Token token = cursor.peek();
    if (token.type() != Token.Type.STRING && token.type() != Token.Type.WORD) {
      faults.error(token, "Behind \"" + what + "\" comes a text; write it in double quotes.");
      return null;
    }
    cursor.next();
    if (token.text().length() > 128) {
      faults.error(token, "The text has more than 128 characters; shorten it.");
      return null;
    }
    return token.text();
  }
}
