package org.vtl.deploy.internal.configuration;

import java.util.Map;
import java.util.Optional;
import org.vtl.text.JsonFault;

/** Reads a configuration that stands inside another file. */
public final class ConfigurationValues {
  private ConfigurationValues() {}

  /**
   * The values of {@code text}, an object with the keys of a configuration file.
   *
   * @param label how to name where it stands
   * @throws IllegalArgumentException in one sentence, if it is not usable
   */
  public static Map<String, Object> read(String label, String text) {
    try {
      return ConfigurationCheck.values(
          label, ConfigurationText.read(label, text).items(), Optional.empty());
    } catch (JsonFault e) {
      throw new IllegalArgumentException(
          "%s, line %d, column %d is not JSON: %s."
              .formatted(label, e.line(), e.column(), e.getMessage()),
          e);
    }
  }

  /** {@code values} as text that is the same when they mean the same. */
  public static String fingerprint(Map<String, Object> values) {
    Map<String, Object> sorted = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    values.forEach((key, value) -> sorted.put(key, ValueType.canonical(value)));
    return sorted.toString();
  }
}
