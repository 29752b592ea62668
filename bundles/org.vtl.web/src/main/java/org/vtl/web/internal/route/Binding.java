package org.vtl.web.internal.route;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a record of what JSON says, component by component. */
public final class Binding {
  private Binding() {}

  /**
   * The record that {@code json} means.
   *
   * @throws IllegalArgumentException in one sentence, if a member is unknown, missing or of another
   *     type
   */
  public static Object read(Object json, Class<?> type) {
    return record("The body", json, type);
  }

  private static Object record(String where, Object json, Class<?> type) {
    if (!(json instanceof Map<?, ?> members)) {
      throw new IllegalArgumentException("%s must be an object in braces.".formatted(where));
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
    for (Object key : members.keySet()) {
      if (!names.contains(key)) {
        throw new IllegalArgumentException(
            "%s has a key \"%s\", which is unknown; there are %s."
                .formatted(where, key, String.join(", ", names)));
      }
    }
    Object[] arguments = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < arguments.length; i++) {
      String name = components[i].getName();
      types[i] = components[i].getType();
      Object value = members.get(name);
      if (types[i] == Optional.class) {
        Type inner =
            ((ParameterizedType) components[i].getGenericType()).getActualTypeArguments()[0];
        arguments[i] = Optional.ofNullable(value == null ? null : value(name, value, inner));
      } else if (value == null) {
        throw new IllegalArgumentException("%s lacks the key \"%s\".".formatted(where, name));
      } else {
        arguments[i] = value(name, value, components[i].getGenericType());
      }
    }
    return make(type, types, arguments);
  }

  private static Object make(Class<?> type, Class<?>[] types, Object[] arguments) {
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof IllegalArgumentException wrong
          ? wrong
          : new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(String name, Object value, Type type) {
    if (type == Object.class) {
      return value;
    }
    if (type == String.class && value instanceof String) {
      return value;
    }
    if ((type == Boolean.class || type == boolean.class) && value instanceof Boolean) {
      return value;
    }
    if ((type == Long.class || type == long.class) && value instanceof Long) {
      return value;
    }
    if ((type == Integer.class || type == int.class)
        && value instanceof Long number
        && number == number.intValue()) {
      return number.intValue();
    }
    if ((type == Double.class || type == double.class) && value instanceof Number number) {
      return number.doubleValue();
    }
    if (type instanceof Class<?> inner && inner.isRecord()) {
      return record("\"" + name + "\"", value, inner);
    }
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Map.class && value instanceof Map<?, ?>) {
        return value;
      }
      if (generic.getRawType() == List.class && value instanceof List<?> list) {
        List<Object> all = new ArrayList<>();
        list.forEach(each -> all.add(value(name, each, generic.getActualTypeArguments()[0])));
        return List.copyOf(all);
      }
    }
    throw new IllegalArgumentException("\"%s\" must be %s.".formatted(name, Schema.words(type)));
  }
}
