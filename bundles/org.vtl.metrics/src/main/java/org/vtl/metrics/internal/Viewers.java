package org.vtl.metrics.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Who may look. The web bundle's gate tells who asks; without that bundle nobody is known. */
public final class Viewers {
  private Viewers() {}

  /** Whether whoever asks may see what VTL does. */
  public static boolean allows(HttpServletRequest request) {
    return request.isUserInRole("viewer");
  }

  static void refuse(HttpServletResponse response, String what) throws IOException {
    byte[] body =
        (what
                + " need a login; send a token of role viewer (Authorization: Bearer), or log in at"
                + " /vtl/login.\n")
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
    response.setHeader("WWW-Authenticate", "Bearer");
    response.setContentType("text/plain; charset=utf-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
