package org.vtl.shell.internal.command;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.vtl.runtime.Configurations;

/**
 * Values of a configuration as text and back.
 *
 * <p>Arrays are written with commas between; a backslash in front of a comma keeps it.
 */
final class Setting {
  private static final String SEPARATOR = "(?<!\\\\),";

  private Setting() {}

  /** {@code value} as the user would type it. */
  static String text(Object value) {
    return switch (value) {
      case null -> "";
      case Collection<?> elements ->
          String.join(",", elements.stream().map(Setting::element).toList());
      case Object array when array.getClass().isArray() ->
          String.join(
              ",",
              IntStream.range(0, Array.getLength(array))
                  .mapToObj(i -> element(Array.get(array, i)))
                  .toList());
      default -> value.toString();
    };
  }

  private static String element(Object value) {
    return String.valueOf(value).replace(",", "\\,");
  }

  /**
   * The value that {@code text} stands for.
   *
   * @param key what is known of the key; null when nothing is
   * @param present the value that it has; null when it has none
   * @throws Failure if the text does not fit the key's type
   */
  static Object value(String name, String text, Configurations.Key key, Object present)
      throws Failure {
    String type = key == null ? "" : key.type();
    boolean many =
        key == null
            ? present instanceof Collection<?> || present != null && present.getClass().isArray()
            : type.endsWith("[]") || type.startsWith("List") || type.startsWith("Collection");
    if (!many) {
      return single(name, text, type);
    }
    String elementType = type.replaceAll("\\[]|List|Collection|[<>]", "");
    List<String> words = text.isEmpty() ? List.of() : List.of(text.split(SEPARATOR, -1));
    Object[] values = new Object[words.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = single(name, words.get(i).replace("\\,", ","), elementType);
    }
    return typed(values);
  }

  /** An array of the elements' own class: Configuration Admin takes no {@code Object[]}. */
  private static Object typed(Object[] values) {
    Class<?> element = values.length == 0 ? String.class : values[0].getClass();
    Object array = Array.newInstance(element, values.length);
    System.arraycopy(values, 0, array, 0, values.length);
    return array;
  }

  private static Object single(String name, String text, String type) throws Failure {
    try {
      return switch (type.toLowerCase(Locale.ROOT)) {
        case "integer", "int" -> Integer.valueOf(text);
        case "long" -> Long.valueOf(text);
        case "short" -> Short.valueOf(text);
        case "byte" -> Byte.valueOf(text);
        case "double" -> Double.valueOf(text);
        case "float" -> Float.valueOf(text);
        case "boolean" -> truth(name, text);
        default -> text;
      };
    } catch (NumberFormatException e) {
      throw Failure.usage(
          "Key %s is \"%s\", and must be a number of type %s.".formatted(name, text, type));
    }
  }

  private static Boolean truth(String name, String text) throws Failure {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default ->
          throw Failure.usage("Key %s is \"%s\", and must be true or false.".formatted(name, text));
    };
  }
}
