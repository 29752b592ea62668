package org.vtl.testkit;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes the configuration that a service's {@code @Activate} method gets, without a framework: an
 * instance of its annotation type, with defaults for what is not said.
 *
 * <pre>{@code
 * service.configure(Configuration.of(PortBlock.Config.class, Map.of("ports", new int[] {23})));
 * }</pre>
 */
public final class Configuration {
  private Configuration() {}

  /** An instance of {@code type} with the defaults. */
  public static <T> T of(Class<T> type) {
    return of(type, Map.of());
  }

  /**
   * An instance of {@code type} with {@code values} by configuration key ({@code outbound.delay.ms}
   * for a method {@code outbound_delay_ms}), numbers of any kind where a number is asked for.
   *
   * @throws IllegalArgumentException in one sentence, if a key is none of the type's, a value does
   *     not fit, or a key without a default is missing
   */
  public static <T> T of(Class<T> type, Map<String, ?> values) {
    Map<String, Object> results = new HashMap<>();
    Set<String> unknown = new HashSet<>(values.keySet());
    for (Method method : type.getDeclaredMethods()) {
      String key = method.getName().replace('_', '.');
      Object value = values.containsKey(key) ? values.get(key) : method.getDefaultValue();
      if (value == null) {
        throw new IllegalArgumentException(
            "Key " + key + " of " + type.getName() + " has no default; give it a value.");
      }
      results.put(method.getName(), fit(key, value, method.getReturnType()));
      unknown.remove(key);
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          type.getName() + " has no keys " + unknown + "; look at its methods, _ for a dot.");
    }
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "annotationType" -> type;
              case "toString" -> type.getName() + results;
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == arguments[0];
              default -> results.get(method.getName());
            };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object fit(String key, Object value, Class<?> type) {
    if (value instanceof Number number) {
      if (type == int.class) {
        return number.intValue();
      }
      if (type == long.class) {
        return number.longValue();
      }
      if (type == double.class) {
        return number.doubleValue();
      }
    }
    Class<?> boxed =
        type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0).getClass() : type;
    if (!boxed.isInstance(value)) {
      throw new IllegalArgumentException(
          "Key " + key + " is a " + type.getSimpleName() + ", not " + value + ".");
    }
    return value;
  }
}
