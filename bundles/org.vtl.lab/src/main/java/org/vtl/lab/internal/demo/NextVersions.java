package org.vtl.lab.internal.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Releases of a bundle after the present one: the same code under higher versions, each a jar of
 * its own in a folder that goes at the end.
 */
final class NextVersions implements AutoCloseable {
  private static final String VERSION = "Bundle-Version";

  private final Path folder;
  private final List<Path> jars = new ArrayList<>();

  private NextVersions(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes them: version 0.1.0 is followed by 0.1.1, 0.1.2 and so on.
   *
   * @param name the bundle's symbolic name; its jar has to be in the repository {@code system}
   */
  static NextVersions of(String name, Path system, int count) throws IOException {
    Path present;
    try (Stream<Path> files = Files.walk(system)) {
      present =
          files
              .filter(file -> file.getFileName().toString().matches(name + "-[0-9.]+\\.jar"))
              .max(Comparator.naturalOrder())
              .orElseThrow(() -> new IOException("There is no jar of " + name + " in " + system));
    }
    NextVersions next = new NextVersions(Files.createTempDirectory("vtl-versions"));
    for (int i = 1; i <= count; i++) {
      next.jars.add(next.write(name, present, i));
    }
    return next;
  }

  List<Path> jars() {
    return jars;
  }

  private Path write(String name, Path present, int step) throws IOException {
    try (InputStream file = Files.newInputStream(present);
        JarInputStream from = new JarInputStream(file)) {
      Manifest manifest = from.getManifest();
      Attributes attributes = manifest.getMainAttributes();
      String[] numbers = attributes.getValue(VERSION).split("\\.");
      String version = "%s.%s.%d".formatted(numbers[0], numbers[1], step + number(numbers[2]));
      attributes.putValue(VERSION, version);
      Path jar = folder.resolve(name + "-" + version + ".jar");
      try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
        for (JarEntry entry = from.getNextJarEntry();
            entry != null;
            entry = from.getNextJarEntry()) {
          to.putNextEntry(new JarEntry(entry.getName()));
          from.transferTo(to);
          to.closeEntry();
        }
      }
      return jar;
    }
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  @Override
  public void close() throws IOException {
    for (Path jar : jars) {
      Files.deleteIfExists(jar);
    }
    Files.deleteIfExists(folder);
  }
}
