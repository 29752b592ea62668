package org.vtl.web.internal.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.vtl.management.Role;
import org.vtl.web.internal.http.Cookies;
import org.vtl.web.internal.http.Gate;
import org.vtl.web.internal.identity.Doorkeeper;
import org.vtl.web.internal.identity.Identity;
import org.vtl.web.internal.route.Problem;

/**
 * Lets VTL's users into the Felix web console: everybody who is logged in to VTL's own pages, which
 * change nothing but through the API, and administrators to the framework's, which can do anything.
 */
public final class ConsoleSecurity implements SecurityProvider {
  private static final System.Logger LOG = System.getLogger(ConsoleSecurity.class.getName());
  private static final String ROOT = "/system/console/";
  private static final String OURS = ROOT + "vtl-";
  private static final String SHARED = ROOT + "res/";
  private static final Set<String> SAFE = Set.of("GET", "HEAD");
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final Doorkeeper doorkeeper;
  private final Gate gate;

  /** A guard who asks {@code gate} first: the console's servlet context asks it only afterwards. */
  public ConsoleSecurity(Doorkeeper doorkeeper, Gate gate) {
    this.doorkeeper = doorkeeper;
    this.gate = gate;
  }

  @Override
  public Object authenticate(HttpServletRequest request, HttpServletResponse response) {
    Identity identity = Cookies.read(request).map(doorkeeper::byCookie).orElse(Identity.NOBODY);
    String path = request.getRequestURI();
    boolean safe = SAFE.contains(request.getMethod());
    boolean ours = path.startsWith(OURS) || path.startsWith(SHARED);
    Role needed = safe && ours && isPlain(path) ? Role.VIEWER : Role.ADMIN;
    try {
      if (gate.refuses(request, response)) {
        response.flushBuffer();
        return null;
      }
      if (!identity.role().covers(needed)) {
        refuse(request, response, identity);
        return null;
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A browser went away before it was refused.", e);
      return null;
    }
    if (!safe) {
      doorkeeper
          .audit()
          .note(identity, request.getRemoteAddr(), request.getMethod() + " " + path, 200, "");
    }
    return identity;
  }

  /** Nothing that the console might read as another path. */
  private static boolean isPlain(String path) {
    return !path.contains("..")
        && !path.contains("//")
        && !path.contains("%")
        && !path.contains(";");
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, Identity identity)
      throws IOException {
    if (identity.role() == Role.NONE && request.getMethod().equals("GET")) {
      response.sendRedirect("/vtl/login");
    } else if (identity.role() == Role.NONE) {
      Problem.of(UNAUTHORIZED, "This needs a login; log in at /vtl/login.").send(request, response);
    } else {
      Problem.of(
              FORBIDDEN,
              "The framework's own pages take an admin, and %s is %s; VTL's pages are at %soverview."
                  .formatted(
                      identity.user(),
                      identity.role().name().toLowerCase(java.util.Locale.ROOT),
                      OURS))
          .send(request, response);
    }
    // Sent now, or the console would add an answer of its own.
    response.flushBuffer();
  }

  @Override
  public boolean authorize(Object user, String role) {
    return user instanceof Identity identity && identity.role() == Role.ADMIN;
  }

  @Override
  public void logout(HttpServletRequest request, HttpServletResponse response) {
    Cookies.read(request)
        .map(doorkeeper::byCookie)
        .flatMap(Identity::session)
        .ifPresent(doorkeeper.sessions()::close);
    try {
      response.sendRedirect("/vtl/login");
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A browser went away while it logged out.", e);
    }
  }
}
