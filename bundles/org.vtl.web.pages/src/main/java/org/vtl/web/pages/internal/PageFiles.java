package org.vtl.web.pages.internal;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The scripts and styles of all pages below {@code /vtl/pages/}. They hold no data, and so need no
 * login, as those of the login's own page.
 */
final class PageFiles extends HttpServlet {
  static final String ROOT = "/vtl/pages/";

  // One name, or one folder and a name, of plain letters: no path leads elsewhere.
  private static final Pattern NAME = Pattern.compile("(uplot/)?[A-Za-z]+(\\.[a-z]+){1,3}");
  private static final Map<String, String> MEDIA =
      Map.of("js", "text/javascript", "css", "text/css", "svg", "image/svg+xml");
  private static final int MISSING = 404;
  private static final int NOT_MODIFIED = 304;

  private final transient Supplier<Collection<Page>> pages;

  PageFiles(Supplier<Collection<Page>> pages) {
    this.pages = pages;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String uri = request.getRequestURI();
    URL found = find(uri);
    if (found == null) {
      response.sendError(MISSING);
      return;
    }
    URLConnection connection = found.openConnection();
    String tag = "\"%x-%x\"".formatted(connection.getLastModified(), connection.getContentLength());
    try (InputStream in = connection.getInputStream()) {
      response.setHeader("Cache-Control", "no-cache");
      response.setHeader("ETag", tag);
      if (tag.equals(request.getHeader("If-None-Match"))) {
        response.setStatus(NOT_MODIFIED);
        return;
      }
      response.setContentType(MEDIA.get(suffix(uri)) + ";charset=utf-8");
      in.transferTo(response.getOutputStream());
    }
  }

  /** The file at that address; null if there is none that may be seen. */
  URL find(String uri) {
    String file = uri.startsWith(ROOT) ? uri.substring(ROOT.length()) : "";
    if (!MEDIA.containsKey(suffix(file)) || !NAME.matcher(file).matches()) {
      return null;
    }
    URL ours = PageFiles.class.getResource("/" + Page.FOLDER + file);
    if (ours != null) {
      return ours;
    }
    return pages.get().stream()
        .map(page -> page.file(file))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String suffix(String file) {
    return file.substring(file.lastIndexOf('.') + 1);
  }
}
