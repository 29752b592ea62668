package org.vtl.metrics.internal.health;

import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.Result;

/** Whether all files of the configuration could be used. */
final class ConfigurationCheck {
  private ConfigurationCheck() {}

  static Result of(List<String> faults) {
    FormattingResultLog log = new FormattingResultLog();
    faults.forEach(fault -> log.warn("{}", fault));
    if (faults.isEmpty()) {
      log.info("All files of the configuration are in force.");
    }
    return new Result(log);
  }
}
