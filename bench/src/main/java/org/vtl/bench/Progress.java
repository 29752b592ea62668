package org.vtl.bench;

import java.io.PrintStream;

/** Where the benchmark is: one line that changes on a terminal, and nothing elsewhere. */
final class Progress {
  private final PrintStream out;
  private final boolean terminal;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Replaces the line. */
  void show(String where) {
    if (terminal) {
      out.print("\r\u001b[K" + where);
      out.flush();
    }
  }

  /** Says where a terminal does not show it. */
  void round(int round, int rounds) {
    if (!terminal) {
      out.println("round " + round + " of " + rounds);
    }
  }

  /** Writes a line that stays. */
  void say(String line) {
    show("");
    out.println(line);
  }
}
