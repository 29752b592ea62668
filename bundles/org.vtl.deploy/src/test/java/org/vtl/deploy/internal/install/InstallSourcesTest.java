package org.vtl.deploy.internal.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.deploy.internal.Home;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.runtime.Installer;

/** Where bundles come from: files, the repository, servers, features. */
class InstallSourcesTest extends InstallerFixture {
  @Test
  void anUpdateComesFromWhereItWasInstalled() throws Exception {
    install(service("a", "1.0.0"));
    jar(service("a", "1.2.0"), "a.jar");
    installer.update("a", "", p -> {});
    assertRuns("a", "1.2.0");
    assertTrue(
        assertThrows(
                IllegalStateException.class,
                () ->
                    installer.update("a", jar(service("b", "1.0.0"), "b.jar").toString(), p -> {}))
            .getMessage()
            .endsWith("b.jar holds b and not a; name the right source, or install it."));
  }

  @Test
  void theNewestVersionInTheRepositoryIsTaken() throws Exception {
    for (String version : List.of("1.9.0", "1.10.0", "1.2.0")) {
      system(service("a", version), version);
    }
    installer.install("test:a", p -> {});
    assertRuns("a", "1.10.0");
    installer.install("test:a:1.2.0", p -> {});
    assertRuns("a", "1.2.0");
    assertEquals(
        "test:b asked for by system/ is not in system/; put its jar there, laid out as in a Maven"
            + " repository.",
        assertThrows(IllegalStateException.class, () -> installer.install("test:b", p -> {}))
            .getMessage());
  }

  @Test
  void aJarIsFetchedByHttp() throws Exception {
    byte[] jar = service("a", "1.0.0").bytes();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/a.jar",
        exchange -> {
          exchange.sendResponseHeaders(200, jar.length);
          exchange.getResponseBody().write(jar);
          exchange.close();
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      installer.install(base + "/a.jar", p -> {});
      assertRuns("a", "1.0.0");
      assertTrue(
          assertThrows(
                  IllegalStateException.class, () -> installer.install(base + "/b.jar", p -> {}))
              .getMessage()
              .endsWith(
                  "/b.jar cannot be fetched (java.io.IOException: the server answers 404);"
                      + " look at the address."));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void featuresShareBundlesAndTakeTheirConfigurationsAlong() throws Exception {
    system(
        new TestBundle("lib", "1.0.0").header("Export-Package", "lib").entry("lib/x", ""), "1.0.0");
    for (String name : List.of("one", "two")) {
      system(service(name, "1.0.0").header("Import-Package", "lib"), "1.0.0");
      Files.writeString(
          home.features().resolve(name + ".json"),
          """
          // a feature
          { "id": "test:%s:1.0.0", "description": "Does it.",
            "bundles": [ { "id": "test:lib:1.0.0" }, { "id": "test:%s:1.0.0" } ],
            "configurations": { "test.%s": { "rate:Integer": 5 } } }
          """
              .formatted(name, name, name));
    }
    configurations.set("test.two", Map.of("rate", 7));
    installer.install("one", p -> {});
    installer.install("two", p -> {});
    assertRuns("lib", "1.0.0");
    assertRuns("two", "1.0.0");
    assertTrue(Files.exists(home.etc().resolve("test.one.cfg.json")));
    assertEquals(
        7,
        configurations.list().stream()
            .filter(entry -> entry.pid().equals("test.two"))
            .findFirst()
            .orElseThrow()
            .values()
            .get("rate"));
    assertEquals(
        List.of(
            new Installer.Feature(
                "one", "Does it.", true, List.of("test:lib:1.0.0", "test:one:1.0.0")),
            new Installer.Feature(
                "two", "Does it.", true, List.of("test:lib:1.0.0", "test:two:1.0.0"))),
        installer.features());
    installer.uninstall("one", p -> {});
    assertRuns("one", "");
    assertRuns("lib", "1.0.0");
    assertRuns("two", "1.0.0");
    assertFalse(Files.exists(home.etc().resolve("test.one.cfg.json")));
    installer.uninstall("two", p -> {});
    assertRuns("lib", "");
    assertTrue(Files.exists(home.etc().resolve("test.two.cfg.json")));
  }

  @Test
  void aFeatureThatVtlStartedWithStaysItsOwn() throws Exception {
    system(service("one", "1.0.0"), "1.0.0");
    Files.writeString(
        home.features().resolve("one.json"),
        """
        { "id": "test:one:1.0.0", "bundles": [ { "id": "test:one:1.0.0" } ] }
        """);
    Path jar = home.system().resolve("test/one/1.0.0/one-1.0.0.jar");
    framework.context().installBundle(jar.toUri().toString()).start();
    home =
        new Home(
            home.etc(), home.data(), home.deploy(), home.features(), home.system(), List.of("one"));
    installer = open();
    assertEquals("one 1.0.0 is there already.", installer.install("one", p -> {}).message());
    assertEquals(List.of(), installer.installed());
    install(service("used", "1.0.0").header("Export-Package", "used").entry("used/x", ""));
    install(service("user", "1.0.0").header("Import-Package", "used"));
    assertEquals(
        "one 1.0.0 belongs to VTL itself and stays while it runs; take its feature out of"
            + " etc/vtl.properties to start without it.",
        installer.refusal("one"));
    assertEquals("used 1.0.0 is used by user 1.0.0; remove that first.", installer.refusal("used"));
    for (String stays : List.of("one", "used", "none")) {
      assertEquals(
          installer.refusal(stays),
          assertThrows(IllegalStateException.class, () -> installer.uninstall(stays, p -> {}))
              .getMessage());
    }
    for (String goes : List.of("user", "used")) {
      assertEquals("", installer.refusal(goes));
      installer.uninstall(goes, p -> {});
    }
    assertEquals(
        "There is no feature or file \"oen\"; did you mean the feature \"one\"?",
        assertThrows(IllegalStateException.class, () -> installer.install("oen", p -> {}))
            .getMessage());
  }

  @Test
  void aFeatureThatFailsHalfWayLeavesNothingBehind() throws Exception {
    system(service("good", "1.0.0"), "1.0.0");
    system(failing("bad", "1.0.0"), "1.0.0");
    Files.writeString(
        home.features().resolve("both.json"),
        """
        { "id": "test:both:1.0.0", "bundles": [ { "id": "test:good:1.0.0" }, "test:bad:1.0.0" ],
          "configurations": { "test.both": { "rate": 5 } } }
        """);
    String message =
        assertThrows(IllegalStateException.class, () -> installer.install("both", p -> {}))
            .getMessage();
    assertTrue(message.startsWith("bad 1.0.0 does not start"), message);
    assertRuns("good", "");
    assertRuns("bad", "");
    assertFalse(Files.exists(home.etc().resolve("test.both.cfg.json")));
    assertEquals(List.of(), installer.installed());
    Files.writeString(
        home.features().resolve("both.json"),
        "{ \"id\": \"test:both:1.0.0\", \"bundles\": [ { \"id\": \"test:none:1.0.0\" } ] }");
    assertEquals(
        "test:none:1.0.0 asked for by feature both is not in system/; put its jar there, laid out"
            + " as in a Maven repository.",
        assertThrows(IllegalStateException.class, () -> installer.install("both", p -> {}))
            .getMessage());
  }
}
