package org.vtl.web.internal.route;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Describes records as JSON Schema (draft 2020-12), each once, by name. For one thread. */
final class Schema {
  private final Map<String, Object> named = new TreeMap<>();

  /** All records described so far, by name. */
  Map<String, Object> named() {
    return named;
  }

  /** The schema of a value of that type. */
  Map<String, Object> of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return Map.of("type", "array", "items", of(arguments[0]));
      }
      if (generic.getRawType() == Optional.class) {
        return Map.of("anyOf", List.of(of(arguments[0]), Map.of("type", "null")));
      }
      return Map.of("type", "object");
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return Map.of("$ref", "#/components/schemas/" + name(plain));
    }
    if (plain.isEnum()) {
      List<String> words = new ArrayList<>();
      for (Object constant : plain.getEnumConstants()) {
        words.add(constant.toString());
      }
      return Map.of("type", "string", "enum", words);
    }
    String word = jsonType(plain);
    return word.isEmpty() ? Map.of() : Map.of("type", word);
  }

  private static String jsonType(Class<?> plain) {
    if (plain == String.class) {
      return "string";
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return "boolean";
    }
    if (plain == int.class
        || plain == long.class
        || plain == Integer.class
        || plain == Long.class) {
      return "integer";
    }
    if (plain == double.class || plain == Double.class) {
      return "number";
    }
    return Map.class.isAssignableFrom(plain) ? "object" : "";
  }

  /** What a value must be, in words. */
  static String words(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == Map.class ? "an object in braces" : "a list";
    }
    return switch (jsonType((Class<?>) type)) {
      case "string" -> "text in double quotes";
      case "boolean" -> "true or false";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      default -> "an object in braces";
    };
  }

  /** One inside of another is named by both, since several are called "Stage". */
  private String name(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    String name =
        outer != null && outer.isRecord()
            ? outer.getSimpleName() + type.getSimpleName()
            : type.getSimpleName();
    if (!named.containsKey(name)) {
      // Before its members, which may name it.
      named.put(name, Map.of());
      named.put(name, describe(type));
    }
    return name;
  }

  private Map<String, Object> describe(Class<?> type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Map<String, Object> schema = of(component.getGenericType());
      boolean optional = component.getType() == Optional.class;
      // A record in a record may be null, as a link's port while the link has failed.
      properties.put(
          component.getName(),
          component.getType().isRecord()
              ? Map.of("anyOf", List.of(schema, Map.of("type", "null")))
              : schema);
      if (!optional) {
        required.add(component.getName());
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    return schema;
  }
}
