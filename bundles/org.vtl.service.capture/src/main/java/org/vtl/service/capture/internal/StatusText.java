package org.vtl.service.capture.internal;

import java.util.List;
import org.vtl.text.Table;

/** Captures as text for people. */
final class StatusText {
  private StatusText() {}

  static String table(List<CaptureStatus> all) {
    if (all.isEmpty()) {
      return "No capture is running; start one with vtl:capture start NAME.\n";
    }
    Table table = new Table("NAME", "STATE", "LINK", "STAGE", "PACKETS", "BYTES", "LOST", "FILE");
    for (CaptureStatus status : all) {
      table
          .row(
              status.name(),
              status.state(),
              status.link().isEmpty() ? "all" : status.link(),
              status.stage(),
              status.packets(),
              status.bytes(),
              status.lost(),
              status.file())
          .note(status.reason());
    }
    return table.toString();
  }
}
