package org.vtl.web.internal.http;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Set;
import org.vtl.web.internal.identity.Doorkeeper;
import org.vtl.web.internal.route.Problem;

/**
 * What every request passes, also those for pages of others: it must name VTL as its host, come
 * over TLS unless it comes over loopback, and, if it changes something and could have been sent by
 * a browser on behalf of another site, come from one of VTL's own pages.
 */
public final class Gate implements Filter {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final int FORBIDDEN = 403;
  private static final int MISDIRECTED = 421;
  private static final int NO_LENGTH = 411;
  private static final int TOO_LARGE = 413;
  private static final int FAILED = 500;
  private static final System.Logger LOG = System.getLogger(Gate.class.getName());

  private final Hosts hosts;
  private final Doorkeeper doorkeeper;
  private final long largest;

  /**
   * A gate for these hosts, and bodies of at most so many bytes; {@code doorkeeper} knows who asks.
   */
  public Gate(Hosts hosts, Doorkeeper doorkeeper, long largest) {
    this.hosts = hosts;
    this.doorkeeper = doorkeeper;
    this.largest = largest;
  }

  @Override
  public void doFilter(ServletRequest any, ServletResponse answer, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest request = (HttpServletRequest) any;
    HttpServletResponse response = (HttpServletResponse) answer;
    try {
      if (!refuses(request, response)) {
        chain.doFilter(new KnownRequest(request, doorkeeper), response);
      }
    } catch (IOException e) {
      // The client went away. Let through, each would be a fault in the log, with all its calls.
      LOG.log(Level.DEBUG, "A request was not answered to its end.", e);
      if (!response.isCommitted()) {
        response.setStatus(FAILED);
      }
    }
  }

  /** Whether a request may not pass; it has its answer then. */
  public boolean refuses(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    protect(request, response);
    Problem problem = problem(request);
    if (problem != null) {
      problem.send(request, response);
    }
    return problem != null;
  }

  /** Told to the browser with every answer; a page may loosen none of it. */
  private static void protect(HttpServletRequest request, HttpServletResponse response) {
    boolean console = request.getRequestURI().startsWith("/system/console");
    response.setHeader(
        "Content-Security-Policy",
        // The Felix console's own pages hold scripts and styles within the page.
        (console
                ? "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval';"
                    + " style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                : "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';")
            + " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    if (request.isSecure()) {
      response.setHeader("Strict-Transport-Security", "max-age=31536000");
    }
  }

  private Problem problem(HttpServletRequest request) throws IOException {
    String host = request.getHeader("Host");
    if (!hosts.allows(host, request.getLocalAddr())) {
      return Problem.of(
          MISDIRECTED,
          "VTL is not called by the name in the Host header; use localhost, or add the name to"
              + " \"hosts\" of configuration org.vtl.web.");
    }
    if (!request.isSecure() && !InetAddress.getByName(request.getLocalAddr()).isLoopbackAddress()) {
      return Problem.of(
          FORBIDDEN,
          "VTL answers without TLS on loopback only; configure TLS as docs/web.md says, and use"
              + " https.");
    }
    if (SAFE.contains(request.getMethod())) {
      return null;
    }
    String origin = request.getHeader("Origin");
    // What has no cookie is not sent by a browser on its own; a token has to be known.
    boolean byToken = request.getHeader("Authorization") != null && request.getCookies() == null;
    if (origin == null ? !byToken : !Hosts.isSame(origin, request.getScheme(), host)) {
      return Problem.of(
          FORBIDDEN,
          "The request changes something and comes from no page of VTL; send an Origin header that"
              + " is VTL's own address, or a token in place of a cookie.");
    }
    long length = request.getContentLengthLong();
    if (length > largest) {
      return Problem.of(
          TOO_LARGE, "The body has %d bytes; %d are taken.".formatted(length, largest));
    }
    // Others' pages read what they are sent to its end.
    boolean ours = request.getRequestURI().startsWith("/vtl/");
    if (length < 0 && !ours && request.getHeader("Transfer-Encoding") != null) {
      return Problem.of(NO_LENGTH, "The body's length is missing; send a Content-Length header.");
    }
    return null;
  }
}
