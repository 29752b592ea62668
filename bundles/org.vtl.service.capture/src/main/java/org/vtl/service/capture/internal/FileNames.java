package org.vtl.service.capture.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * Names of the files of one capture: {@code {time}} becomes the start's time in UTC, and one of
 * several files gets its number before the extension.
 */
final class FileNames {
  private static final String TIME = "{time}";
  private static final DateTimeFormatter TIME_FORMAT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final String stem;
  private final String extension;
  private final boolean numbered;
  private final String time;

  FileNames(Path path, boolean numbered, Instant start) {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    this.directory = path.getParent();
    this.stem = dot > 0 ? name.substring(0, dot) : name;
    this.extension = dot > 0 ? name.substring(dot) : "";
    this.numbered = numbered;
    this.time = TIME_FORMAT.format(start);
  }

  /**
   * Where {@code file} is: an absolute one where it says, a relative one inside {@code folder}.
   *
   * @throws IllegalArgumentException in one sentence, if it is no name or leads out of the folder
   */
  static Path resolve(String file, Path folder) {
    try {
      Path path = Path.of(file);
      Path base = folder.toAbsolutePath().normalize();
      Path resolved = base.resolve(path).normalize();
      if (resolved.getFileName() == null || resolved.equals(base) || file.endsWith("/")) {
        throw new IllegalArgumentException(
            "File \"" + file + "\" names no file; give one such as web.pcapng.");
      }
      if (!path.isAbsolute() && !resolved.startsWith(base)) {
        throw new IllegalArgumentException(
            "File \"" + file + "\" leads out of " + base + "; give an absolute path for that.");
      }
      return resolved;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "File \"" + file + "\" is no file name (" + e.getReason() + ").", e);
    }
  }

  Path directory() {
    return directory;
  }

  /** The file with {@code number}, from 1. */
  Path file(int number) {
    String name = stem.replace(TIME, time);
    return directory.resolve(name + (numbered ? String.format("-%05d", number) : "") + extension);
  }

  /** Whether {@code file} is one that a capture with this name, started at any time, has made. */
  boolean isOurs(Path file) {
    StringBuilder pattern = new StringBuilder();
    for (String part : stem.splitWithDelimiters("\\{time}", 0)) {
      pattern.append(part.equals(TIME) ? "\\d{8}T\\d{6}Z" : Pattern.quote(part));
    }
    pattern.append(numbered ? "-\\d{5,}" : "").append(Pattern.quote(extension));
    return file.getFileName().toString().matches(pattern.toString());
  }
}
