package org.vtl.service.tor.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.service.tor.internal.process.TorProcess.State;

/** A Tor of VTL's own: the system's program, which is kept from any network. */
@Timeout(60)
class TorProcessTest {
  @TempDir Path folder;

  static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/sbin/tor"))
        || Files.isExecutable(Path.of("/usr/bin/tor"));
  }

  @Test
  @EnabledIf("isInstalled")
  void itIsStartedWatchedStartedAgainAndEnded() throws Exception {
    long second;
    try (TorProcess tor = new TorProcess(plan("tor"), 0)) {
      await(() -> !tor.control().version().isEmpty());
      assertEquals(State.RUNNING, tor.state());
      assertEquals("", tor.complaint());
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())));
      long first = tor.pid();
      ProcessHandle.of(first).orElseThrow().destroyForcibly();
      await(() -> tor.pid() != 0 && tor.pid() != first && tor.control().bootstrap().percent() >= 0);
      second = tor.pid();
      assertNotEquals(first, second);
      assertTrue(tor.log(100).stream().anyMatch(line -> line.contains("Tor 0.")));
    }
    assertFalse(isAlive(second));
  }

  @Test
  @EnabledIf("isInstalled")
  void aSuccessorTakesTheRunningOneOver() throws Exception {
    TorProcess old = new TorProcess(plan("tor"), 0);
    await(() -> old.control().bootstrap().percent() >= 0);
    long pid = old.give();
    assertNotEquals(0, pid);
    assertEquals(0, old.give(), "once");
    TorProcess heir = new TorProcess(plan("tor"), pid);
    await(() -> heir.control().bootstrap().percent() >= 0);
    assertEquals(pid, heir.pid());
    old.close();
    heir.control().newIdentity();
    assertTrue(isAlive(pid), "it does not end with who gave it up");
    heir.close();
    assertFalse(isAlive(pid));
  }

  @Test
  @EnabledIf("isInstalled")
  void itEndsWhenTheControlConnectionThatOwnsItDoes() throws Exception {
    TorProcess tor = new TorProcess(plan("tor"), 0);
    await(() -> tor.control().bootstrap().percent() >= 0);
    ProcessHandle process = ProcessHandle.of(tor.pid()).orElseThrow();
    tor.control().close(); // as the kernel closes it for a VTL that was killed
    process.onExit().get(20, TimeUnit.SECONDS);
    tor.close();
  }

  @Test
  void aProgramThatIsMissingIsNamedWithTheRemedy() throws Exception {
    try (TorProcess tor = new TorProcess(plan("no-such-tor"), 0)) {
      await(() -> tor.state() == State.MISSING);
      assertEquals(
          "The program \"no-such-tor\" is not installed; install it (Debian: apt install tor), VTL"
              + " then starts it by itself.",
          tor.complaint());
    }
  }

  @Test
  void oneThatEndsSaysWhy() throws Exception {
    Path program = folder.resolve("program");
    Files.writeString(program, "#!/bin/sh\necho 'Nov 23 [err] The moon is full.'\nexit 3\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    try (TorProcess tor = new TorProcess(plan(program.toString()), 0)) {
      await(() -> tor.state() == State.ENDED);
      assertEquals(
          "Tor ended with status 3, saying \"The moon is full\"; VTL starts it again.",
          tor.complaint());
    }
  }

  @Test
  void aFolderThatTheUserCannotReachIsTold() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root gives rights up");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    String sentence =
        assertThrows(IOException.class, () -> TorFolder.make(folder(), "nobody")).getMessage();
    assertTrue(sentence.contains("does not let pass"), sentence);
    assertTrue(sentence.contains("tor.directory"), sentence);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    TorFolder.make(folder(), "nobody");
    assertEquals("nobody", Files.getOwner(folder().resolve("data")).getName());
    assertEquals("", TorFolder.user("nobody-at-all"));
    assertEquals("nobody", TorFolder.user("nobody"));
  }

  @Test
  void aFolderThatIsALinkIsRefused() throws IOException {
    Files.createSymbolicLink(folder(), Files.createDirectory(folder.resolve("elsewhere")));
    assertTrue(
        assertThrows(IOException.class, () -> TorFolder.make(folder(), ""))
            .getMessage()
            .contains("symbolic link"));
  }

  @Test
  void rootAmongNoOthersRunsTorAsItself() throws IOException {
    Path map = folder.resolve("uid_map");
    Files.writeString(map, "         0      65534          1\n");
    assertFalse(TorFolder.hasOtherUsers(map));
    Files.writeString(map, "         0          0 4294967295\n");
    assertTrue(TorFolder.hasOtherUsers(map));
    Files.writeString(map, "0 1000 1\n1 100000 65536\n");
    assertTrue(TorFolder.hasOtherUsers(map));
  }

  // ---- the rig ---------------------------------------------------------------------------------

  private Path folder() {
    return folder.resolve("tor");
  }

  private TorPlan plan(String program) {
    return new TorPlan(program, folder(), "", List.of("DisableNetwork 1"));
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** What another process does, and nothing tells of. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }
}
