package org.vtl.itests.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, and what is refused whoever asks: nothing has changed then. */
class WebSecurityTest {
  private static final List<String> IDENTITIES = List.of("none", "viewer", "operator", "admin");
  private static final List<String> UNSAFE = List.of("POST", "PUT", "PATCH", "DELETE");
  @TempDir static Path folder;
  private static RunningWeb web;

  @BeforeAll
  static void start() throws Exception {
    web = RunningWeb.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    web.close();
  }

  private record Asked(String method, String path, String role, String media) {}

  /** All routes of the document, with names in their paths that nothing has. */
  private static List<Asked> routes() throws Exception {
    Map<?, ?> document = web.as("viewer", "GET", "/openapi.json", null).object();
    List<Asked> all = new ArrayList<>();
    ((Map<?, ?>) document.get("paths"))
        .forEach(
            (path, methods) ->
                ((Map<?, ?>) methods)
                    .forEach(
                        (method, operation) -> {
                          Map<?, ?> body = (Map<?, ?>) ((Map<?, ?>) operation).get("requestBody");
                          all.add(
                              new Asked(
                                  method.toString().toUpperCase(Locale.ROOT),
                                  path.toString()
                                      .replace("{pid}", "org.vtl.link~424242")
                                      .replaceAll("\\{[^}]*}", "424242"),
                                  ((Map<?, ?>) operation).get("x-vtl-role").toString(),
                                  body == null
                                      ? ""
                                      : ((Map<?, ?>) body.get("content"))
                                          .keySet()
                                          .iterator()
                                          .next()
                                          .toString()));
                        }));
    return all;
  }

  private static HttpRequest.Builder request(Asked route) {
    String path = RunningWeb.API + route.path();
    return route.media().isEmpty()
        ? web.request(route.method(), path, null)
        : web.request(route.method(), path, "{}").setHeader("Content-Type", route.media());
  }

  @Test
  void everyRouteTakesItsRole() throws Exception {
    List<Asked> routes = routes();
    assertTrue(routes.size() > 35, routes.toString());
    String before = web.as("admin", "GET", "/users", null).body();
    List<String> faults = new ArrayList<>();
    for (Asked route : routes) {
      for (String identity : IDENTITIES) {
        if (route.path().equals("/session") && route.method().equals("POST")) {
          continue; // Takes nobody, and is tried by the tests of logging in.
        }
        HttpRequest.Builder request = request(route);
        if (!identity.equals("none")) {
          request.header("Authorization", "Bearer " + web.tokens.get(identity));
        } else if (UNSAFE.contains(route.method())) {
          request.header("Origin", web.origin);
        }
        int status = web.call(request).status();
        boolean may = IDENTITIES.indexOf(identity) >= IDENTITIES.indexOf(route.role());
        int refused = identity.equals("none") ? 401 : 403;
        if (may == (status == 401 || status == 403) || !may && status != refused || status >= 500) {
          faults.add(identity + " " + route + " got " + status);
        }
      }
    }
    assertEquals(List.of(), faults);
    assertEquals(before, web.as("admin", "GET", "/users", null).body());
  }

  @Test
  void nothingIsDoneForACookieAlone() throws Exception {
    RunningWeb.Login login = web.login("admin");
    for (Asked route : routes()) {
      if (UNSAFE.contains(route.method()) && !route.path().equals("/session")) {
        HttpRequest.Builder any = request(route).header("Cookie", login.cookie());
        assertEquals(403, web.call(any.copy()).status(), "no origin: " + route);
        any.header("Origin", web.origin);
        assertEquals(403, web.call(any.copy()).status(), "no secret: " + route);
        assertEquals(
            403,
            web.call(any.copy().header("X-VTL-CSRF", login.csrf() + "x")).status(),
            "wrong secret: " + route);
        assertEquals(
            403,
            web.call(
                    request(route)
                        .header("Cookie", login.cookie())
                        .header("X-VTL-CSRF", login.csrf())
                        .header("Origin", "http://evil.example"))
                .status(),
            "foreign origin: " + route);
      }
    }
    assertEquals(200, web.send("GET", "/session", login, null).status());
  }

  @Test
  void anotherSitesFormIsNoRequestOfOurs() throws Exception {
    RunningWeb.Login login = web.login("admin");
    for (String media : List.of("text/plain", "application/x-www-form-urlencoded")) {
      assertEquals(
          415,
          web.call(
                  web.request("POST", RunningWeb.API + "/users", "{}")
                      .setHeader("Content-Type", media)
                      .header("Cookie", login.cookie())
                      .header("X-VTL-CSRF", login.csrf())
                      .header("Origin", web.origin))
              .status());
    }
  }

  @Test
  void aNameThatOthersOwnIsRefusedEverywhere() throws Exception {
    for (String path :
        List.of(RunningWeb.API + "/links", "/vtl/login", "/system/console/bundles", "/metrics")) {
      for (String host : List.of("evil.example", "localhost.evil.example:80", "")) {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        assertFalse(answer.startsWith("HTTP/1.1 2") || answer.contains("Location"), answer);
      }
    }
  }

  /** Says it over a socket, word for word; returns the answer's beginning. */
  private static String raw(String head) throws Exception {
    URI uri = URI.create(web.origin);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  @Test
  void aSessionCannotBePlanted() throws Exception {
    RunningWeb.Login before = web.login("viewer");
    RunningWeb.Reply reply =
        web.call(
            web.request(
                    "POST",
                    RunningWeb.API + "/session",
                    "{\"user\":\"admin\",\"password\":\"" + RunningWeb.PASSWORD + "\"}")
                .header("Origin", web.origin)
                .header("Cookie", before.cookie()));
    assertEquals(200, reply.status());
    assertNotEquals(before.cookie(), RunningWeb.cookie(reply));
    assertEquals(401, web.send("GET", "/session", before, null).status());
    String header = reply.header("set-cookie");
    assertTrue(header.contains("HttpOnly") && header.contains("SameSite=Strict"), header);
    assertEquals(
        401,
        web.call(
                web.request("GET", RunningWeb.API + "/session", null)
                    .header("Cookie", "vtl-session=planted"))
            .status());
  }

  @Test
  void whoIsRemovedOrDemotedIsOutAtOnce() throws Exception {
    RunningWeb.expect(
        201,
        web.as(
            "admin",
            "POST",
            "/users",
            "{\"name\":\"guest\",\"role\":\"operator\",\"password\":\""
                + RunningWeb.PASSWORD
                + "\"}"));
    RunningWeb.Login login = web.login("guest");
    assertEquals(200, web.send("GET", "/links", login, null).status());
    web.as("admin", "PATCH", "/users/guest", "{\"role\":\"viewer\"}");
    assertEquals(401, web.send("GET", "/links", login, null).status());
    login = web.login("guest");
    assertEquals(204, web.as("admin", "DELETE", "/users/guest", null).status());
    assertEquals(401, web.send("GET", "/links", login, null).status());
  }

  @Test
  void noPathLeadsOut() throws Exception {
    String secret = Files.readString(web.etc.resolve("web.users")).substring(0, 40);
    for (String path :
        List.of(
            "/vtl/login/../../etc/web.users",
            "/vtl/login/..%2f..%2fetc%2fweb.users",
            "/vtl/login/%2e%2e/%2e%2e/etc/web.users",
            "/vtl/login/web.users",
            RunningWeb.API + "/capture-files/..%2f..%2fetc%2fweb.users",
            RunningWeb.API + "/capture-files/%2e%2e%2f%2e%2e%2fetc%2fweb.users",
            RunningWeb.API + "/capture-files/..\\..\\etc\\web.users",
            RunningWeb.API + "/configurations/..%2fweb.users",
            RunningWeb.API + "/plan?source=../../etc/web.users",
            RunningWeb.API + "/plan?source=file:/etc/passwd",
            RunningWeb.API + "/plan?source=other.jar",
            RunningWeb.API + "/plan?source=http://127.0.0.1:1/x.jar",
            "/vtl/../etc/web.users",
            "//etc/passwd")) {
      String answer =
          raw(
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + web.tokens.get("admin")
                  + "\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 4"), path + ": " + answer);
      assertFalse(answer.contains(secret) || answer.contains("root:"), answer);
    }
  }

  @Test
  void whatIsNoBundleIsNotTaken() throws Exception {
    String before = web.as("admin", "GET", "/packages", null).body();
    for (byte[] jar :
        List.of(
            "no jar at all".getBytes(StandardCharsets.UTF_8),
            new byte[0],
            zip("hello.txt", 5),
            zip("META-INF/MANIFEST.MF", 0),
            zip("bomb", 600_000_000))) {
      RunningWeb.Reply reply = upload(jar);
      assertTrue(
          reply.status() == 400 || reply.status() == 201 && !problems(reply).isEmpty(),
          reply.toString());
      assertFalse(reply.body().contains(folder.toString()), reply.body());
    }
    assertEquals(before, web.as("admin", "GET", "/packages", null).body());
  }

  private static String problems(RunningWeb.Reply reply) {
    List<?> problems = (List<?>) ((Map<?, ?>) reply.object().get("plan")).get("problems");
    return problems.isEmpty() ? "" : problems.toString();
  }

  private static RunningWeb.Reply upload(byte[] bytes) throws Exception {
    return web.call(
        HttpRequest.newBuilder(URI.create(web.origin + RunningWeb.API + "/uploads"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .header("Content-Type", "application/java-archive")
            .header("Authorization", "Bearer " + web.tokens.get("admin")));
  }

  private static byte[] zip(String name, int zeros) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      byte[] block = new byte[1_000_000];
      for (int left = zeros; left > 0; left -= block.length) {
        zip.write(block, 0, Math.min(left, block.length));
      }
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    assertEquals(
        413,
        web.call(
                HttpRequest.newBuilder(URI.create(web.origin + RunningWeb.API + "/uploads"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[66 << 20]))
                    .expectContinue(true)
                    .header("Content-Type", "application/java-archive")
                    .header("Authorization", "Bearer " + web.tokens.get("admin")))
            .status());
    assertEquals(
        413,
        web.as("admin", "POST", "/users", "{\"name\":\"" + "x".repeat(1 << 20) + "\"}").status());
  }

  @Test
  void whoIsNotLoggedInSaysLittle() throws Exception {
    String login = "{\"token\":\"" + "x".repeat(4 << 10) + "\"}";
    HttpRequest.Builder request =
        web.request("POST", RunningWeb.API + "/session", login).header("Origin", web.origin);
    assertEquals(413, web.call(request).status());
  }

  @Test
  void whoSaysNothingHoldsNobodyUp() throws Exception {
    URI address = URI.create(web.origin);
    String begun =
        "POST %s/session HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
            .formatted(RunningWeb.API, address.getAuthority(), web.origin);
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 250; i++) {
        Socket socket = new Socket(address.getHost(), address.getPort());
        silent.add(socket);
        socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
      }
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/vtl/login"))
              .timeout(Duration.ofSeconds(20))
              .build();
      try (HttpClient client = HttpClient.newHttpClient()) {
        assertEquals(200, client.send(request, BodyHandlers.discarding()).statusCode());
      }
    } finally {
      for (Socket socket : silent) {
        socket.setSoLinger(true, 0);
        socket.close(); // by a reset
      }
    }
    Path log = web.data.resolve("log/vtl.log");
    assertFalse(Files.readString(log).contains("Exception while processing request"));
  }

  @Test
  void theFelixConsoleIsForAdministrators() throws Exception {
    String bundles = "/system/console/bundles";
    RunningWeb.Reply nobody = web.call(web.request("GET", bundles, null));
    assertEquals(302, nobody.status());
    assertTrue(nobody.header("location").endsWith("/vtl/login"), nobody.toString());
    for (String basic : List.of("YWRtaW46YWRtaW4=", "YWRtaW46Y29ycmVjdCBob3JzZQ==")) {
      assertNotEquals(
          200,
          web.call(web.request("GET", bundles, null).header("Authorization", "Basic " + basic))
              .status());
    }
    assertEquals(403, console("GET", bundles, web.login("viewer"), web.origin));
    assertEquals(403, console("GET", bundles, web.login("operator"), web.origin));
    assertEquals(403, console("GET", "/system/console/vtl-x/../bundles", web.login("viewer"), ""));
    RunningWeb.Login admin = web.login("admin");
    assertEquals(200, console("GET", bundles, admin, web.origin));
    assertEquals(403, console("POST", bundles + "/org.vtl.web", admin, "http://evil.example"));
    assertEquals(403, console("POST", bundles + "/org.vtl.web", admin, ""));
  }

  @Test
  void pagesTakeALoginAndRunNothingButFiles() throws Exception {
    RunningWeb.Login viewer = web.login("viewer");
    for (String name : List.of("overview", "pipeline", "connections", "configuration")) {
      String path = "/system/console/vtl-" + name;
      assertEquals(302, web.call(web.request("GET", path, null)).status());
      RunningWeb.Reply page =
          web.call(web.request("GET", path, null).header("Cookie", viewer.cookie()));
      assertEquals(200, page.status(), path);
      assertTrue(page.body().contains("/vtl/pages/" + name + ".js"), page.body());
      assertTrue(page.body().contains("<a href=\"vtl-overview\""), page.body());
      String policy = page.header("content-security-policy");
      assertTrue(policy.contains("script-src 'self';"), policy);
      assertTrue(policy.contains("require-trusted-types-for 'script'"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      assertFalse(page.body().matches("(?s).*(<script>|<style| style=| on[a-z]+=).*"), path);
    }
    RunningWeb.Reply library = web.call(web.request("GET", "/vtl/pages/vtl.js", null));
    assertEquals(200, library.status());
    assertTrue(library.header("content-type").startsWith("text/javascript"), library.toString());
    assertEquals(404, web.call(web.request("GET", "/vtl/pages/frame.html", null)).status());
  }

  private static int console(String method, String path, RunningWeb.Login login, String origin)
      throws Exception {
    HttpRequest.Builder request = web.request(method, path, null).header("Cookie", login.cookie());
    if (!origin.isEmpty()) {
      request.header("Origin", origin);
    }
    int status = web.call(request).status();
    // Jetty refuses paths that can be read in two ways before anybody looks at them.
    return status == 400 && path.contains("..") ? 403 : status;
  }
}
