package org.vtl.service.capture.internal;

import java.util.Iterator;
import java.util.List;

/**
 * What a configuration or a command line asks for, not yet checked; the defaults are those of
 * {@link CaptureConfig}.
 */
final class CaptureOptions {
  String link = "";
  String stage = "arrival";
  String filter = "";
  String file = "";
  int snapBytes = 262_144;
  double fileMegabytes = 100;
  int files = 1;
  double freeMegabytes = 500;
  int bufferMegabytes = 16;
  boolean force;

  static CaptureOptions of(CaptureConfig config) {
    CaptureOptions options = new CaptureOptions();
    options.link = config.link();
    options.stage = config.stage();
    options.filter = config.filter();
    options.file = config.file();
    options.snapBytes = config.snap_bytes();
    options.fileMegabytes = config.file_mb();
    options.files = config.files();
    options.freeMegabytes = config.free_mb();
    options.bufferMegabytes = config.buffer_mb();
    options.force = config.force();
    return options;
  }

  /**
   * Reads a command's words.
   *
   * @throws IllegalArgumentException in one sentence, if one is unknown or lacks its value
   */
  static CaptureOptions parse(List<String> words) {
    CaptureOptions options = new CaptureOptions();
    Iterator<String> rest = words.iterator();
    while (rest.hasNext()) {
      options.take(rest.next(), rest);
    }
    return options;
  }

  private void take(String option, Iterator<String> rest) {
    switch (option) {
      case "--force" -> force = true;
      case "--link" -> link = value(option, rest);
      case "--stage" -> stage = value(option, rest);
      case "--filter" -> filter = value(option, rest);
      case "--file" -> file = value(option, rest);
      case "--snap-bytes" -> snapBytes = (int) number(option, rest);
      case "--file-mb" -> fileMegabytes = number(option, rest);
      case "--files" -> files = (int) number(option, rest);
      case "--free-mb" -> freeMegabytes = number(option, rest);
      case "--buffer-mb" -> bufferMegabytes = (int) number(option, rest);
      default ->
          throw new IllegalArgumentException(
              "Option " + option + " is unknown; vtl:capture --help says which there are.");
    }
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException("Option " + option + " needs a value after it.");
    }
    return rest.next();
  }

  private static double number(String option, Iterator<String> rest) {
    String value = value(option, rest);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Option " + option + " has \"" + value + "\"; give a number.", e);
    }
  }
}
