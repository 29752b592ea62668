package org.vtl.metrics.internal.health;

import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.Result;
import org.vtl.runtime.LinkInfo;

/** Whether the links can carry packets, and have room for them. */
final class LinksCheck {
  /** So many packets free in a hundred are few. */
  private static final int FEW_PERCENT = 5;

  private static final int PERCENT = 100;

  private LinksCheck() {}

  static Result of(List<LinkInfo> links) {
    FormattingResultLog log = new FormattingResultLog();
    if (links.isEmpty()) {
      log.warn("There is no link; configure one as docs/attach-a-vm.md says.");
    }
    for (LinkInfo link : links) {
      switch (link.state()) {
        case "UP" -> log.info("Link {} is up.", link.name());
        case "WAITING" -> log.temporarilyUnavailable("{}", link.reason());
        default -> log.critical("{}", link.reason());
      }
    }
    return new Result(log);
  }

  static Result pools(List<LinkInfo> links) {
    FormattingResultLog log = new FormattingResultLog();
    log.info("Links: {}.", links.size()); // a log without a line is a warning
    for (LinkInfo link : links) {
      if (link.poolSize() > 0 && link.poolFree() * PERCENT < link.poolSize() * FEW_PERCENT) {
        log.warn(
            "Link {} has {} of {} packets free; set its key packets higher, or look which service"
                + " holds them (vtl:services).",
            link.name(),
            link.poolFree(),
            link.poolSize());
      } else {
        log.info(
            "Link {} has {} of {} packets free.", link.name(), link.poolFree(), link.poolSize());
      }
    }
    return new Result(log);
  }
}
