package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a process that is in use: heap, off-heap, code, and threads. */
final class Resident {
  private static final String KEY = "VmRSS:";

  private Resident() {}

  /** Of the process {@code pid}; NaN when it has ended. */
  static double mebibytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith(KEY)) {
          return Long.parseLong(line.substring(KEY.length()).replace("kB", "").strip()) / 1024.0;
        }
      }
    } catch (IOException e) {
      // it has ended
    }
    return Double.NaN;
  }
}
