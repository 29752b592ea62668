package org.vtl.metrics.internal.health;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;
import org.apache.felix.hc.api.execution.HealthCheckExecutionResult;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.apache.felix.hc.api.execution.HealthCheckSelector;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.metrics.internal.Viewers;
import org.vtl.text.Json;

/**
 * {@code GET /health}: a word for anybody, such as what divides load; the checks one by one for
 * whoever may look at VTL. The checks are asked anew after two seconds at the earliest.
 */
@Component(service = Servlet.class, property = "osgi.http.whiteboard.servlet.pattern=/health")
public final class HealthServlet extends HttpServlet {
  private final transient HealthCheckExecutor executor;

  /** What anybody is told. */
  record Word(String status) {}

  /** What a viewer is told. */
  record Whole(String status, List<Check> checks) {}

  /**
   * A check.
   *
   * @param name of it
   * @param status {@code ok}, {@code warn}, {@code temporarily_unavailable}, {@code critical} or
   *     {@code health_check_error}
   * @param messages what it found, in sentences
   * @param millis that it took
   */
  record Check(String name, String status, List<String> messages, long millis) {}

  @Activate
  public HealthServlet(@Reference HealthCheckExecutor executor) {
    this.executor = executor;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<HealthCheckExecutionResult> results =
        executor.execute(HealthCheckSelector.tags(Checks.TAG));
    Result.Status worst =
        results.stream()
            .map(result -> result.getHealthCheckResult().getStatus())
            .max(Comparator.naturalOrder())
            .orElse(Result.Status.CRITICAL);
    String word = word(worst);
    Object told =
        Viewers.allows(request)
            ? new Whole(word, results.stream().map(HealthServlet::check).toList())
            : new Word(word);
    byte[] body = Json.of(told).getBytes(StandardCharsets.UTF_8);
    response.setStatus(
        worst.compareTo(Result.Status.WARN) <= 0
            ? HttpServletResponse.SC_OK
            : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static Check check(HealthCheckExecutionResult result) {
    return new Check(
        result.getHealthCheckMetadata().getName(),
        word(result.getHealthCheckResult().getStatus()),
        StreamSupport.stream(result.getHealthCheckResult().spliterator(), false)
            .map(ResultLog.Entry::getMessage)
            .toList(),
        result.getElapsedTimeInMs());
  }

  private static String word(Result.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
