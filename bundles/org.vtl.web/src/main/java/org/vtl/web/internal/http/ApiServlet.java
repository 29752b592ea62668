package org.vtl.web.internal.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.vtl.management.Answer;
import org.vtl.management.Refusal;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.text.Json;
import org.vtl.web.internal.identity.Doorkeeper;
import org.vtl.web.internal.identity.Identity;
import org.vtl.web.internal.identity.Secrets;
import org.vtl.web.internal.live.EventStream;
import org.vtl.web.internal.route.Problem;
import org.vtl.web.internal.route.Router;

/**
 * The API: finds who asks and what for, checks that the two fit, has the route's handler answer,
 * and notes what changed something.
 */
public final class ApiServlet extends HttpServlet {
  /** Where the API begins. */
  public static final String ROOT = "/vtl/api/v1";

  /** What repeats the session's secret in requests that change something. */
  public static final String CSRF_HEADER = "X-VTL-CSRF";

  private static final System.Logger LOG = System.getLogger(ApiServlet.class.getName());

  private final transient Router router;
  private final transient Doorkeeper doorkeeper;
  private final transient EventStream events;
  private final long largestBytes;
  private transient volatile Runnable whenServed = () -> {};

  /** Serves routes; {@code largestBytes} of a body that is not JSON are taken. */
  public ApiServlet(Router router, Doorkeeper doorkeeper, EventStream events, long largestBytes) {
    this.router = router;
    this.doorkeeper = doorkeeper;
    this.events = events;
    this.largestBytes = largestBytes;
  }

  /** Has {@code task} run as soon as requests are served. */
  public void whenServed(Runnable task) {
    whenServed = task;
  }

  @Override
  public void init() {
    whenServed.run();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Identity identity = KnownRequest.identity(request, doorkeeper);
    int status;
    String result = "";
    try {
      status = answer(request, response, identity);
    } catch (Refusal e) {
      status = e.status();
      result = e.getMessage();
    } catch (IllegalArgumentException e) {
      status = 400;
      result = sentence(e);
    } catch (IllegalStateException e) {
      status = 409;
      result = sentence(e);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A request failed: " + request.getMethod() + " " + path(request), e);
      status = 500;
      result = "VTL failed to answer (%s); the log says more.".formatted(e);
    }
    if (!result.isEmpty()) {
      refuse(request, response, status, result);
    }
    if (!isSafe(request)) {
      note(request, identity, status, result);
    }
  }

  private static String sentence(RuntimeException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, int status, String detail)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    if (status == 401 && request.getHeader("Authorization") != null) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    Problem.of(status, detail).send(request, response);
  }

  private void note(HttpServletRequest request, Identity identity, int status, String result) {
    // Logins are noted with the name that was tried; what nobody was let do changed nothing.
    if (identity.role() != Role.NONE) {
      String query = request.getQueryString();
      doorkeeper
          .audit()
          .note(
              identity,
              request.getRemoteAddr(),
              request.getMethod() + " " + path(request) + (query == null ? "" : "?" + query),
              status,
              result);
    }
  }

  private int answer(HttpServletRequest request, HttpServletResponse response, Identity identity)
      throws IOException {
    Optional<Router.Match> match = router.match(method(request), path(request));
    Role needed = match.map(found -> found.route().role()).orElse(Role.VIEWER);
    if (identity.role() == Role.NONE && needed != Role.NONE) {
      // Also of paths that are not there: they are nobody's business before a login.
      throw new Refusal(
          401,
          "This needs a login; log in at /vtl/login, or send a token (Authorization: Bearer).");
    }
    if (match.isEmpty()) {
      throw missing(request, response);
    }
    Route route = match.get().route();
    if (!identity.role().covers(needed)) {
      throw new Refusal(
          403,
          "%s may not do this as %s; it takes %s."
              .formatted(identity.user(), word(identity.role()), word(needed)));
    }
    if (!route.isSafe() && route.role() != Role.NONE) {
      requireCsrf(request, identity);
    }
    requireMedia(request, route);
    Exchange exchange =
        new Exchange(
            request,
            response,
            identity,
            match.get().values(request.getQueryString()),
            largestBytes);
    if (route.response().media().equals(EventStream.MEDIA)) {
      events.serve(exchange, request, response);
      return 200;
    }
    exchange.readBody(route);
    Answer answer = route.handler().handle(exchange);
    send(answer, route, request, response);
    return answer.status();
  }

  private Refusal missing(HttpServletRequest request, HttpServletResponse response) {
    Set<String> methods = router.methods(path(request));
    if (methods.isEmpty()) {
      return Refusal.missing(
          "There is no %s; %s/openapi.json tells what there is.".formatted(path(request), ROOT));
    }
    String allowed = String.join(", ", methods);
    response.setHeader("Allow", allowed);
    return new Refusal(
        405,
        "%s cannot be asked by %s, but by %s.".formatted(path(request), method(request), allowed));
  }

  private static void requireCsrf(HttpServletRequest request, Identity identity) {
    if (identity.session().isPresent()) {
      String sent = request.getHeader(CSRF_HEADER);
      if (sent == null || !Secrets.same(sent, identity.session().get().csrf())) {
        throw new Refusal(
            403,
            "The header %s does not have the session's secret; take \"csrf\" of GET %s/session."
                .formatted(CSRF_HEADER, ROOT));
      }
    }
  }

  private static void requireMedia(HttpServletRequest request, Route route) {
    String wanted = route.request().media();
    String sent = request.getContentType();
    // No browser sends JSON across sites without asking first, as it would a form.
    if (!wanted.isEmpty() && (sent == null || !sent.split(";")[0].strip().equals(wanted))) {
      throw new Refusal(415, "The body is \"%s\"; send Content-Type: %s.".formatted(sent, wanted));
    }
  }

  private static void send(
      Answer answer, Route route, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    if (!answer.version().isEmpty()) {
      response.setHeader("ETag", "\"" + answer.version() + "\"");
    }
    response.setStatus(answer.status());
    if (answer.file().isPresent()) {
      sendFile(answer.file().get(), answer.fileName(), route, request, response);
    } else if (answer.value() != null) {
      byte[] body = Json.document(answer.value()).getBytes(StandardCharsets.UTF_8);
      response.setContentType(route.response().media());
      response.setContentLength(body.length);
      if (!request.getMethod().equals("HEAD")) {
        response.getOutputStream().write(body);
      }
    }
  }

  private static void sendFile(
      Path file, String name, Route route, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType(route.response().media());
    // The names of files are ours; whatever they are, the header stays one header.
    response.setHeader(
        "Content-Disposition",
        "attachment; filename=\"" + name.replaceAll("[^A-Za-z0-9._~-]", "_") + "\"");
    if (!request.getMethod().equals("HEAD")) {
      OutputStream out = response.getOutputStream();
      Files.copy(file, out);
    }
  }

  private static boolean isSafe(HttpServletRequest request) {
    return method(request).equals("GET");
  }

  /** HEAD is GET without its body (RFC 9110 section 9.3.2). */
  private static String method(HttpServletRequest request) {
    return request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
  }

  private static String path(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.startsWith(ROOT) ? path.substring(ROOT.length()) : path;
  }

  private static String word(Role role) {
    return role.name().toLowerCase(java.util.Locale.ROOT);
  }
}
