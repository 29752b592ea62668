package org.vtl.deploy.internal.configuration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes of one configuration's keys, and the text and the values that come of them. Nothing is
 * written. For one thread.
 */
final class ConfigurationEdit {
  private final String label;
  private final ConfigurationText before;
  private final Optional<Definition> definition;
  private final Map<String, ConfigurationText.Item> items;

  /**
   * Starts from what is there.
   *
   * @param label how to name the file in a sentence
   * @param before its text
   * @param definition what is known of its keys; empty if nothing is
   */
  ConfigurationEdit(String label, ConfigurationText before, Optional<Definition> definition) {
    this.label = label;
    this.before = before;
    this.definition = definition;
    this.items = new LinkedHashMap<>(before.items());
  }

  /** Puts {@code values}, with just their types, in place of all keys. */
  void replace(Map<String, Object> values) {
    items.clear();
    values.forEach(
        (key, value) ->
            items.put(key, new ConfigurationText.Item(value, Optional.of(ValueType.of(value)), 0)));
  }

  /**
   * Sets one key, of whatever case.
   *
   * @param value null removes the key; text takes the type of what was there, if it can
   * @throws IllegalArgumentException in one sentence, if a key that is to be removed is unknown
   */
  void change(String key, Object value) {
    ConfigurationText.Item old =
        items.keySet().stream()
            .filter(key::equalsIgnoreCase)
            .findFirst()
            .map(items::remove)
            .orElse(null);
    if (value == null) {
      boolean known = old != null || definition.isEmpty() || definition.get().key(key).isPresent();
      if (!known) {
        throw new IllegalArgumentException(
            "%s: the key \"%s\" is not there to be removed; %s"
                .formatted(label, key, definition.get().remedy(key)));
      }
      return;
    }
    items.put(key, new ConfigurationText.Item(value, Optional.of(type(old, value)), 0));
  }

  private static ValueType type(ConfigurationText.Item old, Object value) {
    ValueType own = ValueType.of(value);
    if (old == null || !(value instanceof String)) {
      return own;
    }
    ValueType wanted = old.hint().orElseGet(() -> ValueType.natural(old.value()));
    try {
      wanted.convert(value);
      return wanted;
    } catch (IllegalArgumentException e) {
      return own;
    }
  }

  /**
   * The values after the changes, each of its key's type.
   *
   * @throws IllegalArgumentException in one sentence, if one is wrong
   */
  Map<String, Object> values() {
    return ConfigurationCheck.values(label, items, definition);
  }

  /** The text with {@code values}; comments and what has not changed stay as they were. */
  String text(Map<String, Object> values) {
    return before.with(values, this::isPlain);
  }

  /** Whether a key can do without a type. */
  private boolean isPlain(String key, ValueType type) {
    return definition
            .flatMap(known -> known.key(key))
            .map(KeyDefinition::type)
            .equals(Optional.of(type))
        || isNatural(type);
  }

  private static boolean isNatural(ValueType type) {
    boolean item =
        List.of(String.class, Long.class, Double.class, Boolean.class).contains(type.scalar());
    return type.shape() == ValueType.Shape.SINGLE && item
        || type.shape() == ValueType.Shape.ARRAY && type.scalar() == String.class;
  }
}
