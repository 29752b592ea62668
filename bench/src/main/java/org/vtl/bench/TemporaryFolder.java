package org.vtl.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders that contestants use while they run, named by the process that made them, so that those
 * of a benchmark that was killed are found and removed by the next one.
 */
final class TemporaryFolder {
  private static final Path PLACE = Path.of(System.getProperty("java.io.tmpdir"));
  private static final Pattern NAME = Pattern.compile("vtl-bench-(\\d+)-\\w+");

  private TemporaryFolder() {}

  static Path make() throws IOException {
    return Files.createTempDirectory("vtl-bench-" + ProcessHandle.current().pid() + "-");
  }

  /** Removes what benchmarks that no longer run have left. */
  static void removeAbandoned() throws IOException {
    try (Stream<Path> files = Files.list(PLACE)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && !Namespace.isBenchmark(name.group(1))) {
          remove(file);
        }
      }
    }
  }

  /** Removes {@code folder} with all that is in it; what cannot be removed is told. */
  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // somebody else is removing it, at the end of everything
    } catch (IOException | UncheckedIOException e) {
      System.err.println("bench: " + folder + " cannot be removed: " + e + ".");
    }
  }
}
