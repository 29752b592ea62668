package org.vtl.deploy.internal.configuration;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.vtl.text.Json;

/** Turns the keys of a file into a configuration's values, or says in one sentence why not. */
final class ConfigurationCheck {
  private ConfigurationCheck() {}

  /**
   * The values of {@code items}.
   *
   * @param place how to name where they stand: a file
   * @param definition what is allowed; empty lets everything pass
   * @throws IllegalArgumentException naming file, line, key, value and remedy
   */
  static Map<String, Object> values(
      String place, Map<String, ConfigurationText.Item> items, Optional<Definition> definition) {
    Map<String, Object> values = new LinkedHashMap<>();
    items.forEach((key, item) -> values.put(key, value(place, key, item, definition)));
    return values;
  }

  private static Object value(
      String place, String key, ConfigurationText.Item item, Optional<Definition> definition) {
    String where = item.line() == 0 ? place : place + ", line " + item.line();
    Object value = item.value();
    if (item.hint().isPresent()) {
      try {
        value = item.hint().get().convert(value);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s: \"%s\" is %s, which is not the %s that its key says; change one of the two."
                .formatted(where, key, shown(item.value()), item.hint().get()),
            e);
      }
    }
    if (definition.isPresent()) {
      Definition known = definition.get();
      Optional<KeyDefinition> defined = known.key(key);
      if (defined.isPresent()) {
        try {
          return defined.get().check(value);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "%s: \"%s\" is %s, %s.".formatted(where, key, shown(item.value()), e.getMessage()),
              e);
        }
      }
      // A dot in front makes a property private, not a key of the form: OSGi Compendium 8
      // section 112.6.2.
      if (!key.startsWith(".")) {
        throw new IllegalArgumentException(
            "%s: the key \"%s\" (%s) is unknown to %s; %s"
                .formatted(where, key, shown(item.value()), known.pid(), known.remedy(key)));
      }
    }
    if (item.hint().isPresent()) {
      return value;
    }
    try {
      return ValueType.natural(value).convert(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: \"%s\" is %s, which is neither a value nor a list of values; write it so."
              .formatted(where, key, shown(item.value())),
          e);
    }
  }

  private static String shown(Object value) {
    String shown =
        Json.of(
            ValueType.of(value).shape() == ValueType.Shape.SINGLE ? value : ValueType.items(value));
    return shown.length() > 80 ? shown.substring(0, 77) + "..." : shown;
  }
}
