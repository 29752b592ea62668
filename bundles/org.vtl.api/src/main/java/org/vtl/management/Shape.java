package org.vtl.management;

/**
 * What a body is.
 *
 * @param type a record whose components are the members of a JSON object; null when it is not JSON
 * @param list whether it is an array of these
 * @param media its media type; empty when there is no body
 */
public record Shape(Class<?> type, boolean list, String media) {
  private static final String JSON = "application/json";

  /** No body. */
  public static final Shape NONE = new Shape(null, false, "");

  /**
   * A JSON object with the components of a record. In a request a component of type {@code
   * Optional} may be left out, every other one must be there.
   */
  public static Shape of(Class<? extends Record> type) {
    return new Shape(type, false, JSON);
  }

  /** An array of such objects. */
  public static Shape listOf(Class<? extends Record> type) {
    return new Shape(type, true, JSON);
  }

  /** Bytes of a media type, such as {@code application/java-archive}. */
  public static Shape bytes(String media) {
    return new Shape(null, false, media);
  }

  public boolean isJson() {
    return type != null;
  }
}
