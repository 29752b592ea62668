package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The promise: services are replaced, moved, installed and removed under load, and no packet is
 * lost, none duplicated, no connection reset, no call reaches a bundle that is gone, and every
 * class loader is collected. Real kernels at both ends, 200 replacements of three kinds, and 50
 * where the link has two workers.
 */
class HotSwapTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({"1, 110, 60, 30", "2, 30, 15, 5"})
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void manyReplacementsCostNothing(int workers, int updates, int priorities, int deployments)
      throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
    try (RunningLab lab = RunningLab.start(temporary);
        Prompt prompt = new Prompt(lab)) {
      if (workers > 1) {
        prompt.ask("vtl:config org.vtl.link~lab workers=" + workers);
        prompt.awaitWorkers(workers);
      }
      Path updated = temporary.resolve("updated.jar");
      Path deployed = lab.data().resolve("deploy/deployed.jar");
      ProbeBundle.write(updated, "updated", "1.0.0", 200);
      ProbeBundle.write(deployed, "deployed", "1.0.0", 300);
      prompt.ask("vtl:install " + updated + " --yes");
      prompt.awaitVersion("org.vtl.probe.deployed", "1.0.0");

      // What a slow machine loses while it still compiles is not what a replacement costs.
      lab.succeed("lab", "traffic", "udp", "--rate", "20000", "--seconds", "5");

      long start = System.nanoTime();
      int replaced = 0;
      List<String> tcp;
      List<String> udp;
      try (Load transfers = new Load(lab, "tcp", "--connections", "4", "--rate", "100");
          Load datagrams = new Load(lab, "udp", "--rate", "20000")) {
        transfers.awaitRunning(prompt, "tcp");
        datagrams.awaitRunning(prompt, "udp");
        for (int i = 1; i <= updates; i++) {
          ProbeBundle.write(updated, "updated", "1.0." + i, 200);
          prompt.ask("vtl:update org.vtl.probe.updated --yes");
          replaced++;
          // These kinds last: what a component activated anew, or the folder, still held would
          // show.
          if (i > updates - priorities) {
            prompt.ask("vtl:priority probe-updated " + (i % 2 == 0 ? 200 : 400));
            replaced++;
          }
          if (i > updates - deployments) {
            ProbeBundle.write(deployed, "deployed", "1.0." + i, 300);
            prompt.awaitVersion("org.vtl.probe.deployed", "1.0." + i);
            replaced++;
          }
        }
        prompt.awaitVersion("org.vtl.probe.updated", "1.0." + updates);
        tcp = transfers.finish();
        udp = datagrams.finish();
      }
      String probe = prompt.ask("probe:report");
      System.out.printf(
          "%d replacements in %.0f s: %d bytes over %d TCP connections, %d datagrams; %s%n",
          replaced,
          (System.nanoTime() - start) / 1e9,
          tcp.stream().mapToLong(report -> Load.value(report, "bytes")).sum(),
          tcp.size() * 4,
          udp.stream().mapToLong(report -> Load.value(report, "sent")).sum(),
          probe.strip());

      assertEquals(updates + priorities + deployments, replaced);
      for (String report : tcp) {
        assertEquals(4, Load.value(report, "intact"), report);
      }
      for (String report : udp) {
        assertEquals(0, Load.value(report, "lost"), report);
        assertEquals(0, Load.value(report, "duplicated"), report);
        assertEquals(0, Load.value(report, "corrupted"), report);
      }
      assertTrue(probe.contains(" stale=0 "), probe);
      assertTrue(probe.strip().endsWith(" alive=2"), probe);
      assertTrue(lab.log().lines().noneMatch(line -> line.contains(" ERROR ")), lab.log());
    }
  }
}
