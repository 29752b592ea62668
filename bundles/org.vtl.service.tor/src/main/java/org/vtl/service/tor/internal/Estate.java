package org.vtl.service.tor.internal;

import java.util.function.Function;

/**
 * What a version of this service leaves to the next beside the state in connections, which has
 * little room. Both are bundles of their own, so nothing but Java's own types passes between them:
 * a {@link Function} in the framework's registry, of the questions below.
 */
final class Estate {
  /** Service property by which a successor finds it. */
  static final String PROPERTY = "vtl.tor.estate";

  /** Followed by a link's name; answered by the bytes of its names, or null. */
  static final String NAMES = "names ";

  /** Followed by a plan; answered by the number of the process that runs so, a Long, or null. */
  static final String PROCESS = "process ";

  /** Answered by the bytes of the secret that keeps streams apart. */
  static final String SECRET = "secret";

  /** Nobody was there before. */
  static final Function<String, Object> NONE = question -> null;

  private Estate() {}

  /** The process that {@code predecessor} gives up; 0 for none. */
  static long process(Function<String, Object> predecessor, String plan) {
    return predecessor.apply(PROCESS + plan) instanceof Long number ? number : 0;
  }

  /** Bytes that {@code predecessor} answers with; null for none. */
  static byte[] bytes(Function<String, Object> predecessor, String question) {
    return predecessor.apply(question) instanceof byte[] bytes ? bytes : null;
  }
}
