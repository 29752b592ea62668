package org.vtl.deploy.internal.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.runtime.Installer;

class DeployFolderTest extends InstallerFixture {
  private DeployFolder deploy;

  @BeforeEach
  void open(@org.junit.jupiter.api.io.TempDir Path unused) {
    deploy = new DeployFolder(home.deploy(), installer);
  }

  private void settle() {
    deploy.poll();
    deploy.poll();
  }

  private void put(TestBundle bundle, String file) throws IOException {
    bundle.write(home.deploy().resolve(file));
    settle();
  }

  private void remove(String file) throws IOException {
    Files.delete(home.deploy().resolve(file));
    settle();
  }

  private List<String> failures() {
    return installer.installed().stream()
        .filter(item -> item.state().equals("FAILED"))
        .map(Installer.Installed::reason)
        .toList();
  }

  @Test
  void aJarComesChangesAndGoesWithItsFile() throws Exception {
    put(service("a", "1.0.0"), "a.jar");
    assertRuns("a", "1.0.0");
    assertEquals(
        List.of(new Installer.Installed("a", "1.0.0", "deploy/a.jar", "ACTIVE", "")),
        installer.installed());
    put(service("a", "1.1.0"), "a.jar");
    assertRuns("a", "1.1.0");
    remove("a.jar");
    assertRuns("a", "");
    assertEquals(List.of(), installer.installed());
  }

  @Test
  void aCopyUnderWayIsNotTouched() throws Exception {
    byte[] whole = service("a", "1.0.0").entry("x", new byte[5000]).bytes();
    for (int length = 1; length < whole.length; length += whole.length / 5) {
      Files.write(home.deploy().resolve("a.jar"), Arrays.copyOf(whole, length));
      deploy.poll();
    }
    Files.write(home.deploy().resolve("a.jar"), whole);
    deploy.poll();
    assertEquals(List.of(), installer.installed());
    deploy.poll();
    assertRuns("a", "1.0.0");
  }

  @Test
  void aBadNewVersionLeavesTheOldOneAndIsTriedAgainWhenItChanges() throws Exception {
    put(service("a", "1.0.0"), "a.jar");
    put(failing("a", "2.0.0"), "a.jar");
    assertRuns("a", "1.0.0");
    assertEquals(
        List.of(
            "deploy/a.jar: a 2.0.0 does not start: its component a.Fails fails:"
                + " java.lang.IllegalStateException: the disk is full; a 1.0.0 keeps running."),
        failures());
    Files.writeString(home.deploy().resolve("a.jar"), "half");
    settle();
    assertRuns("a", "1.0.0");
    assertTrue(
        failures().getFirst().startsWith("deploy/a.jar is not a whole jar"), failures()::toString);
    put(service("a", "2.0.0"), "a.jar");
    assertRuns("a", "2.0.0");
    assertEquals(List.of(), failures());
  }

  @Test
  void twoFilesOfOneNameAreSaidAndTheSecondComesInWhenTheFirstGoes() throws Exception {
    put(service("a", "1.0.0"), "a-1.0.jar");
    put(service("a", "1.1.0"), "a-1.1.jar");
    assertRuns("a", "1.0.0");
    assertEquals(
        List.of(
            "deploy/a-1.1.jar has the same name, a, as deploy/a-1.0.jar, which stays; remove one"
                + " of the two files."),
        failures());
    remove("a-1.0.jar");
    assertRuns("a", "1.1.0");
    assertEquals(List.of(), failures());
    remove("a-1.1.jar");
    assertRuns("a", "");
  }

  @Test
  void aFileThatTakesThePlaceOfAnotherIsAnUpdateWithoutAGap() throws Exception {
    put(service("a", "1.0.0"), "a-1.0.jar");
    int[] fewest = {1, 1};
    framework
        .context()
        .addServiceListener(
            event -> {
              fewest[1] +=
                  switch (event.getType()) {
                    case org.osgi.framework.ServiceEvent.REGISTERED -> 1;
                    case org.osgi.framework.ServiceEvent.UNREGISTERING -> -1;
                    default -> 0;
                  };
              fewest[0] = Math.min(fewest[0], fewest[1]);
            },
            "(made=*)");
    Files.delete(home.deploy().resolve("a-1.0.jar"));
    put(service("a", "1.1.0"), "a-1.1.jar");
    assertRuns("a", "1.1.0");
    assertEquals(1, fewest[0]);
  }

  @Test
  void theNameOfABundleOfTheDistributionIsRefused() throws Exception {
    system(service("core", "1.0.0"), "1.0.0");
    framework
        .context()
        .installBundle(home.system().resolve("test/core/1.0.0/core-1.0.0.jar").toUri().toString())
        .start();
    put(service("core", "9.0.0"), "core.jar");
    assertRuns("core", "1.0.0");
    assertEquals(
        List.of(
            "deploy/core.jar has the symbolic name of core 1.0.0, which belongs to VTL itself and"
                + " stays; rename the bundle, or install it by command if it is a newer version of"
                + " a service."),
        failures());
  }

  @Test
  void whatWasInstalledByCommandAndByFileDoNotMix() throws Exception {
    install(service("a", "1.0.0"));
    put(service("a", "1.1.0"), "a.jar");
    assertTrue(
        failures().getFirst().startsWith("deploy/a.jar has the name a, which was installed from "),
        failures()::toString);
    put(service("b", "1.0.0"), "b.jar");
    assertEquals(
        "b comes from deploy/b.jar; replace or remove that file instead.",
        refusal(service("b", "1.1.0")));
    assertEquals(
        "b comes from deploy/b.jar; remove that file instead.",
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalStateException.class, () -> installer.uninstall("b", p -> {}))
            .getMessage());
  }

  @Test
  void bundlesThatNeedEachOtherComeInAnyOrder() throws Exception {
    put(service("a", "1.0.0").header("Import-Package", "zed"), "a.jar");
    assertEquals(
        List.of(
            "deploy/a.jar: a 1.0.0 needs package zed, which no bundle provides; install one that"
                + " does."),
        failures());
    put(new TestBundle("z", "1.0.0").header("Export-Package", "zed").entry("zed/x", ""), "z.jar");
    assertRuns("a", "1.0.0");
    assertEquals(List.of(), failures());
    Files.delete(home.deploy().resolve("a.jar"));
    Files.delete(home.deploy().resolve("z.jar"));
    settle();
    assertRuns("a", "");
    assertRuns("z", "");
  }

  @Test
  void aFileThatHoldsAnotherBundleNowTakesTheFormerAway() throws Exception {
    put(service("a", "1.0.0"), "x.jar");
    put(service("b", "1.0.0"), "x.jar");
    assertRuns("a", "");
    assertRuns("b", "1.0.0");
  }

  @Test
  void featuresLinksAndOddFiles() throws Exception {
    system(service("f", "1.0.0"), "1.0.0");
    Files.writeString(
        home.deploy().resolve("mine.json"),
        "{ \"id\": \"test:mine:1.0.0\", \"bundles\": [ { \"id\": \"test:f:1.0.0\" } ] }");
    Files.createSymbolicLink(
        home.deploy().resolve("linked.jar"), jar(service("linked", "1.0.0"), "linked.jar"));
    Files.createSymbolicLink(home.deploy().resolve("nowhere.jar"), folder.resolve("missing"));
    Files.createDirectory(home.deploy().resolve("folder.jar"));
    Files.writeString(home.deploy().resolve("README.txt"), "x");
    Files.writeString(home.deploy().resolve(".hidden.jar"), "x");
    settle();
    assertRuns("f", "1.0.0");
    assertRuns("linked", "1.0.0");
    assertEquals(List.of("deploy/nowhere.jar is no file; look for its name."), failures());
    remove("mine.json");
    assertRuns("f", "");
  }

  @Test
  void aMissingFolderIsMadeAndOneThatGoesTakesItsBundlesAlong() throws Exception {
    Files.delete(home.deploy());
    settle();
    assertTrue(Files.isDirectory(home.deploy()));
    put(service("a", "1.0.0"), "a.jar");
    Path moved = home.deploy().resolveSibling("moved");
    Files.move(home.deploy(), moved, StandardCopyOption.ATOMIC_MOVE);
    settle();
    assertRuns("a", "");
  }

  @Test
  void hundredsOfFilesComeAndGo() throws Exception {
    for (int i = 0; i < 200; i++) {
      service("bulk" + i, "1.0.0").write(home.deploy().resolve("bulk" + i + ".jar"));
    }
    settle();
    assertEquals(200, made().size());
    assertEquals(List.of(), failures());
    for (int i = 0; i < 200; i++) {
      Files.delete(home.deploy().resolve("bulk" + i + ".jar"));
    }
    settle();
    assertEquals(0, made().size());
  }
}
