package org.vtl.management;

import java.util.List;

/**
 * A parameter of a route, and its bounds.
 *
 * @param name as in the path or the query
 * @param inPath whether it is a segment of the path, and so never missing
 * @param kind what it may be
 * @param minimum of a number: the least; of a text: its least length in characters
 * @param maximum of a number: the greatest; of a text: its greatest length in characters
 * @param words those it may be, if not empty
 * @param otherwise what holds when it is missing; null when it may not be
 * @param description in one sentence
 */
public record Parameter(
    String name,
    boolean inPath,
    Kind kind,
    long minimum,
    long maximum,
    List<String> words,
    String otherwise,
    String description) {
  private static final int LONGEST_SEGMENT = 256;

  /** What a parameter may be. */
  public enum Kind {
    TEXT,
    NUMBER,
    TRUTH
  }

  /** A segment of the path that is text. */
  public static Parameter segment(String name, String description) {
    return new Parameter(name, true, Kind.TEXT, 1, LONGEST_SEGMENT, List.of(), null, description);
  }

  /** A segment of the path that is a whole number. */
  public static Parameter number(String name, String description) {
    return new Parameter(name, true, Kind.NUMBER, 0, Long.MAX_VALUE, List.of(), null, description);
  }

  /** A whole number of the query. */
  public static Parameter number(
      String name, long otherwise, long minimum, long maximum, String description) {
    return new Parameter(
        name,
        false,
        Kind.NUMBER,
        minimum,
        maximum,
        List.of(),
        Long.toString(otherwise),
        description);
  }

  /** A text of the query; empty when it is missing. */
  public static Parameter text(String name, int longest, String description) {
    return new Parameter(name, false, Kind.TEXT, 0, longest, List.of(), "", description);
  }

  /** A text of the query that must be there. */
  public static Parameter required(String name, int longest, String description) {
    return new Parameter(name, false, Kind.TEXT, 1, longest, List.of(), null, description);
  }

  /** One of some words of the query; the first when it is missing. */
  public static Parameter word(String name, List<String> words, String description) {
    return new Parameter(
        name, false, Kind.TEXT, 0, LONGEST_SEGMENT, words, words.getFirst(), description);
  }

  /** Whether something is wanted; not, when it is missing. */
  public static Parameter truth(String name, String description) {
    return new Parameter(name, false, Kind.TRUTH, 0, 0, List.of(), "false", description);
  }
}
