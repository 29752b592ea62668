package org.vtl.web.internal.resource;

import java.util.List;
import java.util.Optional;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.web.internal.identity.Audit;
import org.vtl.web.internal.identity.Doorkeeper;
import org.vtl.web.internal.identity.Users;

/** Users, their tokens, and the record of what they changed. */
public final class UsersResource implements ManagementResource {
  private static final Parameter USER = Parameter.segment("user", "The user's name.");

  private final Doorkeeper doorkeeper;

  /** A user to make; {@code role} is viewer, operator or admin. */
  record NewUser(String name, String role, String password) {}

  /** What of a user is to change. */
  record UserChange(Optional<String> role, Optional<String> password) {}

  /** A token to make, by a name that tells what it is for. */
  record NewToken(String name) {}

  /** A token; it is never shown again. */
  record Token(String user, String name, String token) {}

  public UsersResource(Doorkeeper doorkeeper) {
    this.doorkeeper = doorkeeper;
  }

  @Override
  public String title() {
    return "Users";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/users",
            Role.ADMIN,
            "Lists the users.",
            Shape.listOf(Users.User.class),
            request -> Answer.of(doorkeeper.users().list())),
        Route.post(
            "/users",
            Role.ADMIN,
            "Makes a user; the one-time token is of no use any more then.",
            Shape.of(NewUser.class),
            Shape.of(Users.User.class),
            this::add),
        Route.patch(
                "/users/{user}",
                Role.ADMIN,
                "Changes a user's role or password; that user's logins end.",
                Shape.of(UserChange.class),
                Shape.of(Users.User.class),
                this::change)
            .with(USER),
        Route.delete(
                "/users/{user}",
                Role.ADMIN,
                "Removes a user, whose logins and tokens end.",
                Shape.NONE,
                this::remove)
            .with(USER),
        Route.post(
                "/users/{user}/tokens",
                Role.ADMIN,
                "Makes a token by which a script is that user.",
                Shape.of(NewToken.class),
                Shape.of(Token.class),
                this::addToken)
            .with(USER),
        Route.delete(
                "/users/{user}/tokens/{token}",
                Role.ADMIN,
                "Revokes a token.",
                Shape.NONE,
                this::removeToken)
            .with(USER, Parameter.segment("token", "The token's name.")),
        Route.get(
                "/audit",
                Role.ADMIN,
                "Lists the last changes since the start, the newest first.",
                Shape.listOf(Audit.Entry.class),
                request -> Answer.of(doorkeeper.audit().last((int) request.number("limit"))))
            .with(Parameter.number("limit", 100, 1, 1_000, "How many at most.")));
  }

  private Answer add(Request request) {
    NewUser user = request.body(NewUser.class);
    Users.User added =
        doorkeeper.users().add(user.name(), Users.role(user.role()), user.password());
    if (added.role() == Role.ADMIN) {
      doorkeeper.firstLogin().forget();
    }
    return Answer.created(added);
  }

  private Answer change(Request request) {
    UserChange change = request.body(UserChange.class);
    Users.User changed =
        doorkeeper
            .users()
            .change(request.text("user"), change.role().map(Users::role), change.password());
    doorkeeper.sessions().closeAll(changed.name(), null);
    return Answer.of(changed);
  }

  private Answer remove(Request request) {
    doorkeeper.users().remove(request.text("user"));
    doorkeeper.sessions().closeAll(request.text("user"), null);
    return Answer.nothing();
  }

  private Answer addToken(Request request) {
    String user = request.text("user");
    String name = request.body(NewToken.class).name();
    return Answer.created(new Token(user, name, doorkeeper.users().addToken(user, name)));
  }

  private Answer removeToken(Request request) {
    doorkeeper.users().removeToken(request.text("user"), request.text("token"));
    return Answer.nothing();
  }
}
