package org.vtl.management;

import java.util.List;

/**
 * One thing that can be asked or done.
 *
 * @param method {@code GET}, {@code POST}, {@code PUT}, {@code PATCH} or {@code DELETE}
 * @param path below {@code /vtl/api/v1}, with {@code {name}} for a parameter that is one segment:
 *     {@code /links/{link}}
 * @param role who may
 * @param summary what it does, in one sentence
 * @param parameters of the path and of the query
 * @param request what is sent
 * @param response what comes back
 * @param handler does it
 */
public record Route(
    String method,
    String path,
    Role role,
    String summary,
    List<Parameter> parameters,
    Shape request,
    Shape response,
    Handler handler) {
  /** Does what a route says. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers a request whose parameters, body and role have been checked. On any thread but a
     * worker's, and on several at once.
     *
     * @throws Refusal if it cannot be done
     * @throws IllegalArgumentException in one sentence, if what was asked is wrong (status 400)
     * @throws IllegalStateException in one sentence, if it cannot be done now (status 409)
     */
    Answer handle(Request request);
  }

  /** A route that changes nothing. */
  public static Route get(String path, Role role, String summary, Shape response, Handler handler) {
    return new Route("GET", path, role, summary, List.of(), Shape.NONE, response, handler);
  }

  /** A route that makes or does something. */
  public static Route post(
      String path, Role role, String summary, Shape request, Shape response, Handler handler) {
    return new Route("POST", path, role, summary, List.of(), request, response, handler);
  }

  /** A route that changes what is there. */
  public static Route patch(
      String path, Role role, String summary, Shape request, Shape response, Handler handler) {
    return new Route("PATCH", path, role, summary, List.of(), request, response, handler);
  }

  /** A route that removes something. */
  public static Route delete(
      String path, Role role, String summary, Shape response, Handler handler) {
    return new Route("DELETE", path, role, summary, List.of(), Shape.NONE, response, handler);
  }

  /** The same with these parameters. */
  public Route with(Parameter... all) {
    return new Route(method, path, role, summary, List.of(all), request, response, handler);
  }

  /** Whether asking it changes nothing (RFC 9110 section 9.2.1). */
  public boolean isSafe() {
    return method.equals("GET");
  }
}
