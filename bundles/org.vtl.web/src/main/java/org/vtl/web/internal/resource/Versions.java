package org.vtl.web.internal.resource;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.text.Json;
import org.vtl.web.internal.identity.Secrets;

/**
 * Versions of what several people can change, and who changed it last: whoever changes it from an
 * old version is told, and nothing is overwritten in silence. From any thread.
 */
public final class Versions {
  private static final int DIGITS = 16;

  private final Map<String, Change> changes = new ConcurrentHashMap<>();

  private record Change(String user, Instant time) {}

  /** The version of a value: the same for the same value. */
  public static String of(Object value) {
    return Secrets.digest(Json.of(value)).substring(0, DIGITS);
  }

  /** Notes who changes {@code what}. */
  public void changed(String what, Request request) {
    changes.put(what, new Change(request.user(), Instant.now().truncatedTo(ChronoUnit.SECONDS)));
  }

  /**
   * Holds what the request was made from against what is there now.
   *
   * @throws Refusal naming who changed it and when, if that is another version
   */
  public void require(Request request, String what, String now) {
    Optional<String> from = request.ifMatch();
    if (from.isPresent() && !from.get().equals("*") && !from.get().equals(now)) {
      Change last = changes.get(what);
      throw Refusal.outdated(
          "%s was changed meanwhile, %s; look at it again and repeat the change if it is still wanted."
              .formatted(
                  what,
                  last == null
                      ? "by a file, a command or another page"
                      : "by %s at %s".formatted(last.user(), last.time())));
    }
  }
}
