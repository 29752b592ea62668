package org.vtl.deploy.internal.configuration;

import java.math.BigDecimal;
import java.util.List;

/**
 * A key that a configuration may have.
 *
 * @param name the key
 * @param type the type of its value
 * @param defaultValue as text; empty when there is none
 * @param description in one sentence; may be empty
 * @param options the only values; empty when any will do
 * @param minimum smallest number; null when there is none
 * @param maximum largest number; null when there is none
 */
record KeyDefinition(
    String name,
    ValueType type,
    String defaultValue,
    String description,
    List<String> options,
    BigDecimal minimum,
    BigDecimal maximum) {

  /**
   * {@code value} in the type of this key.
   *
   * @throws IllegalArgumentException if it is not allowed; the message says what is, as the end of
   *     a sentence that named the value
   */
  Object check(Object value) {
    Object converted;
    try {
      converted = type.convert(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("but must be " + kind(), e);
    }
    for (Object item : ValueType.items(converted)) {
      if (!options.isEmpty() && !options.contains(item.toString())) {
        throw new IllegalArgumentException("but must be one of " + String.join(", ", options));
      }
      if (item instanceof Number number && (minimum != null || maximum != null)) {
        BigDecimal exact;
        try {
          exact = new BigDecimal(number.toString());
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("but must be " + kind(), e);
        }
        if (minimum != null && exact.compareTo(minimum) < 0
            || maximum != null && exact.compareTo(maximum) > 0) {
          throw new IllegalArgumentException("but must be " + kind());
        }
      }
    }
    return converted;
  }

  /** What the value must be, in words. */
  private String kind() {
    String scalar =
        switch (type.scalar().getSimpleName()) {
          case "String" -> "text";
          case "Boolean" -> "true or false";
          case "Character" -> "one character";
          case "Double", "Float" -> "a number";
          default -> "a whole number";
        };
    String range = "";
    if (minimum != null && maximum != null) {
      range = " from " + minimum.toPlainString() + " to " + maximum.toPlainString();
    } else if (minimum != null) {
      range = " of at least " + minimum.toPlainString();
    } else if (maximum != null) {
      range = " of at most " + maximum.toPlainString();
    }
    return type.shape() == ValueType.Shape.SINGLE
        ? scalar + range
        : "a list in brackets, each item " + scalar + range;
  }
}
