package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Wrong configuration files: each is answered in one sentence, and the other links go on. */
class ConfigurationFaultsTest {
  @TempDir Path temporary;

  /** A wrong file and what its sentence must name. */
  private record Fault(String file, String content, String... named) {}

  private static final List<Fault> FAULTS =
      List.of(
          new Fault(
              "org.vtl.link~unknown-key.cfg.json",
              "{\"vm.port\":\"packet:k1\",\"network.port\":\"packet:k2\",\"colour\":\"blue\"}",
              "etc/org.vtl.link~unknown-key.cfg.json",
              "colour"),
          new Fault(
              "org.vtl.link~no-interface.cfg.json",
              "{\"vm.port\":\"packet:nowhere1\",\"network.port\":\"packet:nowhere2\"}",
              "etc/org.vtl.link~no-interface.cfg.json",
              "vm.port",
              "nowhere1",
              "create it"),
          new Fault(
              "org.vtl.link~no-port.cfg.json",
              "{\"vm.port\":\"packet:p1\"}",
              "etc/org.vtl.link~no-port.cfg.json",
              "network.port"),
          new Fault(
              "org.vtl.link~shared.cfg.json",
              "{\"vm.port\":\"packet:vm0\",\"network.port\":\"packet:s2\"}",
              "etc/org.vtl.link~shared.cfg.json",
              "packet:vm0",
              "lab"),
          new Fault(
              "org.vtl.link~no-driver.cfg.json",
              "{\"vm.port\":\"smoke:d1\",\"network.port\":\"packet:d2\"}",
              "etc/org.vtl.link~no-driver.cfg.json",
              "smoke:",
              "install"),
          new Fault(
              "org.vtl.link~bad-option.cfg.json",
              "{\"vm.port\":\"packet:o1?speed=9\",\"network.port\":\"packet:o2\"}",
              "etc/org.vtl.link~bad-option.cfg.json",
              "vm.port",
              "speed"),
          new Fault(
              "org.vtl.link~bad-number.cfg.json",
              "{\"vm.port\":\"packet:n1\",\"network.port\":\"packet:n2\",\"packets\":\"many\"}",
              "etc/org.vtl.link~bad-number.cfg.json",
              "packets",
              "many"),
          new Fault(
              "org.vtl.link~bad-json.cfg.json",
              "{\"vm.port\":\"packet:j1\"\n \"network.port\":\"packet:j2\"}",
              "etc/org.vtl.link~bad-json.cfg.json",
              "line 2"),
          new Fault(
              "org.vtl.link~LAB.cfg.json",
              "{\"vm.port\":\"packet:t1\",\"network.port\":\"packet:t2\"}",
              "org.vtl.link~LAB.cfg.json"),
          new Fault(
              "org.vtl.service.impair.cfg.json",
              "{\"outbound.delay.sm\":5}",
              "etc/org.vtl.service.impair.cfg.json",
              "outbound.delay.sm",
              "outbound.delay.ms"));

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void eachFaultIsOneSentenceAndTheOthersGoOn() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
    try (RunningLab lab = RunningLab.start(temporary)) {
      for (Fault fault : FAULTS) {
        Files.writeString(lab.data().resolve("etc").resolve(fault.file()), fault.content());
      }
      List<String> missing = new ArrayList<>();
      String status = "";
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      do {
        status = status(lab);
        missing.clear();
        for (Fault fault : FAULTS) {
          if (status.lines().noneMatch(line -> names(line, fault))) {
            missing.add(fault.file());
          }
        }
      } while (!missing.isEmpty() && System.nanoTime() < end);
      assertTrue(missing.isEmpty(), missing + " are not explained in:\n" + status);
      String ping = lab.succeed("lab", "ping", "--count", "2");
      assertTrue(ping.contains("answered 2"), ping);
    }
  }

  private static boolean names(String line, Fault fault) {
    for (String word : fault.named()) {
      if (!line.contains(word)) {
        return false;
      }
    }
    return true;
  }

  /** All faults, one a line. */
  private static String status(RunningLab lab) throws IOException, InterruptedException {
    return lab.run("status", "--json").replace("\",", "\",\n");
  }
}
