package org.vtl.bench;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/** Where the benchmark is: one line that changes on a terminal, and now and then one elsewhere. */
final class Progress {
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final PrintStream out;
  private final boolean terminal;
  private long saidNanos = System.nanoTime() - QUIET_NANOS;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Shows what is done now, and that it ends in about {@code leftMillis}. */
  void show(String where, long leftMillis) {
    if (!terminal && System.nanoTime() - saidNanos < QUIET_NANOS) {
      return;
    }
    saidNanos = System.nanoTime();
    LocalTime end =
        LocalTime.now().plus(leftMillis, ChronoUnit.MILLIS).truncatedTo(ChronoUnit.MINUTES);
    String line = "%s: about %s left, until %s".formatted(where, time(leftMillis), end);
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
    } else {
      out.println(line);
    }
  }

  /** Takes the line that changes away. */
  void clear() {
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }

  /** Writes a line that stays. */
  void say(String line) {
    clear();
    out.println(line);
  }

  /** In seconds or minutes. */
  static String time(long millis) {
    long seconds = Math.round(millis / 1000.0);
    return seconds < 120 ? seconds + " s" : Math.round(seconds / 60.0) + " minutes";
  }
}
