package org.vtl.deploy.internal.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.deploy.internal.TestFramework;
import org.vtl.deploy.internal.install.bundles.FailingActivator;
import org.vtl.deploy.internal.install.bundles.Hangs;
import org.vtl.deploy.internal.install.bundles.Works;

/** Bundles that are refused or fail: what runs goes on, and the user is told why. */
class InstallRefusalTest extends InstallerFixture {
  @Test
  void aBadNewVersionLeavesTheOldOneUntouched() throws Exception {
    install(service("a", "1.0.0"));
    Bundle before = bundle("a").orElseThrow();
    AtomicInteger touched = new AtomicInteger();
    framework
        .context()
        .addBundleListener(
            event -> {
              if (event.getBundle().equals(before)) {
                touched.incrementAndGet();
              }
            });
    assertEquals(
        "a 2.0.0 does not start: its component a.Fails fails: java.lang.IllegalStateException: the"
            + " disk is full; a 1.0.0 keeps running.",
        refusal(failing("a", "2.0.0")));
    assertEquals(
        "a 2.0.0 does not start: no such device",
        refusal(
            new TestBundle("a", "2.0.0")
                .header("Bundle-Activator", FailingActivator.class.getName())
                .header("Import-Package", "org.osgi.framework")
                .type(FailingActivator.class)));
    assertEquals(
        "a 2.0.0 needs package no.such from 1.0.0 below 2.0.0, which no bundle provides; install"
            + " one that does.",
        refusal(service("a", "2.0.0").header("Import-Package", "no.such;version=\"[1.0,2)\"")));
    assertEquals(
        "a 2.0.0 needs API 2 (org.vtl.service from 2.0.0 below 3.0.0), and this VTL has 1.0.0; use"
            + " a version of it made for that, or another VTL.",
        refusal(
            service("a", "2.0.0").header("Import-Package", "org.vtl.service;version=\"[2.0,3)\"")));
    assertEquals(
        "a 2.0.0 needs JavaSE 99, and this is Java "
            + Runtime.version().feature()
            + "; start VTL with that Java, or use another version of the bundle.",
        refusal(
            service("a", "2.0.0")
                .header(
                    "Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"")));
    assertEquals(
        "a 2.0.0 does not start: its component a.Works waits for java.lang.Comparable; a 1.0.0"
            + " keeps running.",
        refusal(
            new TestBundle("a", "2.0.0")
                .component(
                    Works.class,
                    "",
                    "<reference name=\"x\" interface=\"java.lang.Comparable\"/>")));
    assertEquals(before, bundle("a").orElseThrow());
    assertRuns("a", "1.0.0");
    assertEquals(List.of("1.0.0"), made());
    assertEquals(0, touched.get());
  }

  @Test
  void aBundleThatHangsIsLeftBehindAndTheOldOneRunsOn() throws Exception {
    install(service("a", "1.0.0"));
    installer.close();
    installer =
        new BundleInstaller(
            context,
            framework.service(ServiceComponentRuntime.class),
            configurations,
            home,
            Duration.ofMillis(50));
    System.clearProperty("org.vtl.deploy.test.ready");
    try {
      assertEquals(
          "b 2.0.0 does not return from its start within 0 s; correct it, and restart VTL to be rid"
              + " of the thread that hangs.",
          refusal(
              new TestBundle("b", "2.0.0")
                  .component(
                      Hangs.class,
                      "immediate=\"true\"",
                      "<service><provide interface=\"java.lang.Runnable\"/></service>")));
      assertRuns("a", "1.0.0");
    } finally {
      System.setProperty("org.vtl.deploy.test.ready", "true");
    }
    TestFramework.await("it has removed itself", () -> bundle("b").isEmpty());
    System.clearProperty("org.vtl.deploy.test.ready");
  }

  @Test
  void aNewVersionThatTheEngineRefusesLeavesTheOldOneRunning() throws Exception {
    engine();
    install(service("a", "1.0.0"));
    String refusal =
        "a %s does not start: Service a asks for the protocol \"none\"; vtl.protocols knows TCP;"
            + " a 1.0.0 keeps running.";
    assertEquals(refusal.formatted("2.0.0"), refusal(refused("a", "2.0.0")));
    assertEquals(
        refusal.formatted("1.0.0"), refusal(refused("a", "1.0.0").entry("x", "another build")));
    assertRuns("a", "1.0.0");
    assertEquals(List.of("1.0.0"), made());
    String singleton = "s;singleton:=true";
    install(service("s", "1.0.0").header("Bundle-SymbolicName", singleton));
    assertTrue(
        refusal(refused("s", "2.0.0").header("Bundle-SymbolicName", singleton))
            .startsWith("s 2.0.0 does not start: Service s asks for"));
    assertRuns("s", "1.0.0");
    assertEquals(List.of("1.0.0", "1.0.0"), made());
  }

  @Test
  void aRefusedServiceCanBeReplacedByOneThatIsNoWorse() throws Exception {
    engine();
    install(refused("a", "1.0.0"));
    install(refused("a", "1.0.1"));
    assertRuns("a", "1.0.1");
    install(service("a", "1.0.1"));
    assertEquals(List.of("1.0.1"), made());
  }

  @Test
  void aNewBundleThatFailsLeavesNothingBehind() throws Exception {
    assertTrue(refusal(failing("a", "1.0.0")).endsWith("the disk is full; it is removed again."));
    assertRuns("a", "");
    assertEquals(List.of(), installer.installed());
    try (var files = Files.list(home.data().resolve("installed"))) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void whatIsNoBundleIsRefusedInOneSentence() throws Exception {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    byte[] whole = service("a", "1.0.0").bytes();
    Path half = Files.write(jars.resolve("half.jar"), java.util.Arrays.copyOf(whole, 600));
    assertTrue(
        message(half).matches(".*half.jar is not a whole jar \\(.*\\); copy it again."),
        message(half));
    for (int i = 0; i < whole.length; i += 7) {
      // Some bytes stand for nothing; whatever is read must be an answer.
      byte[] broken = whole.clone();
      broken[i] ^= 0x55;
      try {
        BundleJar.read(Files.write(jars.resolve("damaged.jar"), broken), "damaged.jar");
      } catch (Refused e) {
        assertTrue(e.getMessage().startsWith("damaged.jar"), e.getMessage());
      }
    }
    // Not compressed, so only the checksum can tell.
    byte[] stored = service("a", "1.0.0").entry("text", "the right words").bytes(0);
    int words = new String(stored, StandardCharsets.ISO_8859_1).indexOf("right words");
    stored[words] = 'l';
    Path damaged = Files.write(jars.resolve("damaged.jar"), stored);
    assertTrue(message(damaged).contains("the checksum of text is wrong"), message(damaged));
    assertEquals(
        jars.resolve("plain.jar")
            + " has no Bundle-SymbolicName in its manifest, so it is no bundle; build it with bnd.",
        message(jar(new TestBundle("p", "1").header("Bundle-SymbolicName", null), "plain.jar")));
    assertEquals(
        jars.resolve("v.jar")
            + " has the Bundle-Version \"one\", which is none; write it as 1.2.3.",
        message(jar(new TestBundle("p", "one"), "v.jar")));
    Path bomb = jar(new TestBundle("bomb", "1").entry("zeros", new byte[20 << 20]), "bomb.jar");
    assertTrue(message(bomb).endsWith("it is refused as a zip bomb."), message(bomb));
    assertEquals(
        "\"nowhere.jar\" is neither a file, a URL of http, https or file, a feature () nor"
            + " group:artifact[:version].",
        assertThrows(IllegalStateException.class, () -> installer.install("nowhere.jar", p -> {}))
            .getMessage());
    assertEquals("/nowhere.jar is no file; look for its name.", message(Path.of("/nowhere.jar")));
    assertEquals(List.of(), installer.installed());
  }

  private String message(Path jar) {
    return assertThrows(
            IllegalStateException.class, () -> installer.install(jar.toString(), p -> {}))
        .getMessage();
  }

  @Test
  void aBundleThatOthersUseIsNeitherReplacedNorRemoved() throws Exception {
    install(
        new TestBundle("lib", "1.0.0")
            .header("Export-Package", "lib;version=1.0")
            .type(Works.class)
            .entry("lib/x", ""));
    install(service("user", "1.0.0").header("Import-Package", "lib"));
    assertEquals(
        "user 1.0.0 would stop, because it uses what is replaced; remove it first, or install both"
            + " as one feature.",
        refusal(
            new TestBundle("lib", "1.1.0")
                .header("Export-Package", "lib;version=1.1")
                .entry("lib/x", "")));
    assertEquals(
        "lib 1.0.0 is used by user 1.0.0; remove that first.",
        assertThrows(IllegalStateException.class, () -> installer.uninstall("lib", p -> {}))
            .getMessage());
    assertRuns("lib", "1.0.0");
    assertRuns("user", "1.0.0");
  }

  @Test
  void aBundleOfTheDistributionIsReplacedOnlyIfItIsAService() throws Exception {
    String provides = "osgi.service;objectClass:List<String>=\"org.vtl.service.PacketService\"";
    system(service("core", "1.0.0"), "1.0.0");
    system(service("filter", "1.0.0").header("Provide-Capability", provides), "1.0.0");
    for (String name : List.of("core", "filter")) {
      Path jar = home.system().resolve("test/%s/1.0.0/%s-1.0.0.jar".formatted(name, name));
      framework.context().installBundle(jar.toUri().toString()).start();
    }
    assertEquals(
        "core 1.0.0 belongs to VTL itself and cannot be replaced while it runs; use a VTL of"
            + " another version.",
        refusal(service("core", "2.0.0")));
    install(service("filter", "1.1.0").header("Provide-Capability", provides));
    assertRuns("filter", "1.1.0");
    assertEquals(
        "core 1.0.0 belongs to VTL itself and stays while it runs; take its feature out of"
            + " etc/vtl.properties to start without it.",
        assertThrows(IllegalStateException.class, () -> installer.uninstall("core", p -> {}))
            .getMessage());
  }
}
