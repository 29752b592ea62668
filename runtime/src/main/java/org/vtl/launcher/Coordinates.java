package org.vtl.launcher;

import java.nio.file.Path;

/**
 * Where an artifact is found in a folder laid out as a Maven repository.
 *
 * @param group group id, with dots
 * @param artifact artifact id
 * @param version version
 * @param type file name extension
 * @param classifier empty when there is none
 */
record Coordinates(String group, String artifact, String version, String type, String classifier) {
  /**
   * Reads {@code group:artifact[:type[:classifier]]:version}, OSGi Compendium 8 section 159.2.1.
   *
   * @throws IllegalArgumentException if {@code id} has another form, or a part could leave the
   *     folder
   */
  static Coordinates parse(String id) {
    String[] parts = id.split(":", -1);
    for (String part : parts) {
      if (!part.matches("[A-Za-z0-9_+-][A-Za-z0-9_.+-]*")) {
        throw new IllegalArgumentException(
            "\"" + id + "\" is not of the form group:artifact[:type[:classifier]]:version");
      }
    }
    return switch (parts.length) {
      case 3 -> new Coordinates(parts[0], parts[1], parts[2], "jar", "");
      case 4 -> new Coordinates(parts[0], parts[1], parts[3], parts[2], "");
      case 5 -> new Coordinates(parts[0], parts[1], parts[4], parts[2], parts[3]);
      default ->
          throw new IllegalArgumentException(
              "\"" + id + "\" is not of the form group:artifact[:type[:classifier]]:version");
    };
  }

  /** The file below {@code repository}. */
  Path in(Path repository) {
    String tail = classifier.isEmpty() ? "" : "-" + classifier;
    return repository
        .resolve(group.replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + tail + "." + type);
  }

  @Override
  public String toString() {
    String kind =
        classifier.isEmpty()
            ? (type.equals("jar") ? "" : type + ":")
            : type + ":" + classifier + ":";
    return group + ":" + artifact + ":" + kind + version;
  }
}
