package org.vtl.web.internal.console;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * The page to log in at: a few files of this bundle, named here, and nothing else. The root leads
 * to the first page of the console.
 */
public final class LoginPage extends HttpServlet {
  private static final String FOLDER = "/vtl/web/";
  private static final Map<String, String> FILES =
      Map.of("login.html", "text/html", "login.js", "text/javascript", "login.css", "text/css");
  private static final int MISSING = 404;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getRequestURI();
    if (path.equals("/")) {
      response.sendRedirect("/system/console/vtl-overview");
      return;
    }
    String file =
        path.equals("/vtl/login") ? "login.html" : path.substring(path.lastIndexOf('/') + 1);
    String media = FILES.get(file);
    if (media == null) {
      response.sendError(MISSING);
      return;
    }
    response.setContentType(media + ";charset=utf-8");
    response.setHeader("Cache-Control", "no-cache");
    try (InputStream in = LoginPage.class.getResourceAsStream(FOLDER + file)) {
      in.transferTo(response.getOutputStream());
    }
  }
}
