package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab as a user starts it: real kernels on both sides of VTL. */
@Timeout(240)
class LabTest {
  private static final String VTL = Path.of(System.getProperty("vtl.folder"), "bin/vtl").toString();

  /** The lab's directory of its own is made here. */
  @TempDir Path temporary;

  @BeforeAll
  static void needsNamespaces() throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "--net", "true").start().waitFor() == 0,
        "The lab's tests make network namespaces, which needs root.");
  }

  /** Each claim of the tour is checked by the tour itself; its output says which did not hold. */
  @Test
  void everyClaimOfTheTourHolds() throws Exception {
    Process tour = start(List.of("lab", "--demo"));
    String said = String.join("\n", tour.inputReader().lines().toList());
    assertTrue(tour.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, tour.exitValue(), said);
    System.out.println(said.substring(said.lastIndexOf('\n') + 1));
    awaitNothingLeft();
  }

  @Test
  void shellReachesTheLabAndKillLeavesNothing() throws Exception {
    Process lab = start(List.of("lab", "--no-shell"));
    try (BufferedReader out = lab.inputReader()) {
      String line;
      do {
        line = out.readLine();
      } while (line != null && !line.contains(" runs with "));

      Process ping = start(List.of("shell", "lab", "ping", "--count", "3", "--json"));
      assertEquals("", String.join("\n", ping.errorReader().lines().toList()));
      assertTrue(ping.inputReader().readLine().contains("\"answered\":3"));
      assertEquals(0, ping.waitFor());

      Process program =
          start(List.of("shell", "lab", "exec", "net", "sh", "-c", "ip -br address; exit 7"));
      assertTrue(program.inputReader().lines().anyMatch(host -> host.contains("10.10.0.2/24")));
      assertEquals(7, program.waitFor());

      Process bundle = start(List.of("shell", "headers", "org.vtl.lab"));
      assertTrue(
          bundle.inputReader().lines().anyMatch(header -> header.contains("Bundle-Version")));
      assertEquals(0, bundle.waitFor());

      Process misuse = start(List.of("shell", "lab", "exec", "nobody", "true"));
      assertEquals(1, misuse.waitFor());
      assertEquals(
          "There is no host \"nobody\" in the lab; its hosts are vm and net.",
          misuse.errorReader().readLine());
    } finally {
      // The script has become the launcher: this is kill -9 of VTL itself.
      lab.destroyForcibly().waitFor();
    }
    awaitNothingLeft();
  }

  /** Prints what an idle VTL costs; a figure is no claim of a test. */
  @Test
  void saysWhatAnIdleLabCosts() throws Exception {
    try (RunningLab lab = RunningLab.start(temporary)) {
      TimeUnit.SECONDS.sleep(8); // until the compilers are done with the start
      long start = System.nanoTime();
      long before = lab.processorNanos();
      TimeUnit.SECONDS.sleep(10);
      double share = 100.0 * (lab.processorNanos() - before) / (System.nanoTime() - start);
      System.out.printf("An idle lab uses %.2f %% of a core.%n", share);
      assertTrue(share > 0, "it runs");
    }
  }

  private void awaitNothingLeft() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    List<Path> left;
    do {
      try (Stream<Path> files = Files.list(temporary)) {
        left = files.toList();
      }
      Thread.sleep(10);
    } while (!left.isEmpty() && System.nanoTime() < end);
    assertEquals(List.of(), left);
  }

  private Process start(List<String> words) throws Exception {
    List<String> command = new ArrayList<>(List.of(VTL));
    command.addAll(words);
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().put("TMPDIR", temporary.toString());
    return process.start();
  }
}
