package org.vtl.deploy.internal.configuration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.vtl.text.Json;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonObject;
import org.vtl.text.JsonReader;

/**
 * The text of a configuration's file: a JSON object of keys, {@code "key"} or {@code "key:Type"},
 * OSGi Compendium 8 section 150.3. Comments and order survive a change.
 */
final class ConfigurationText {
  /**
   * A key as written.
   *
   * @param value as JSON has it; an object is kept as its text
   * @param hint the type written behind the key; empty when there is none
   * @param line its line, from 1
   */
  record Item(Object value, Optional<ValueType> hint, int line) {}

  /** A longer array is written on several lines. */
  private static final int LONGEST_LINE = 80;

  private final String text;
  private final JsonObject object;
  private final Map<String, Item> items = new LinkedHashMap<>();

  private ConfigurationText(String text, JsonObject object) {
    this.text = text;
    this.object = object;
  }

  /** The empty configuration. */
  static ConfigurationText empty() {
    try {
      return read("", "{\n}\n");
    } catch (JsonFault e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Reads {@code text}.
   *
   * @param file how to name the file in a sentence
   * @throws JsonFault if it is not JSON
   * @throws IllegalArgumentException in one sentence, if a key comes twice or its type is unknown
   */
  static ConfigurationText read(String file, String text) throws JsonFault {
    ConfigurationText read = new ConfigurationText(text, JsonReader.read(text));
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (JsonObject.Member member : read.object.members()) {
      int line = JsonFault.line(text, member.keyStart());
      String key = name(member.key());
      if (key.isBlank() || member.key().chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "%s, line %d: the key %s is no name; name it or remove the line."
                .formatted(file, line, Json.of(member.key())));
      }
      // Configuration Admin does not tell keys by case: OSGi Compendium 8 section 104.4.2.
      Integer other = lines.putIfAbsent(key.toLowerCase(Locale.ROOT), line);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s, line %d: the key \"%s\" comes twice, first on line %d; remove one of the two."
                .formatted(file, line, key, other));
      }
      Optional<ValueType> hint = Optional.empty();
      if (!key.equals(member.key())) {
        String type = member.key().substring(key.length() + 1);
        hint = ValueType.parse(type);
        if (hint.isEmpty()) {
          throw new IllegalArgumentException(
              "%s, line %d: the key \"%s\" has the unknown type \"%s\"; use String, Integer, Long, Double, Boolean or one of these with []."
                  .formatted(file, line, key, type));
        }
      }
      Object value = member.value();
      if (value instanceof JsonObject) {
        value = text.substring(member.valueStart(), member.valueEnd());
      }
      // A key whose value is null is a key that is not there: section 150.3.2.
      if (value != null) {
        read.items.put(key, new Item(value, hint, line));
      }
    }
    return read;
  }

  private static String name(String key) {
    int colon = key.lastIndexOf(':');
    return colon < 0 ? key : key.substring(0, colon);
  }

  /** The keys in the text's order, without those that are null. */
  Map<String, Item> items() {
    return items;
  }

  /**
   * The text with exactly {@code values}; what stays is not touched.
   *
   * @param plain whether a key can do without a type, because its definition says it or JSON does
   */
  String with(Map<String, Object> values, BiPredicate<String, ValueType> plain) {
    List<Edit> edits = new ArrayList<>();
    Map<String, Object> missing = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    missing.putAll(values);
    JsonObject.Member lastKept = null;
    for (JsonObject.Member member : object.members()) {
      String key = name(member.key());
      Object value = missing.remove(key);
      if (value == null && member.value() != null) {
        edits.addAll(removal(member));
        continue;
      }
      lastKept = member;
      Item item = items.get(key);
      if (value != null && (item == null || !same(item, value))) {
        String written = member(key, value, plain);
        edits.add(new Edit(member.keyStart(), member.valueEnd(), written));
      }
    }
    if (lastKept != null && lastKept.comma() >= 0) {
      // What follows it is removed, or added anew behind it with a comma of its own.
      edits.add(new Edit(lastKept.comma(), lastKept.comma() + 1, ""));
    }
    int place = lastKept == null ? object.start() + 1 : lastKept.valueEnd();
    StringBuilder added = new StringBuilder();
    for (Map.Entry<String, Object> entry : missing.entrySet()) {
      added.append(lastKept == null && added.isEmpty() ? "\n  " : ",\n  ");
      added.append(member(entry.getKey(), entry.getValue(), plain));
    }
    if (!added.isEmpty()) {
      edits.add(new Edit(place, place, added + (text.charAt(place) == '}' ? "\n" : "")));
    }
    StringBuilder changed = new StringBuilder(text);
    edits.stream()
        .sorted(Comparator.comparingInt(Edit::from).thenComparing(Edit::to).reversed())
        .forEach(edit -> changed.replace(edit.from(), edit.to(), edit.replacement()));
    return changed.toString();
  }

  private record Edit(int from, int to, String replacement) {}

  /** Removes a member and its comma, with the line if nothing else stands on it. */
  private List<Edit> removal(JsonObject.Member member) {
    int end = member.valueEnd();
    if (member.comma() >= 0 && text.substring(end, member.comma()).isBlank()) {
      end = member.comma() + 1;
    }
    int lineStart = text.lastIndexOf('\n', member.keyStart()) + 1;
    int lineEnd = text.indexOf('\n', end);
    List<Edit> removal = new ArrayList<>();
    if (lineEnd >= 0
        && text.substring(lineStart, member.keyStart()).isBlank()
        && text.substring(end, lineEnd).isBlank()) {
      removal.add(new Edit(lineStart, lineEnd + 1, ""));
    } else {
      removal.add(new Edit(member.keyStart(), end, ""));
    }
    if (member.comma() >= end) {
      removal.add(new Edit(member.comma(), member.comma() + 1, ""));
    }
    return removal;
  }

  private static boolean same(Item item, Object value) {
    try {
      Object now = item.hint().orElseGet(() -> ValueType.of(value)).convert(item.value());
      return Objects.equals(ValueType.canonical(now), ValueType.canonical(value));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String member(String key, Object value, BiPredicate<String, ValueType> plain) {
    ValueType type = ValueType.of(value);
    Object json = type.shape() == ValueType.Shape.SINGLE ? value : ValueType.items(value);
    String name = plain.test(key, type) ? key : key + ":" + type;
    String start = Json.of(name) + ": ";
    if (!(json instanceof Iterable<?> elements)) {
      return start + text(json);
    }
    String member = start + array(elements, "", ", ", "");
    // With each element on a line of its own: rules of a firewall are to be read.
    return member.length() > LONGEST_LINE
        ? start + array(elements, "\n    ", ",\n    ", "\n  ")
        : member;
  }

  private static String array(Iterable<?> elements, String before, String between, String after) {
    StringJoiner array = new StringJoiner(between, "[" + before, after + "]");
    array.setEmptyValue("[]");
    elements.forEach(element -> array.add(text(element)));
    return array.toString();
  }

  private static String text(Object value) {
    // JSON has neither infinities nor NaN (RFC 8259 section 6); the key's type tells what is meant.
    return value instanceof Number number && !Double.isFinite(number.doubleValue())
        ? Json.of(number.toString())
        : Json.of(value);
  }
}
