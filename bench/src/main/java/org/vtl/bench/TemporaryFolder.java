package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders that contestants use while they run. */
final class TemporaryFolder {
  private TemporaryFolder() {}

  /** Removes {@code folder} with all that is in it; what cannot be removed is told. */
  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("bench: " + folder + " cannot be removed: " + e + ".");
    }
  }
}
