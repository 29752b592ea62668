package org.vtl.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The bundles of one feature file, OSGi Compendium 8 chapter 159.
 *
 * @param name the file's name without {@code .json}
 * @param bundles in the file's order
 */
record Feature(String name, List<BundleEntry> bundles) {
  /** Start level of a bundle whose entry has no {@code start-order}. */
  static final int DEFAULT_START_LEVEL = 20;

  /**
   * One bundle of a feature.
   *
   * @param coordinates where it is
   * @param startLevel from {@code start-order}, 1 or higher
   */
  record BundleEntry(Coordinates coordinates, int startLevel) {}

  /**
   * Reads the feature {@code name} from {@code folder}.
   *
   * @throws LaunchException if there is none, or it is not a feature, or holds configurations:
   *     these belong into {@code etc/}, where the user sees and changes them
   */
  static Feature read(Path folder, String name) {
    Path file = folder.resolve(name + ".json");
    try {
      return parse(name, Files.readString(file));
    } catch (IOException e) {
      throw new LaunchException(
          "Feature \"%s\" cannot be read from %s; choose one of: %s."
              .formatted(name, file, String.join(", ", names(folder))),
          e);
    } catch (IllegalArgumentException e) {
      throw new LaunchException(
          "Feature file %s is not usable: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /** The names of the features in {@code folder}, sorted; empty if it cannot be read. */
  static List<String> names(Path folder) {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * The feature that {@code json} describes.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static Feature parse(String name, String json) {
    if (!(Json.read(json) instanceof Map<?, ?> feature)) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    if (!(feature.get("id") instanceof String id)) {
      throw new IllegalArgumentException("it has no \"id\"");
    }
    Coordinates.parse(id);
    if (feature.get("configurations") instanceof Map<?, ?> found && !found.isEmpty()) {
      throw new IllegalArgumentException(
          "it has \"configurations\", which belong into files in etc/");
    }
    List<BundleEntry> bundles = new ArrayList<>();
    if (feature.get("bundles") instanceof List<?> entries) {
      for (Object entry : entries) {
        bundles.add(bundle(entry));
      }
    } else if (feature.containsKey("bundles")) {
      throw new IllegalArgumentException("\"bundles\" is not a list");
    }
    return new Feature(name, List.copyOf(bundles));
  }

  private static BundleEntry bundle(Object entry) {
    if (!(entry instanceof Map<?, ?> bundle) || !(bundle.get("id") instanceof String id)) {
      throw new IllegalArgumentException(
          "each of \"bundles\" must be an object with an \"id\", and one is " + entry);
    }
    return switch (bundle.get("start-order")) {
      case null -> new BundleEntry(Coordinates.parse(id), DEFAULT_START_LEVEL);
      case Double order when order >= 1 && order <= 99 && order % 1 == 0 ->
          new BundleEntry(Coordinates.parse(id), order.intValue());
      default ->
          throw new IllegalArgumentException(
              "\"start-order\" of " + id + " is not a whole number from 1 to 99");
    };
  }
}
