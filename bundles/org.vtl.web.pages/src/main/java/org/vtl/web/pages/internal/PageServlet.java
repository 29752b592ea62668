package org.vtl.web.pages.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.felix.webconsole.servlet.AbstractServlet;

/**
 * A page at an address of the Felix console, in a frame of VTL's own: with the way to all pages of
 * VTL and to the console's, and without a script or a style within it.
 */
final class PageServlet extends AbstractServlet {
  /** Nothing runs and nothing is loaded but files of VTL; a text never becomes a script. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'";

  private static final int MISSING = 404;

  private final transient Page page;
  private final transient Supplier<Collection<Page>> all;

  /** Serves {@code page}, with the way to {@code all}. */
  PageServlet(Page page, Supplier<Collection<Page>> all) {
    this.page = page;
    this.all = all;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!request.getRequestURI().endsWith("/" + page.label())) {
      response.sendError(MISSING);
      return;
    }
    byte[] body = body().getBytes(StandardCharsets.UTF_8);
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Cache-Control", "no-cache");
    response.setContentType("text/html;charset=utf-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private String body() throws IOException {
    return text(PageServlet.class.getResource("/" + Page.FOLDER + "frame.html"))
        .replace("@title@", escaped(page.title()))
        .replace("@name@", page.name())
        .replace("@pages@", all.get().stream().map(this::link).collect(Collectors.joining("\n")))
        .replace("@content@", text(page.fragment()));
  }

  private String link(Page to) {
    return "<li><a href=\"%s\"%s>%s</a></li>"
        .formatted(
            to.label(),
            to.name().equals(page.name()) ? " aria-current=\"page\"" : "",
            escaped(to.title()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static String text(URL resource) throws IOException {
    try (var in = resource.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
