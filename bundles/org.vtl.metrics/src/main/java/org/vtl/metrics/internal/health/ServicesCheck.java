package org.vtl.metrics.internal.health;

import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.Result;
import org.vtl.runtime.ServiceInfo;

/** Whether the services are there that links require, and the others work. */
final class ServicesCheck {
  private ServicesCheck() {}

  static Result of(List<ServiceInfo> services) {
    FormattingResultLog log = new FormattingResultLog();
    log.info("Services: {}.", services.size()); // a log without a line is a warning
    for (ServiceInfo service : services) {
      if (service.state().equals("ACTIVE")) {
        log.info("Service {} is active.", service.name());
      } else if (service.requiredBy().isEmpty()) {
        log.warn("Service {}: {}", service.name(), service.reason());
      } else {
        log.critical("Service {}: {}", service.name(), service.reason());
      }
    }
    return new Result(log);
  }
}
