package org.vtl.itests.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} and {@code /health} of a running VTL. */
class MetricsTest {
  private static final Pattern LINE =
      Pattern.compile("#.*|[a-z_]+(\\{([a-z]+=\"[^\"]*\",?)*\\})? [-+0-9.eENaInf]+");

  @TempDir static Path folder;
  private static RunningWeb web;

  @BeforeAll
  static void start() throws Exception {
    web = RunningWeb.start(folder);
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  private static HttpRequest.Builder as(String role, String path) {
    HttpRequest.Builder request = web.request("GET", path, null);
    String token = web.tokens.get(role);
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  @Test
  void metricsAreForViewers() throws Exception {
    RunningWeb.Reply nobody = web.call(as("nobody", "/metrics"));
    assertEquals(401, nobody.status());
    assertEquals("Bearer", nobody.header("www-authenticate"));
    assertFalse(nobody.body().contains("vtl_"), nobody.body());
    assertEquals(
        401,
        web.call(as("nobody", "/metrics").header("Authorization", "Bearer vtl_wrong")).status());
    for (String role : RunningWeb.ROLES) {
      assertEquals(200, web.call(as(role, "/metrics")).status(), role);
    }
    RunningWeb.Login login = web.login("viewer");
    assertEquals(200, web.call(as("nobody", "/metrics").header("Cookie", login.cookie())).status());
    // No java.net.http client may name another host; the gate is tested where sockets do.
    assertEquals(
        405,
        web.call(
                web.request("POST", "/metrics", "{}")
                    .header("Authorization", "Bearer " + web.tokens.get("admin")))
            .status());
  }

  @Test
  void metricsComeInTheFormatAskedFor() throws Exception {
    RunningWeb.Reply text = web.call(as("viewer", "/metrics"));
    assertEquals("text/plain;version=0.0.4;charset=utf-8", media(text));
    text.body().lines().forEach(line -> assertTrue(LINE.matcher(line).matches(), line));
    assertTrue(text.body().contains("\nvtl_build_info{version="), text.body());
    assertTrue(text.body().contains("\njvm_threads_current "), text.body());
    RunningWeb.Reply open =
        web.call(as("viewer", "/metrics").header("Accept", "application/openmetrics-text"));
    assertEquals("application/openmetrics-text;version=1.0.0;charset=utf-8", media(open));
    assertTrue(open.body().endsWith("\n# EOF\n"));
  }

  private static String media(RunningWeb.Reply reply) {
    return reply.header("content-type").replace(" ", "").toLowerCase(java.util.Locale.ROOT);
  }

  @Test
  void prometheusOwnToolFindsNothingToMend() throws Exception {
    Path tool = Path.of("/usr/bin/promtool");
    assumeTrue(Files.isExecutable(tool), "The package prometheus is not there.");
    Process check =
        new ProcessBuilder(tool.toString(), "check", "metrics").redirectErrorStream(true).start();
    try (var in = check.getOutputStream()) {
      in.write(web.call(as("viewer", "/metrics")).body().getBytes());
    }
    String said = new String(check.getInputStream().readAllBytes());
    assertEquals(0, check.waitFor(), said);
  }

  @Test
  void healthIsAWordForAnybodyAndChecksForViewers() throws Exception {
    // There is no link in this VTL, which is a warning and no failure.
    RunningWeb.Reply nobody = web.call(as("nobody", "/health"));
    assertEquals(200, nobody.status(), nobody.body());
    assertEquals("{\"status\":\"warn\"}", nobody.body());
    Map<?, ?> whole = web.call(as("viewer", "/health")).object();
    List<Object> names = new ArrayList<>();
    ((List<?>) whole.get("checks")).forEach(check -> names.add(((Map<?, ?>) check).get("name")));
    assertTrue(
        names.containsAll(
            List.of("links", "pools", "services", "workers", "disk", "configuration")),
        names.toString());
  }

  @Test
  void aLinkThatCannotBeIsNotHealthy() throws Exception {
    Path file = web.etc.resolve("org.vtl.link~bad.cfg.json");
    try {
      Files.writeString(
          file, "{\"vm.port\": \"packet:metrics0\", \"network.port\": \"packet:metrics1\"}");
      RunningWeb.Reply reply = await(503);
      assertEquals("{\"status\":\"temporarily_unavailable\"}", reply.body());
      assertTrue(
          web.call(as("viewer", "/health")).body().contains("metrics0"), "which link, and why");
      assertTrue(
          web.call(as("viewer", "/metrics"))
              .body()
              .contains("vtl_link_state{link=\"bad\",state=\"WAITING\"} 1"));
    } finally {
      Files.delete(file);
    }
    await(200);
  }

  /** The first answer of that status: checks are asked again every two seconds. */
  private static RunningWeb.Reply await(int status) throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    RunningWeb.Reply reply = web.call(as("nobody", "/health"));
    while (reply.status() != status && System.nanoTime() - end < 0) {
      Thread.sleep(100);
      reply = web.call(as("nobody", "/health"));
    }
    assertEquals(status, reply.status(), reply.body());
    return reply;
  }
}
