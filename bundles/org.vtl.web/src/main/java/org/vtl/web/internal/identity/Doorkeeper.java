package org.vtl.web.internal.identity;

import java.util.Optional;
import org.vtl.management.Refusal;
import org.vtl.management.Role;

/**
 * Lets users in, and knows them by what they show. From any thread.
 *
 * @param attempts how often a login may be tried
 */
public record Doorkeeper(
    Users users, Sessions sessions, FirstLogin firstLogin, Attempts attempts, Audit audit) {
  /** Whom a session of the one-time token is of. */
  public static final String FIRST = "first-login";

  private static final int UNAUTHORIZED = 401;
  private static final int TOO_MANY = 429;
  private static final String WRONG =
      "Name and password do not fit, or the token is used up; try again, or have a new token made"
          + " by vtl:web token.";

  /** Logs in by name and password. */
  public Sessions.Opened login(String source, String name, String password) {
    take(source, name);
    Users.User user = users.login(name, password).orElseThrow(() -> refuse(source, name));
    attempts.succeeded(source);
    return opened(source, sessions.open(user.name(), user.role(), false));
  }

  /** Logs in by the one-time token. */
  public Sessions.Opened login(String source, String token) {
    take(source, FIRST);
    if (!firstLogin.use(token)) {
      throw refuse(source, FIRST);
    }
    attempts.succeeded(source);
    return opened(source, sessions.open(FIRST, Role.ADMIN, true));
  }

  private Sessions.Opened opened(String source, Sessions.Opened opened) {
    audit.note(
        new Identity(opened.session().user(), opened.session().role(), Optional.empty()),
        source,
        "login",
        200,
        "");
    return opened;
  }

  private void take(String source, String name) {
    long wait = attempts.take(source);
    if (wait > 0) {
      String sentence = "Too many logins failed; try again in %d seconds.".formatted(wait);
      if (attempts.isNoted()) {
        note(source, name, TOO_MANY, sentence);
      }
      throw new Refusal(TOO_MANY, sentence);
    }
  }

  private Refusal refuse(String source, String name) {
    note(source, name, UNAUTHORIZED, "refused");
    return new Refusal(UNAUTHORIZED, WRONG);
  }

  private void note(String source, String name, int status, String result) {
    audit.note(new Identity(name, Role.NONE, Optional.empty()), source, "login", status, result);
  }

  /**
   * Whose cookie this is now; {@link Identity#NOBODY} if it is of no session, or its user is gone.
   */
  public Identity byCookie(String cookie) {
    return sessions.find(cookie).map(this::of).orElse(Identity.NOBODY);
  }

  /** Whose token this is; {@link Identity#NOBODY} if nobody's. */
  public Identity byToken(String token) {
    return users
        .byToken(token)
        .map(user -> new Identity(user.name(), user.role(), Optional.empty()))
        .orElse(Identity.NOBODY);
  }

  /** Whether somebody who watches may go on. */
  public boolean isStill(Identity identity) {
    return identity
        .session()
        .map(session -> sessions.isOpen(session) && of(session).role().covers(identity.role()))
        .orElseGet(
            () ->
                users
                    .find(identity.user())
                    .map(user -> user.role().covers(identity.role()))
                    .orElse(false));
  }

  private Identity of(Session session) {
    if (session.provisional()) {
      return new Identity(session.user(), session.role(), Optional.of(session));
    }
    // The role is the user's of now, not that of the login.
    return users
        .find(session.user())
        .map(user -> new Identity(user.name(), user.role(), Optional.of(session)))
        .orElse(Identity.NOBODY);
  }
}
