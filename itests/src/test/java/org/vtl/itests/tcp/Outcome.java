package org.vtl.itests.tcp;

import java.io.IOException;
import java.util.Locale;

/**
 * How a transfer went at one end.
 *
 * @param sent bytes given to the kernel, and their SHA-256
 * @param sending how sending ended, in one of the words below
 * @param received bytes read, and their SHA-256
 * @param reading how reading ended
 * @param intact whether what was read is how the other end's content begins
 */
record Outcome(
    long sent,
    String sentHash,
    String sending,
    long received,
    String receivedHash,
    String reading,
    boolean intact) {
  /** The stream ended in order. */
  static final String ENDED = "ended";

  /** This end broke off by itself. */
  static final String OWN = "own";

  /** The kernel said that the other end has reset the connection. */
  static final String RESET = "reset";

  /** Nothing came, or went, for long. */
  static final String STILL = "still";

  /** There was no connection. */
  static final Outcome NONE = new Outcome(0, "-", "none", 0, "-", "none", true);

  /** The connection was reset before this end's program had heard that it is open. */
  static final Outcome AT_ONCE = new Outcome(0, "-", "none", 0, "-", RESET, true);

  /** The word for what Java says of a socket. */
  static String of(IOException e) {
    String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (said.contains("reset") || said.contains("broken pipe")) {
      return RESET;
    }
    return said.contains("timed out") ? STILL : said.replace(' ', '-');
  }

  /** One line for the process that compares. */
  String line(int transfer) {
    return "transfer %d %d %s %s %d %s %s %s"
        .formatted(transfer, sent, sentHash, sending, received, receivedHash, reading, intact);
  }

  /** The outcome in a line of {@link #line}, split at blanks. */
  static Outcome parse(String[] words) {
    return new Outcome(
        Long.parseLong(words[2]),
        words[3],
        words[4],
        Long.parseLong(words[5]),
        words[6],
        words[7],
        Boolean.parseBoolean(words[8]));
  }
}
