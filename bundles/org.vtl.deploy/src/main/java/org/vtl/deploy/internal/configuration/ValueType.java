package org.vtl.deploy.internal.configuration;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The type of a configuration's value, as OSGi Compendium 8 table 150.1 names it: {@code Integer},
 * {@code String[]}, {@code Collection<Long>}.
 *
 * @param scalar class of the items; never a primitive
 * @param shape how many there can be
 */
record ValueType(Class<?> scalar, Shape shape) {
  /** How many values. */
  enum Shape {
    SINGLE,
    ARRAY,
    COLLECTION
  }

  private static final Map<String, Class<?>> SCALARS =
      Map.ofEntries(
          Map.entry("String", String.class),
          Map.entry("Integer", Integer.class),
          Map.entry("int", Integer.class),
          Map.entry("Long", Long.class),
          Map.entry("long", Long.class),
          Map.entry("Short", Short.class),
          Map.entry("short", Short.class),
          Map.entry("Byte", Byte.class),
          Map.entry("byte", Byte.class),
          Map.entry("Double", Double.class),
          Map.entry("double", Double.class),
          Map.entry("Float", Float.class),
          Map.entry("float", Float.class),
          Map.entry("Character", Character.class),
          Map.entry("char", Character.class),
          Map.entry("Boolean", Boolean.class),
          Map.entry("boolean", Boolean.class));

  /** The type of that name; empty if there is none. */
  static Optional<ValueType> parse(String name) {
    Shape shape = Shape.SINGLE;
    String scalar = name;
    if (name.endsWith("[]")) {
      shape = Shape.ARRAY;
      scalar = name.substring(0, name.length() - 2);
    } else if (name.startsWith("Collection<") && name.endsWith(">")) {
      shape = Shape.COLLECTION;
      scalar = name.substring("Collection<".length(), name.length() - 1);
    } else if (name.equals("Collection")) {
      shape = Shape.COLLECTION;
      scalar = "String";
    }
    Shape found = shape;
    return Optional.ofNullable(SCALARS.get(scalar)).map(type -> new ValueType(type, found));
  }

  /** The type of a value that Configuration Admin holds. */
  static ValueType of(Object value) {
    if (value.getClass().isArray()) {
      Class<?> item = value.getClass().getComponentType();
      return new ValueType(SCALARS.getOrDefault(item.getSimpleName(), item), Shape.ARRAY);
    }
    if (value instanceof Collection<?> items) {
      return new ValueType(
          items.isEmpty() ? String.class : items.iterator().next().getClass(), Shape.COLLECTION);
    }
    return new ValueType(value.getClass(), Shape.SINGLE);
  }

  /** The type that JSON alone gives {@code value}, OSGi Compendium 8 section 150.3.2. */
  static ValueType natural(Object value) {
    if (value instanceof List<?> items) {
      Class<?> item =
          items.isEmpty() || items.getFirst() == null ? String.class : items.getFirst().getClass();
      boolean uniform = items.stream().allMatch(item::isInstance);
      return new ValueType(
          uniform && SCALARS.containsValue(item) ? item : String.class, Shape.ARRAY);
    }
    return new ValueType(
        SCALARS.containsValue(value.getClass()) ? value.getClass() : String.class, Shape.SINGLE);
  }

  /**
   * {@code value} as this type. Text becomes a number where it is one, and one value a list of one:
   * a shell has only text.
   *
   * @throws IllegalArgumentException if it cannot be; the message is the part that cannot
   */
  Object convert(Object value) {
    if (shape == Shape.SINGLE) {
      return scalar(value);
    }
    List<Object> converted = new ArrayList<>();
    for (Object item : items(value)) {
      converted.add(scalar(item));
    }
    if (shape == Shape.COLLECTION) {
      return converted;
    }
    Object array = Array.newInstance(scalar, converted.size());
    for (int i = 0; i < converted.size(); i++) {
      Array.set(array, i, converted.get(i));
    }
    return array;
  }

  /** The items of an array or collection; of anything else, itself. */
  static List<?> items(Object value) {
    if (value instanceof Collection<?> items) {
      return new ArrayList<>(items);
    }
    if (!value.getClass().isArray()) {
      return List.of(value);
    }
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      items.add(Array.get(value, i));
    }
    return items;
  }

  /** A form in which values are equal when they mean the same: 5 and 5L, an array and a list. */
  static Object canonical(Object value) {
    return switch (value) {
      case Float f -> Double.valueOf(f.toString());
      case Double d -> d;
      case Number n -> n.longValue();
      case Character c -> c.toString();
      case Collection<?> items -> items.stream().map(ValueType::canonical).toList();
      case Object array when array.getClass().isArray() -> canonical(items(array));
      default -> value;
    };
  }

  private Object scalar(Object value) {
    if (scalar.isInstance(value)) {
      return value;
    }
    if (value == null || value instanceof Collection<?> || value.getClass().isArray()) {
      throw new IllegalArgumentException(value == null ? "null" : "a list");
    }
    String text = value.toString();
    try {
      return switch (scalar.getSimpleName()) {
        case "String" -> text;
        case "Integer" -> Integer.valueOf(text);
        case "Long" -> Long.valueOf(text);
        case "Short" -> Short.valueOf(text);
        case "Byte" -> Byte.valueOf(text);
        case "Double" -> Double.valueOf(text);
        case "Float" -> Float.valueOf(text);
        case "Character" -> {
          if (text.length() != 1) {
            throw new IllegalArgumentException(text);
          }
          yield text.charAt(0);
        }
        case "Boolean" -> {
          if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
          }
          yield Boolean.valueOf(text);
        }
        default -> throw new IllegalArgumentException(text);
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Override
  public String toString() {
    return switch (shape) {
      case SINGLE -> scalar.getSimpleName();
      case ARRAY -> scalar.getSimpleName() + "[]";
      case COLLECTION -> "Collection<" + scalar.getSimpleName() + ">";
    };
  }
}
