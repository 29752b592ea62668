package org.vtl.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A bundle as the build made it.
 *
 * @param name symbolic name
 * @param manifest its manifest
 */
public record BuiltBundle(String name, Manifest manifest) {
  /** The folders of bundles in {@code bundles/}; what only a former build left there is none. */
  static List<Path> folders(Path bundles) {
    try (var found = Files.list(bundles)) {
      return found.filter(folder -> Files.exists(folder.resolve("pom.xml"))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every bundle that was built in {@code bundles/}. */
  static List<BuiltBundle> all(Path bundles) {
    List<BuiltBundle> all = new ArrayList<>();
    for (Path folder : folders(bundles)) {
      try (var jars = Files.newDirectoryStream(folder.resolve("target"), "*.jar")) {
        for (Path path : jars) {
          try (JarFile jar = new JarFile(path.toFile())) {
            Manifest manifest = jar.getManifest();
            String name = manifest.getMainAttributes().getValue("Bundle-SymbolicName");
            all.add(new BuiltBundle(name, manifest));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  /** Writes {@code bundle}, a folder of {@code bundles}, to {@code file} as another version. */
  public static void write(Path file, Path bundle, String version) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    try (var jars = Files.newDirectoryStream(bundle.resolve("target"), "*.jar");
        JarInputStream from = new JarInputStream(Files.newInputStream(jars.iterator().next()))) {
      Manifest manifest = from.getManifest();
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(partial), manifest)) {
        for (JarEntry entry = from.getNextJarEntry();
            entry != null;
            entry = from.getNextJarEntry()) {
          to.putNextEntry(new JarEntry(entry.getName()));
          from.transferTo(to);
        }
      }
    }
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The names in a manifest header with what follows each, such as {@code version=1.0.0}. */
  Map<String, String> header(String header) {
    Map<String, String> clauses = new TreeMap<>();
    String text = manifest.getMainAttributes().getValue(header);
    if (text != null) {
      // Commas in quoted strings, as in version ranges, do not separate clauses.
      for (String clause : text.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
        String[] parts = clause.split(";", 2);
        clauses.put(parts[0].strip(), parts.length > 1 ? parts[1] : "");
      }
    }
    return clauses;
  }
}
