package org.vtl.web.internal.route;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.vtl.text.Json;

/**
 * Why something was not done (RFC 9457).
 *
 * @param title the status in words
 * @param status of HTTP
 * @param detail what, where, why and the remedy, in one sentence
 */
public record Problem(String title, int status, String detail) {
  public static final String MEDIA = "application/problem+json";

  public static Problem of(int status, String detail) {
    return new Problem(title(status), status, detail);
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Wrong request";
      case 401 -> "Not logged in";
      case 403 -> "Not allowed";
      case 404 -> "Not there";
      case 405 -> "Wrong method";
      case 408 -> "Too slow";
      case 409 -> "Not now";
      case 411 -> "Length missing";
      case 412 -> "Changed meanwhile";
      case 413 -> "Too large";
      case 415 -> "Wrong media type";
      case 421 -> "Wrong host";
      case 429 -> "Too often";
      case 503 -> "Not there now";
      default -> status < 500 ? "Refused" : "Failed";
    };
  }

  /**
   * Sends it as the whole answer. What came with the request may not have been read, so the
   * connection is of no use for another one.
   */
  public void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!request.getMethod().equals("GET")) {
      response.setHeader("Connection", "close");
    }
    response.setStatus(status);
    response.setContentType(MEDIA);
    byte[] body = Json.of(this).getBytes(StandardCharsets.UTF_8);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
