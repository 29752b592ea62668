package org.vtl.core.internal.engine;

import java.util.Map;

/**
 * A link that is not there because its configuration is refused.
 *
 * @param where begins each sentence of complaint, such as the file
 * @param reason why, in one sentence
 */
record RefusedLink(Map<String, ?> configuration, String where, String reason) {
  RefusedLink because(String now) {
    return new RefusedLink(configuration, where, now);
  }
}
