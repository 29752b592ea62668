package org.vtl.web.internal.resource;

import java.util.List;
import java.util.Optional;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.web.internal.http.Exchange;
import org.vtl.web.internal.identity.Doorkeeper;
import org.vtl.web.internal.identity.Session;
import org.vtl.web.internal.identity.Sessions;

/** Logging in and out, and who one is. */
public final class SessionResource implements ManagementResource {
  private final Doorkeeper doorkeeper;

  /**
   * What logs in: name and password, or the one-time token alone.
   *
   * @param user the name
   * @param password of that user
   * @param token printed at the start, or by {@code vtl:web token}
   */
  record Login(Optional<String> user, Optional<String> password, Optional<String> token) {}

  /**
   * Who one is.
   *
   * @param user the name
   * @param role what the user may do
   * @param csrf to be repeated in header X-VTL-CSRF by what changes something; empty with a token
   * @param provisional whether it came of the one-time token: a user is to be made now
   */
  record Who(String user, Role role, String csrf, boolean provisional) {}

  /** Another password for oneself. */
  record Passwords(String present, String wanted) {}

  public SessionResource(Doorkeeper doorkeeper) {
    this.doorkeeper = doorkeeper;
  }

  @Override
  public String title() {
    return "Session";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(
            "/session",
            Role.NONE,
            "Logs in, and gives the browser a cookie.",
            Shape.of(Login.class),
            Shape.of(Who.class),
            this::open),
        Route.get(
            "/session",
            Role.VIEWER,
            "Says who is logged in.",
            Shape.of(Who.class),
            request -> Answer.of(who(request))),
        Route.delete("/session", Role.VIEWER, "Logs out.", Shape.NONE, this::close),
        new Route(
            "PUT",
            "/session/password",
            Role.VIEWER,
            "Changes one's own password; other logins of the same user end.",
            List.of(),
            Shape.of(Passwords.class),
            Shape.NONE,
            this::changePassword));
  }

  private Answer open(Request request) {
    Exchange exchange = Exchange.of(request);
    Login login = request.body(Login.class);
    Sessions.Opened opened;
    if (login.token().isPresent() && login.user().isEmpty()) {
      opened = doorkeeper.login(exchange.source(), login.token().get());
    } else if (login.user().isPresent() && login.password().isPresent()) {
      opened = doorkeeper.login(exchange.source(), login.user().get(), login.password().get());
    } else {
      throw new IllegalArgumentException(
          "A login needs \"user\" and \"password\", or \"token\" alone.");
    }
    // The session that the browser came with, whoever gave it to the browser, is over.
    exchange.identity().session().ifPresent(doorkeeper.sessions()::close);
    exchange.open(opened.cookie());
    return Answer.of(who(opened.session(), opened.session().role()));
  }

  private Answer close(Request request) {
    Exchange exchange = Exchange.of(request);
    exchange.identity().session().ifPresent(doorkeeper.sessions()::close);
    exchange.close();
    return Answer.nothing();
  }

  private Answer changePassword(Request request) {
    Exchange exchange = Exchange.of(request);
    Passwords passwords = request.body(Passwords.class);
    if (doorkeeper.users().find(request.user()).isEmpty()) {
      throw Refusal.conflict("This login has no account; make a user first.");
    }
    Sessions.Opened check =
        doorkeeper.login(exchange.source(), request.user(), passwords.present());
    doorkeeper.sessions().close(check.session());
    doorkeeper.users().change(request.user(), Optional.empty(), Optional.of(passwords.wanted()));
    doorkeeper.sessions().closeAll(request.user(), exchange.identity().session().orElse(null));
    return Answer.nothing();
  }

  private static Who who(Request request) {
    return Exchange.of(request)
        .identity()
        .session()
        .map(session -> who(session, request.role()))
        .orElseGet(() -> new Who(request.user(), request.role(), "", false));
  }

  private static Who who(Session session, Role role) {
    return new Who(session.user(), role, session.csrf(), session.provisional());
  }
}
