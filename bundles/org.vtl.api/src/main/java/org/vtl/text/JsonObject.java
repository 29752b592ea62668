package org.vtl.text;

import java.util.List;
import java.util.Optional;

/**
 * An object of a JSON text, and where it stands there, for what replaces a value in its place.
 *
 * @param members in the order of the text; no key comes twice
 * @param start index of the opening brace
 * @param end index after the closing brace
 */
public record JsonObject(List<Member> members, int start, int end) {
  /**
   * A key and its value.
   *
   * @param key unescaped
   * @param keyStart index of the key's first quote
   * @param value String, Long, Double, Boolean, a List of these, a {@link JsonObject}; null for
   *     {@code null}
   * @param valueStart index of the value's first character
   * @param valueEnd index after the value
   * @param comma index of the comma that follows; -1 when none does
   */
  public record Member(
      String key, int keyStart, Object value, int valueStart, int valueEnd, int comma) {}

  /** The value of {@code key} if it is there, of the class and not null. */
  public <T> Optional<T> value(String key, Class<T> type) {
    return members.stream()
        .filter(member -> member.key().equals(key))
        .map(Member::value)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }
}
