package org.vtl.web.internal.resource;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.osgi.framework.Bundle;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;

/** What is logged: the last lines, and each new one for those who watch. From any thread. */
public final class LogResource implements ManagementResource, LogListener {
  private static final int REMEMBERED = 1_000;
  private static final int LONGEST = 4_000;

  private static final List<String> LEVELS =
      List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*([.$][A-Za-z0-9_]+)*";
  private static final Parameter LOGGER =
      Parameter.segment("logger", "A package, such as a bundle's symbolic name, or a class.");

  private final Deque<Line> last = new ArrayDeque<>();
  private final BiConsumer<String, Object> publish;
  private final LogLevels levels;

  /**
   * How much a logger logs.
   *
   * @param logger its name, which is a package's or a class's
   * @param level from which on; empty for that of etc/logback.xml
   */
  record Level(String logger, String level) {}

  /** The level that a logger is to have. */
  record Wanted(String level) {}

  /**
   * A line of the log.
   *
   * @param time in UTC (RFC 3339)
   * @param level {@code ERROR}, {@code WARN}, {@code INFO}, {@code DEBUG} or {@code TRACE}
   * @param logger who logged it, by class or package
   * @param bundle that class's bundle; empty where it is not known
   * @param message without line breaks at its end
   * @param exception its class and message; empty without
   */
  record Line(
      String time, String level, String logger, String bundle, String message, String exception) {}

  /** {@code publish} is told of each line, under topic {@code log}. */
  public LogResource(BiConsumer<String, Object> publish, LogLevels levels) {
    this.publish = publish;
    this.levels = levels;
  }

  @Override
  public String title() {
    return "Log";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                "/log",
                Role.VIEWER,
                "Lists the last lines of the log, the newest first.",
                Shape.listOf(Line.class),
                this::lines)
            .with(
                Parameter.word(
                    "level",
                    List.of("INFO", "ERROR", "WARN", "DEBUG", "TRACE"),
                    "Of this level, and what is worse."),
                Parameter.text("logger", 200, "Only of loggers whose name begins so."),
                Parameter.number("limit", 100, 1, REMEMBERED, "How many at most.")),
        Route.get(
            "/log/levels",
            Role.VIEWER,
            "Lists VTL's bundles and other loggers with the levels that were set.",
            Shape.listOf(Level.class),
            request ->
                Answer.of(
                    levels.all().entrySet().stream()
                        .map(entry -> new Level(entry.getKey(), entry.getValue()))
                        .toList())),
        new Route(
            "PUT",
            "/log/levels/{logger}",
            Role.OPERATOR,
            "Has a logger, and those below it, log more or less until VTL starts again.",
            List.of(LOGGER),
            Shape.of(Wanted.class),
            Shape.of(Level.class),
            request -> set(request, request.body(Wanted.class).level())),
        Route.delete(
                "/log/levels/{logger}",
                Role.OPERATOR,
                "Gives a logger the level of etc/logback.xml again.",
                Shape.of(Level.class),
                request -> set(request, ""))
            .with(LOGGER));
  }

  private Answer set(Request request, String level) {
    String logger = request.text("logger");
    if (!logger.matches(NAME)) {
      throw new IllegalArgumentException(
          "Logger \"%s\" is no name; give a package's or a class's.".formatted(logger));
    }
    if (!level.isEmpty() && !LEVELS.contains(level)) {
      throw new IllegalArgumentException(
          "Level \"%s\" is unknown; give one of %s.".formatted(level, String.join(", ", LEVELS)));
    }
    levels.set(logger, level);
    return Answer.of(new Level(logger, level));
  }

  private Answer lines(Request request) {
    LogLevel least = LogLevel.valueOf(request.text("level"));
    String logger = request.text("logger");
    List<Line> lines;
    synchronized (last) {
      lines = new ArrayList<>(last);
    }
    return Answer.of(
        lines.stream()
            .filter(line -> least.implies(LogLevel.valueOf(line.level())))
            .filter(line -> line.logger().startsWith(logger))
            .limit(request.number("limit"))
            .toList());
  }

  @Override
  public void logged(LogEntry entry) {
    LogLevel level = entry.getLogLevel();
    Line line =
        new Line(
            Instant.ofEpochMilli(entry.getTime()).toString(),
            level == LogLevel.AUDIT ? "INFO" : level.name(),
            Optional.ofNullable(entry.getLoggerName()).orElse(""),
            Optional.ofNullable(entry.getBundle())
                .map(Bundle::getSymbolicName)
                // What comes by java.util.logging seems to come from the log's own bundle.
                .filter(name -> !name.startsWith("org.ops4j.pax.logging"))
                .orElse(""),
            cut(Optional.ofNullable(entry.getMessage()).orElse("").strip()),
            Optional.ofNullable(entry.getException()).map(e -> cut(e.toString())).orElse(""));
    synchronized (last) {
      last.addFirst(line);
      if (last.size() > REMEMBERED) {
        last.removeLast();
      }
    }
    publish.accept("log", line);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }
}
