package org.vtl.deploy.internal.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Version;

/**
 * Where a jar is found in a folder laid out as a Maven repository.
 *
 * @param group group id, with dots
 * @param artifact artifact id
 * @param version version; empty for the newest
 */
record Coordinates(String group, String artifact, String version) {
  /** {@code group:artifact[:version]}; empty if {@code text} is not of that form. */
  static Optional<Coordinates> parse(String text) {
    String[] parts = text.split(":", -1);
    boolean safe =
        Stream.of(parts).allMatch(part -> part.matches("[A-Za-z0-9_+-][A-Za-z0-9_.+-]*"));
    return safe && (parts.length == 2 || parts.length == 3)
        ? Optional.of(new Coordinates(parts[0], parts[1], parts.length == 3 ? parts[2] : ""))
        : Optional.empty();
  }

  /** The jar below {@code repository}; empty if it is not there. */
  Optional<Path> in(Path repository) {
    Path folder = repository.resolve(group.replace('.', '/')).resolve(artifact);
    if (!version.isEmpty()) {
      return jar(folder.resolve(version));
    }
    try (Stream<Path> versions = Files.list(folder)) {
      return versions
          .sorted((a, b) -> order(b).compareTo(order(a)))
          .flatMap(candidate -> jar(candidate).stream())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Path> jar(Path folder) {
    return Optional.of(folder.resolve(artifact + "-" + folder.getFileName() + ".jar"))
        .filter(Files::isRegularFile);
  }

  /** Numbers count as numbers; what Maven puts behind a dash is the qualifier. */
  private static Version order(Path folder) {
    String[] parts = folder.getFileName().toString().split("[.-]", 4);
    StringBuilder version = new StringBuilder();
    int index = 0;
    while (index < 3) {
      boolean number = index < parts.length && parts[index].matches("[0-9]{1,9}");
      version.append(index == 0 ? "" : ".").append(number ? parts[index] : "0");
      index++;
    }
    String rest = parts.length > 3 ? parts[3].replaceAll("[^A-Za-z0-9_-]", "_") : "";
    return Version.parseVersion(rest.isEmpty() ? version.toString() : version + "." + rest);
  }

  @Override
  public String toString() {
    return group + ":" + artifact + (version.isEmpty() ? "" : ":" + version);
  }
}
