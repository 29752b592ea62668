package org.vtl.itests.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vtl.text.Json;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonReader;

/**
 * A VTL with feature {@code web}, as a process of its own on a port that is free, and users of each
 * role.
 */
final class RunningWeb implements AutoCloseable {
  static final String API = "/vtl/api/v1";
  static final String PASSWORD = "correct horse";
  static final List<String> ROLES = List.of("viewer", "operator", "admin");

  private static final Path FOLDER = Path.of(System.getProperty("vtl.folder"));
  private static final Pattern FIRST = Pattern.compile(".*(http://[^/]*)/vtl/login#token=(.*)");

  final Path data;
  final Path etc;
  final String origin;
  final Map<String, String> tokens = new HashMap<>();
  private final Process process;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /** What came back. */
  record Reply(int status, String body, Map<String, List<String>> headers) {
    Object json() {
      try {
        return JsonReader.parse(body);
      } catch (JsonFault e) {
        throw new AssertionError(body, e);
      }
    }

    Map<?, ?> object() {
      return (Map<?, ?>) json();
    }

    List<?> list() {
      return (List<?>) json();
    }

    String header(String name) {
      return headers.getOrDefault(name, List.of("")).getFirst();
    }
  }

  /** A login of a browser. */
  record Login(String cookie, String csrf) {}

  private RunningWeb(Path folder) throws Exception {
    data = folder.resolve("data");
    etc = folder.resolve("etc");
    Files.createDirectories(etc);
    try (Stream<Path> files = Files.list(FOLDER.resolve("etc"))) {
      for (Path file : files.toList()) {
        Files.copy(file, etc.resolve(file.getFileName()));
      }
    }
    Path properties = etc.resolve("vtl.properties");
    Files.writeString(
        properties,
        Files.readString(properties).replaceAll("http.port=\\d+", "http.port=" + freePort()));
    process =
        new ProcessBuilder(
                FOLDER.resolve("bin/vtl").toString(),
                "run",
                "--with",
                "web",
                "--config",
                etc.toString(),
                "--data",
                data.toString())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    BufferedReader out = process.inputReader();
    List<String> said = new ArrayList<>();
    Matcher first;
    do {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError(said + "\n" + Files.readString(folder.resolve("errors")));
      }
      said.add(line);
      first = FIRST.matcher(line);
    } while (!first.matches());
    origin = first.group(1);
    Login login = login(Map.of("token", first.group(2)));
    for (String role : ROLES) {
      Map<String, String> user = Map.of("name", role, "role", role, "password", PASSWORD);
      expect(201, send("POST", "/users", login, Json.of(user)));
      Reply token = send("POST", "/users/" + role + "/tokens", login, "{\"name\":\"test\"}");
      tokens.put(role, expect(201, token).object().get("token").toString());
    }
  }

  private static int freePort() throws IOException {
    try (java.net.ServerSocket any = new java.net.ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  /** Starts it in {@code folder}, and makes a user of each role, named by it. */
  static RunningWeb start(Path folder) throws Exception {
    return new RunningWeb(folder);
  }

  static Reply expect(int status, Reply reply) {
    if (reply.status() != status) {
      throw new AssertionError(reply.toString());
    }
    return reply;
  }

  /** Logs a browser in. */
  Login login(Map<String, String> words) throws Exception {
    Reply reply =
        expect(
            200, call(request("POST", API + "/session", Json.of(words)).header("Origin", origin)));
    return new Login(cookie(reply), reply.object().get("csrf").toString());
  }

  static String cookie(Reply reply) {
    return reply.header("set-cookie").split(";")[0];
  }

  Login login(String user) throws Exception {
    return login(Map.of("user", user, "password", PASSWORD));
  }

  /** A request of nobody in particular; {@code body} may be null. */
  HttpRequest.Builder request(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    return body == null ? request : request.header("Content-Type", "application/json");
  }

  Reply call(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.body(), response.headers().map());
  }

  /** What a script of that role asks of the API. */
  Reply as(String role, String method, String path, String body) throws Exception {
    HttpRequest.Builder request = request(method, API + path, body);
    String token = tokens.get(role);
    return call(token == null ? request : request.header("Authorization", "Bearer " + token));
  }

  /** What a page in a browser asks of the API. */
  Reply send(String method, String path, Login login, String body) throws Exception {
    return call(
        request(method, API + path, body)
            .header("Origin", origin)
            .header("Cookie", login.cookie())
            .header("X-VTL-CSRF", login.csrf()));
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    process.toHandle().destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
