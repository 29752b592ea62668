package org.vtl.metrics.internal.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.Result;

/** Whether there is room where VTL writes. */
final class DiskCheck {
  private static final long MEGABYTE = 1L << 20;
  private static final long LITTLE = 100;
  private static final long TOO_LITTLE = 10;

  private DiskCheck() {}

  static Result of(Path data) {
    try {
      return of(data, Files.getFileStore(data).getUsableSpace() / MEGABYTE);
    } catch (IOException e) {
      return new Result(
          Result.Status.WARN, "The room in %s cannot be told (%s).".formatted(data, e));
    }
  }

  static Result of(Path data, long megabytes) {
    FormattingResultLog log = new FormattingResultLog();
    if (megabytes < TOO_LITTLE) {
      log.critical("{} has {} MB left: neither log nor state can be kept.", data, megabytes);
    } else if (megabytes < LITTLE) {
      log.warn("{} has {} MB left; remove old captures, or give it more.", data, megabytes);
    } else {
      log.info("{} has {} MB left.", data, megabytes);
    }
    return new Result(log);
  }
}
