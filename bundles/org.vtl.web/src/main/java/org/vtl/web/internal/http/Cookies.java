package org.vtl.web.internal.http;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;

/** The cookie of a session: for no script, for no other site, and over TLS bound to this host. */
public final class Cookies {
  private static final String NAME = "vtl-session";
  private static final String SECURE_NAME = "__Host-vtl-session";

  private Cookies() {}

  /** What the browser has, if it has one. */
  public static Optional<String> read(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(name(request))) {
          return Optional.of(cookie.getValue());
        }
      }
    }
    return Optional.empty();
  }

  static void write(HttpServletRequest request, HttpServletResponse response, String value) {
    response.addHeader("Set-Cookie", header(request, value, ""));
  }

  static void remove(HttpServletRequest request, HttpServletResponse response) {
    response.addHeader("Set-Cookie", header(request, "", "; Max-Age=0"));
  }

  private static String header(HttpServletRequest request, String value, String end) {
    return name(request)
        + "="
        + value
        + "; Path=/; HttpOnly; SameSite=Strict"
        + (request.isSecure() ? "; Secure" : "")
        + end;
  }

  private static String name(HttpServletRequest request) {
    // Only over TLS do browsers hold to the prefix (RFC 6265bis section 4.1.3.2).
    return request.isSecure() ? SECURE_NAME : NAME;
  }
}
