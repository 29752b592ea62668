package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logs what services throw, at most once a second each, so that a service that throws on every
 * packet does not fill the log. Any thread.
 */
final class Failures {
  private static final System.Logger LOG = System.getLogger(Failures.class.getName());
  private static final long QUIET_NANOS = 1_000_000_000L;

  private final Map<String, Long> lastNanos = new ConcurrentHashMap<>();

  void note(ServiceEntry entry, Throwable why) {
    note("service " + entry.name, why);
  }

  void note(String who, Throwable why) {
    long now = System.nanoTime();
    Long last = lastNanos.get(who);
    if (last == null || now - last > QUIET_NANOS) {
      lastNanos.put(who, now);
      LOG.log(Level.ERROR, "An exception came out of " + who + ".", why);
    }
  }

  /** A throwable in a few words: its type, its message, where it was thrown. */
  static String text(Throwable why) {
    StackTraceElement[] stack = why.getStackTrace();
    String where = stack.length == 0 ? "" : " at " + stack[0];
    return why.getClass().getSimpleName()
        + (why.getMessage() == null ? "" : " (" + why.getMessage() + ")")
        + where;
  }
}
