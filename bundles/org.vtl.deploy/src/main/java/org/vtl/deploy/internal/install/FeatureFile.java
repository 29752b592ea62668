package org.vtl.deploy.internal.install;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.deploy.internal.configuration.ConfigurationValues;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonObject;
import org.vtl.text.JsonReader;

/**
 * A feature, OSGi Compendium 8 chapter 159.
 *
 * @param name the file's name without {@code .json}
 * @param description in one sentence; may be empty
 * @param version of its {@code id}
 * @param bundles its bundles, in order
 * @param configurations defaults, by persistent identity
 */
record FeatureFile(
    String name,
    String description,
    String version,
    List<Coordinates> bundles,
    Map<String, Map<String, Object>> configurations) {
  private static final long MAXIMUM_BYTES = 1 << 20;

  /**
   * Reads a feature.
   *
   * @param label how to name the file in a sentence
   * @throws Refused if it is none
   */
  static FeatureFile read(Path file, String label) {
    try {
      if (Files.size(file) > MAXIMUM_BYTES) {
        throw new Refused("%s is larger than 1 MiB, which no feature is.".formatted(label));
      }
      String fileName = file.getFileName().toString();
      return read(
          fileName.substring(0, fileName.length() - ".json".length()),
          Files.readString(file),
          label);
    } catch (CharacterCodingException e) {
      throw new Refused("%s is not in UTF-8; save it so.".formatted(label));
    } catch (IOException e) {
      throw new Refused("%s cannot be read (%s); let VTL read it.".formatted(label, e));
    }
  }

  private static FeatureFile read(String name, String text, String label) {
    JsonObject feature;
    try {
      feature = JsonReader.read(text);
    } catch (JsonFault e) {
      throw new Refused(
          "%s, line %d, column %d is not JSON: %s."
              .formatted(label, e.line(), e.column(), e.getMessage()));
    }
    String id =
        feature
            .value("id", String.class)
            .orElseThrow(
                () ->
                    new Refused(
                        "%s has no \"id\", so it is no feature; add one of the form group:artifact:version."
                            .formatted(label)));
    List<Coordinates> bundles = new ArrayList<>();
    for (Object entry : feature.value("bundles", List.class).orElse(List.of())) {
      String bundle =
          entry instanceof JsonObject object
              ? object.value("id", String.class).orElse("")
              : String.valueOf(entry);
      bundles.add(
          Coordinates.parse(bundle)
              .filter(coordinates -> !coordinates.version().isEmpty())
              .orElseThrow(
                  () ->
                      new Refused(
                          "%s names the bundle \"%s\", which is not of the form group:artifact:version; correct it."
                              .formatted(label, bundle))));
    }
    Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
    feature
        .value("configurations", JsonObject.class)
        .map(JsonObject::members)
        .orElse(List.of())
        .forEach(
            member ->
                configurations.put(
                    member.key(),
                    configuration(
                        "%s, configuration %s".formatted(label, member.key()),
                        text.substring(member.valueStart(), member.valueEnd()))));
    if (bundles.isEmpty() && configurations.isEmpty()) {
      throw new Refused("%s has no bundles; add \"bundles\".".formatted(label));
    }
    return new FeatureFile(
        name,
        feature.value("description", String.class).orElse(""),
        id.substring(id.lastIndexOf(':') + 1),
        List.copyOf(bundles),
        configurations);
  }

  private static Map<String, Object> configuration(String label, String text) {
    try {
      return ConfigurationValues.read(label, text);
    } catch (IllegalArgumentException e) {
      throw new Refused(e.getMessage());
    }
  }
}
