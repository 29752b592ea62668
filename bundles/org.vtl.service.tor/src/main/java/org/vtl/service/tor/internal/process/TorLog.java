package org.vtl.service.tor.internal.process;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.List;

/** What Tor has said: its last lines, and the last complaint among them. Any thread. */
final class TorLog {
  private static final int LINES = 200;
  private static final System.Logger LOG = System.getLogger(TorLog.class.getName());

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private String complaint = "";

  /** Notes a line of Tor's, such as {@code Nov 23 17:00:00.000 [warn] ...}. */
  synchronized void add(String said) {
    String line = said.replaceAll("\\p{Cc}", "?"); // it is shown at a terminal
    boolean error = line.contains("[err]");
    if (error || line.contains("[warn]")) {
      LOG.log(error ? Level.WARNING : Level.INFO, "tor: {0}", text(line));
      // The first error says why; what follows it is that Tor ends.
      if (complaint.isEmpty() || error && !complaint.startsWith("[err]")) {
        complaint = (error ? "[err]" : "[warn]") + text(line);
      }
    } else {
      LOG.log(Level.DEBUG, "tor: {0}", line);
    }
    lines.addLast(line);
    if (lines.size() > LINES) {
      lines.removeFirst();
    }
  }

  private static String text(String line) {
    int end = line.indexOf("] ");
    return end < 0 ? line : line.substring(end + 2).strip();
  }

  /** A new Tor begins to speak. */
  synchronized void begin() {
    complaint = "";
  }

  /** Why Tor ended, as it says itself, as a part of a sentence; empty if it did not say. */
  synchronized String complaint() {
    String text = complaint.substring(complaint.indexOf(']') + 1);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  /** The last {@code limit} lines. */
  synchronized List<String> lines(int limit) {
    List<String> all = List.copyOf(lines);
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }
}
