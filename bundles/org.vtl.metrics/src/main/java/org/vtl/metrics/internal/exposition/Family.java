package org.vtl.metrics.internal.exposition;

/**
 * A metric: what all its samples have in common.
 *
 * @param name lower case with underscores, without the {@code _total} of a counter or the {@code
 *     _info} of an info
 * @param type how it moves
 * @param unit the last word of the name where that is a unit, {@code bytes} or {@code seconds};
 *     else empty
 * @param help in one sentence
 */
public record Family(String name, Type type, String unit, String help) {
  /** How a metric moves. */
  public enum Type {
    /** Only grows, until VTL starts again. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** How often something was, and how much it was in sum. */
    SUMMARY,
    /** Is 1; its labels tell something. */
    INFO
  }

  public static Family counter(String name, String help) {
    return new Family(name, Type.COUNTER, unit(name), help);
  }

  public static Family gauge(String name, String help) {
    return new Family(name, Type.GAUGE, unit(name), help);
  }

  public static Family summary(String name, String help) {
    return new Family(name, Type.SUMMARY, unit(name), help);
  }

  public static Family info(String name, String help) {
    return new Family(name, Type.INFO, "", help);
  }

  private static String unit(String name) {
    String last = name.substring(name.lastIndexOf('_') + 1);
    return last.equals("bytes") || last.equals("seconds") ? last : "";
  }
}
