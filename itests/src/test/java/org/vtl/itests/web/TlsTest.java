package org.vtl.itests.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A console that listens on all addresses of a network of its own, with and without TLS. */
@Timeout(120)
class TlsTest {
  private static final Path FOLDER = Path.of(System.getProperty("vtl.folder"));

  /** Of a documentation network (RFC 5737): not loopback, and nobody's. */
  private static final String ADDRESS = "192.0.2.1";

  private static final String PLAIN = "http://" + ADDRESS + ":8181";
  private static final String SECURE = "https://" + ADDRESS + ":8443";

  @TempDir static Path folder;
  private static Process process;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "--net", "true").start().waitFor() == 0,
        "A network of its own needs root.");
    Path etc = Files.createDirectory(folder.resolve("etc"));
    try (Stream<Path> files = Files.list(FOLDER.resolve("etc"))) {
      for (Path file : files.toList()) {
        Files.copy(file, etc.resolve(file.getFileName()));
      }
    }
    makeKeys(etc.resolve("web.p12"));
    Path properties = etc.resolve("vtl.properties");
    Files.writeString(
        properties,
        Files.readString(properties)
            + """

            org.apache.felix.http.host=0.0.0.0
            org.apache.felix.https.enable=true
            org.osgi.service.http.port.secure=8443
            org.apache.felix.https.keystore=${vtl.etc}/web.p12
            org.apache.felix.https.keystore.password=correct horse
            """
                .replaceAll("(?m)^ +", ""));
    process =
        new ProcessBuilder(
                "unshare",
                "--net",
                "sh",
                "-c",
                "ip link set lo up && ip address add " + ADDRESS + "/32 dev lo && exec \"$@\"",
                "sh",
                FOLDER.resolve("bin/vtl").toString(),
                "run",
                "--with",
                "web",
                "--config",
                etc.toString(),
                "--data",
                folder.resolve("data").toString())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    while (line != null && !line.contains("#token=")) {
      line = out.readLine();
    }
    assertTrue(line != null, () -> errors());
    token = line.substring(line.indexOf("#token=") + "#token=".length());
    while (curl("--cacert", folder.resolve("web.pem"), SECURE + "/health").status() != 0) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String errors() {
    try {
      return Files.readString(folder.resolve("errors"));
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  private static void makeKeys(Path store) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
    run(
        keytool,
        "-genkeypair",
        "-alias",
        "web",
        "-keyalg",
        "EC",
        "-validity",
        "2",
        "-dname",
        "CN=VTL",
        "-ext",
        "san=ip:" + ADDRESS,
        "-storetype",
        "PKCS12",
        "-storepass",
        "correct horse",
        "-keystore",
        store);
    run(
        keytool,
        "-exportcert",
        "-rfc",
        "-alias",
        "web",
        "-storepass",
        "correct horse",
        "-keystore",
        store,
        "-file",
        folder.resolve("web.pem"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (process != null) {
      process.toHandle().destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  /** What a program said, and its status. */
  private record Said(int status, String text) {}

  private static Said run(Object... words) throws Exception {
    Process program =
        new ProcessBuilder(Arrays.stream(words).map(Object::toString).toList())
            .redirectErrorStream(true)
            .start();
    program.getOutputStream().close();
    String text = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(program.waitFor(), text);
  }

  /** Headers and body of what VTL answers there. */
  private static Said curl(Object... words) throws Exception {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "nsenter",
                "--net=/proc/" + process.pid() + "/ns/net",
                "curl",
                "-s",
                "-i",
                "-m",
                "30"));
    all.addAll(List.of(words));
    return run(all.toArray());
  }

  private static Said secure(Object... words) throws Exception {
    List<Object> all = new ArrayList<>(List.of("--cacert", folder.resolve("web.pem")));
    all.addAll(List.of(words));
    return curl(all.toArray());
  }

  @Test
  void withoutTlsItAnswersOnLoopbackOnly() throws Exception {
    assertTrue(curl("http://127.0.0.1:8181/health").text().startsWith("HTTP/1.1 200 "));
    for (String path : List.of("/health", "/metrics", "/vtl/login", "/system/console/")) {
      Said refused = curl(PLAIN + path);
      assertTrue(refused.text().startsWith("HTTP/1.1 403 "), path + refused.text());
      assertTrue(refused.text().contains("docs/web.md"), refused.text());
    }
  }

  @Test
  void withTlsTheSessionIsBoundToTheHost() throws Exception {
    assertTrue(secure(SECURE + "/health").text().startsWith("HTTP/1.1 200 "));
    Said login =
        secure(
            "-H",
            "Origin: " + SECURE,
            "-H",
            "Content-Type: application/json",
            "-d",
            "{\"token\":\"" + token + "\"}",
            SECURE + "/vtl/api/v1/session");
    String answer = login.text();
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    String lower = answer.toLowerCase(Locale.ROOT);
    assertTrue(lower.contains("strict-transport-security: max-age="), answer);
    String cookie =
        answer
            .lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("set-cookie:"))
            .findFirst()
            .orElseThrow();
    assertTrue(cookie.contains(" __Host-vtl-session="), cookie);
    for (String word : List.of("; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/")) {
      assertTrue(cookie.contains(word), cookie);
    }
    assertTrue(
        secure(
                "-H",
                "Origin: " + PLAIN,
                "-H",
                "Content-Type: application/json",
                "-d",
                "{}",
                SECURE + "/vtl/api/v1/session")
            .text()
            .startsWith("HTTP/1.1 403 "),
        "a page without TLS is another site");
  }

  @Test
  void whatIsTooOldIsNotSpoken() throws Exception {
    assertNotEquals(0, secure("--tls-max", "1.1", SECURE + "/health").status());
    assertEquals(0, secure("--tlsv1.3", SECURE + "/health").status());
    assertNotEquals(0, curl(SECURE + "/health").status(), "who does not know the key, leaves");
  }
}
