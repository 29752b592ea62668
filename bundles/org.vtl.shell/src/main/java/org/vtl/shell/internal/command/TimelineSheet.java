package org.vtl.shell.internal.command;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.vtl.runtime.ConnectionTimeline;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** What happened to one connection, the oldest first. */
final class TimelineSheet {
  private static final double MILLIS = 1000;
  private static final int MINUTE = 60;

  private TimelineSheet() {}

  /** The timeline as a table; a sentence where nothing is left of it. */
  static String render(ConnectionTimeline timeline, Output output) {
    if (timeline.events().isEmpty()) {
      return "What happened to it is forgotten: a worker remembers its last events only.\n";
    }
    Table table = new Table(">AFTER", ">AGO", "WHAT HAPPENED");
    double begin = timeline.events().getFirst().ageSeconds();
    for (ConnectionTimeline.Event event : timeline.events()) {
      table
          .row(span(begin - event.ageSeconds()), span(event.ageSeconds()), event.text())
          .style(2, style(event.kind()));
    }
    return output.render(table)
        + (timeline.whole()
            ? ""
            : "There may have been more: a worker remembers its last events only.\n");
  }

  private static Style style(String kind) {
    return switch (kind) {
      case "DROPPED", "RESET", "EVICTED", "LINK_SHUT" -> Style.BAD;
      case "ESTABLISHED" -> Style.GOOD;
      default -> Style.PLAIN;
    };
  }

  /** {@code 0.4 ms}, {@code 310 ms}, {@code 4.52 s}, then as {@link Units#seconds}. */
  private static String span(double seconds) {
    if (seconds < 1) {
      return String.format(Locale.ROOT, seconds < 0.01 ? "%.1f ms" : "%.0f ms", seconds * MILLIS);
    }
    return seconds < MINUTE
        ? String.format(Locale.ROOT, "%.2f s", seconds)
        : Units.seconds(seconds);
  }

  /** The parts of {@code of} by name, and the timeline as one more: for JSON. */
  static Map<String, Object> with(Record of, ConnectionTimeline timeline) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (RecordComponent part : of.getClass().getRecordComponents()) {
      try {
        all.put(part.getName(), part.getAccessor().invoke(of));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("A record's own accessor failed.", e);
      }
    }
    all.put("timeline", timeline);
    return all;
  }
}
