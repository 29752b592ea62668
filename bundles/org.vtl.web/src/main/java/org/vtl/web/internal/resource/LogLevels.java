package org.vtl.web.internal.resource;

import java.util.Map;

/** How much is logged, by the names of loggers, which are those of packages. From any thread. */
public interface LogLevels {
  /** Levels by logger: those that were set, and empty ones of VTL's bundles that were not. */
  Map<String, String> all();

  /**
   * Has a logger, and those whose names begin so, log from a level on; until VTL starts again.
   *
   * @param level {@code ERROR}, {@code WARN}, {@code INFO}, {@code DEBUG}, {@code TRACE}, {@code
   *     OFF}; empty for that of etc/logback.xml
   * @throws IllegalStateException in one sentence, if the log's own bundle does not let it
   */
  void set(String logger, String level);

  /** None that can be set: where there is no framework. */
  LogLevels NONE =
      new LogLevels() {
        @Override
        public Map<String, String> all() {
          return Map.of();
        }

        @Override
        public void set(String logger, String level) {
          throw new IllegalStateException("The log has no levels to be set.");
        }
      };
}
