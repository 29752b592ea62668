package org.vtl.web.internal.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Locale;
import org.vtl.management.Role;
import org.vtl.web.internal.identity.Doorkeeper;
import org.vtl.web.internal.identity.Identity;

/**
 * A request of which is known who asks: so a servlet of any bundle can tell by {@code
 * request.isUserInRole("viewer")} whether it may answer.
 */
final class KnownRequest extends HttpServletRequestWrapper {
  private static final String BEARER = "Bearer ";

  private final Doorkeeper doorkeeper;

  KnownRequest(HttpServletRequest request, Doorkeeper doorkeeper) {
    super(request);
    this.doorkeeper = doorkeeper;
  }

  /** Who asks, by token or by cookie; {@link Identity#NOBODY} without. */
  static Identity identity(HttpServletRequest request, Doorkeeper doorkeeper) {
    String authorization = request.getHeader("Authorization");
    if (authorization != null) {
      return authorization.startsWith(BEARER)
          ? doorkeeper.byToken(authorization.substring(BEARER.length()).strip())
          : Identity.NOBODY;
    }
    return Cookies.read(request).map(doorkeeper::byCookie).orElse(Identity.NOBODY);
  }

  /** Whether who asks may do what {@code name} may: viewer, operator or admin. */
  @Override
  public boolean isUserInRole(String name) {
    for (Role role : Role.values()) {
      if (role != Role.NONE && role.name().toLowerCase(Locale.ROOT).equals(name)) {
        return identity(this, doorkeeper).role().covers(role);
      }
    }
    return false;
  }
}
