package org.vtl.service.capture.internal;

import java.nio.file.Path;

/**
 * What to capture and where to write it, checked.
 *
 * @param name the capture's name
 * @param link the link's name; empty for all
 * @param file as asked, for people
 * @param path where {@code file} is; {@code {time}} in it stands for the start's time
 * @param snapBytes bytes kept of each packet at most
 * @param fileBytes bytes of a file at most; 0 for no limit
 * @param files newest files kept, 1 for a single one that ends the capture when it is full
 * @param freeBytes bytes that must stay free on the file system
 * @param bufferBytes of the ring between the packets' path and the writer
 * @param force whether an existing file is overwritten
 */
record CaptureSpec(
    String name,
    String link,
    Stages stages,
    PacketFilter filter,
    String file,
    Path path,
    int snapBytes,
    long fileBytes,
    int files,
    long freeBytes,
    long bufferBytes,
    boolean force) {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /**
   * Checks what a configuration or a command says. An empty {@code file} is {@code
   * NAME-{time}.pcapng}; relative ones lie in {@code folder}.
   *
   * @throws IllegalArgumentException in one sentence naming key, value and remedy
   */
  static CaptureSpec of(String name, CaptureOptions options, Path folder) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "Capture \"" + name + "\" is no name; give up to 64 letters, digits, dots or dashes.");
    }
    String file = options.file.isBlank() ? name + "-{time}.pcapng" : options.file;
    long megabyte = 1L << 20;
    int files = (int) range(name, "files", options.files, 1, 10_000);
    double fileMegabytes = range(name, "file.mb", options.fileMegabytes, 0, 1_000_000);
    if (files > 1 && fileMegabytes == 0) {
      throw new IllegalArgumentException(
          "Capture " + name + " has files=" + files + " of no size; give file.mb above 0.");
    }
    return new CaptureSpec(
        name,
        options.link,
        Stages.parse(options.stage),
        PacketFilter.parse(options.filter),
        file,
        FileNames.resolve(file, folder),
        (int) range(name, "snap.bytes", options.snapBytes, 14, 262_144),
        (long) (fileMegabytes * megabyte),
        files,
        (long) (range(name, "free.mb", options.freeMegabytes, 0, 100_000_000) * megabyte),
        (long) range(name, "buffer.mb", options.bufferMegabytes, 1, 1_024) * megabyte,
        options.force);
  }

  private static double range(String name, String key, double value, double least, double most) {
    if (value >= least && value <= most) {
      return value;
    }
    throw new IllegalArgumentException(
        String.format(
            "Capture %s has %s=%s; give a number from %.0f to %.0f.",
            name, key, value == Math.rint(value) ? (long) value + "" : value + "", least, most));
  }
}
