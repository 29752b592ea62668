package org.vtl.deploy.internal.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.wiring.BundleWiring;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.deploy.internal.TestFramework;
import org.vtl.deploy.internal.install.bundles.Fails;
import org.vtl.deploy.internal.install.bundles.Works;
import org.vtl.runtime.Installer;

/** Bundles that are installed, updated, removed, and there again after a restart. */
class BundleInstallerTest extends InstallerFixture {
  @Test
  void aJarIsInstalledAndStarted() throws Exception {
    Installer.Outcome outcome = install(service("a", "1.0.0"));
    assertEquals("a 1.0.0 is installed.", outcome.message());
    assertEquals(List.of("a 1.0.0"), outcome.bundles());
    assertRuns("a", "1.0.0");
    assertEquals(List.of("1.0.0"), made());
    Installer.Installed installed = installer.installed().getFirst();
    assertEquals("a", installed.name());
    assertEquals("ACTIVE", installed.state());
    assertEquals("a 1.0.0 is there already.", install(service("a", "1.0.0")).message());
  }

  @Test
  void whatIsThereForEachConfigurationIsNotMissedWhereThereIsNone() throws Exception {
    String each = "configuration-policy=\"require\"";
    assertEquals(
        "a 1.0.0 is installed.",
        install(service("a", "1.0.0").component(Fails.class, each, "")).message());
    assertEquals("ACTIVE", installer.installed().getFirst().state());
    assertEquals(
        "b 1.0.0 is installed; its component b.Works waits for configuration b.Works.",
        install(new TestBundle("b", "1.0.0").component(Works.class, each, "")).message());
  }

  @Test
  void aPlanTellsWhatWouldHappenAndChangesNothing() throws Exception {
    install(service("a", "1.0.0"));
    Installer.Plan plan = installer.plan(jar(service("a", "1.1.0"), "a2.jar").toString());
    assertEquals(List.of(), plan.install());
    assertEquals(List.of("a 1.0.0 > 1.1.0"), plan.update());
    assertEquals(List.of("a"), plan.start());
    assertEquals(List.of(), plan.refresh());
    assertEquals(List.of(), plan.problems());
    assertRuns("a", "1.0.0");
    Installer.Plan fresh = installer.plan(jar(service("b", "1.0.0"), "b.jar").toString());
    assertEquals(List.of("b 1.0.0"), fresh.install());
    assertRuns("b", "");
    assertEquals(
        List.of("c 1.0.0 needs package no.such, which no bundle provides; install one that does."),
        installer
            .plan(
                jar(service("c", "1.0.0").header("Import-Package", "no.such"), "c.jar").toString())
            .problems());
    assertThrows(IllegalArgumentException.class, () -> installer.plan("nothing of that name"));
  }

  @Test
  void aNewVersionRunsBeforeTheOldOneStops() throws Exception {
    install(service("a", "1.0.0"));
    AtomicInteger services = new AtomicInteger(1);
    AtomicInteger fewest = new AtomicInteger(1);
    framework
        .context()
        .addServiceListener(
            event -> {
              int now =
                  switch (event.getType()) {
                    case ServiceEvent.REGISTERED -> services.incrementAndGet();
                    case ServiceEvent.UNREGISTERING -> services.decrementAndGet();
                    default -> services.get();
                  };
              fewest.accumulateAndGet(now, Math::min);
            },
            "(made=*)");
    Installer.Outcome outcome = install(service("a", "1.1.0"));
    assertEquals("a is updated from 1.0.0 to 1.1.0.", outcome.message());
    assertRuns("a", "1.1.0");
    assertEquals(List.of("1.1.0"), made());
    assertEquals(1, fewest.get());
  }

  @Test
  void aNewBuildOfTheSameVersionReplacesTheOld() throws Exception {
    install(service("a", "1.0.0"));
    final long before = bundle("a").orElseThrow().getBundleId();
    assertEquals("a 1.0.0 is updated.", install(service("a", "1.0.0").entry("x", "new")).message());
    assertRuns("a", "1.0.0");
    assertNotEquals(before, bundle("a").orElseThrow().getBundleId());
    assertNotNull(bundle("a").orElseThrow().getEntry("x"));
  }

  @Test
  void aSingletonIsUpdatedInPlaceAndPutBackIfItFails() throws Exception {
    String singleton = "a;singleton:=true";
    install(service("a", "1.0.0").header("Bundle-SymbolicName", singleton));
    final long number = bundle("a").orElseThrow().getBundleId();
    install(service("a", "1.1.0").header("Bundle-SymbolicName", singleton));
    assertRuns("a", "1.1.0");
    assertEquals(number, bundle("a").orElseThrow().getBundleId());
    assertTrue(
        refusal(failing("a", "2.0.0").header("Bundle-SymbolicName", singleton))
            .startsWith("a 2.0.0 does not start: its component a.Fails fails"));
    assertRuns("a", "1.1.0");
    assertEquals(List.of("1.1.0"), made());
    assertEquals(number, bundle("a").orElseThrow().getBundleId());
  }

  @Test
  void whatWasInstalledIsThereAfterARestart() throws Exception {
    install(service("a", "1.0.0"));
    install(new TestBundle("z", "1.0.0").header("Export-Package", "zed").entry("zed/x", ""));
    install(service("needs", "1.0.0").header("Import-Package", "zed"));
    restart();
    assertRuns("a", "1.0.0");
    assertRuns("needs", "1.0.0");
    installer.uninstall("needs", p -> {});
    installer.uninstall("a", p -> {});
    restart();
    assertRuns("a", "");
    assertEquals(1, installer.installed().size());
  }

  private void restart() throws Exception {
    stop();
    start();
    installer.restore();
  }

  @Test
  void whatIsLostBetweenRunsIsSaidAndTheRestRuns() throws Exception {
    install(service("a", "1.0.0"));
    install(service("b", "1.0.0"));
    try (var files = Files.list(home.data().resolve("installed"))) {
      Files.delete(
          files.filter(f -> f.getFileName().toString().startsWith("a-")).findFirst().orElseThrow());
    }
    restart();
    assertRuns("b", "1.0.0");
    Installer.Installed lost =
        installer.installed().stream().filter(i -> i.name().equals("a")).findFirst().orElseThrow();
    assertEquals("FAILED", lost.state());
    assertTrue(lost.reason().startsWith("a 1.0.0 cannot be read"), lost.reason());
    install(service("a", "1.0.0"));
    assertEquals(
        List.of("ACTIVE", "ACTIVE"),
        installer.installed().stream().map(Installer.Installed::state).toList());
  }

  @Test
  void nothingOfAnOldVersionStaysInMemory() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      install(service("a", "1.0." + i));
      loaders.add(
          new WeakReference<>(
              bundle("a").orElseThrow().adapt(BundleWiring.class).getClassLoader()));
      if (i % 10 == 9) {
        installer.uninstall("a", p -> {});
      }
    }
    TestFramework.await(
        "the class loaders are collected",
        () -> {
          System.gc();
          return loaders.stream().allMatch(loader -> loader.refersTo(null));
        });
  }
}
