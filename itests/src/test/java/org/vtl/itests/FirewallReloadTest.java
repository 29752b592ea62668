package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The firewall's rules, 10,000 of them, and its bundle are replaced under load, and no packet is
 * lost, none duplicated, no connection reset. The link requires the firewall, so nothing passes it
 * by.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class FirewallReloadTest {
  private static final String BUNDLE = "org.vtl.service.firewall";
  private static final Path BUILT = Path.of(System.getProperty("vtl.root"), "bundles", BUNDLE);
  private static final int RULES = 10_000;
  private static final int RELOADS = 20;
  private static final int UPDATES = 20;

  @TempDir Path temporary;

  @Test
  void manyRulesAreReplacedUnderLoad() throws Exception {
    try (RunningLab lab = start(RULES);
        Prompt prompt = new Prompt(lab)) {
      prompt.awaitRule("version-0");
      long start = System.nanoTime();
      List<String> reports =
          underLoad(
              lab,
              prompt,
              10_000,
              () -> {
                for (int i = 1; i <= RELOADS; i++) {
                  Path file = temporary.resolve("rules-" + i + ".txt");
                  Files.write(file, rules(RULES, i));
                  String answer = prompt.ask("vtl:firewall apply " + file + " --json");
                  assertTrue(answer.contains("\"changes\""), answer);
                  // The rules in force are these, and not only accepted.
                  String shown = prompt.ask("vtl:firewall show --text");
                  assertTrue(shown.contains("id version-" + i), "not in force: " + i);
                }
              });
      report(lab, RELOADS + " times " + RULES + " rules", start, reports, List.of());
      assertTrue(lab.log().lines().noneMatch(line -> line.contains(" ERROR ")), lab.log());
    }
  }

  @Test
  void bundleIsUpdatedUnderLoad() throws Exception {
    try (RunningLab lab = start(100);
        Prompt prompt = new Prompt(lab)) {
      prompt.awaitRule("version-0");
      List<String> logged = new ArrayList<>();
      Path jar = temporary.resolve("firewall.jar");
      long start = System.nanoTime();
      List<String> reports =
          underLoad(
              lab,
              prompt,
              Integer.getInteger(
                  "vtl.update.rate",
                  2_000), // what a busy machine holds back while a bundle is away finds room in VTL
              () -> {
                for (int i = 1; i <= UPDATES; i++) {
                  BuiltBundle.write(jar, BUILT, "9.0." + i);
                  prompt.ask("vtl:update " + BUNDLE + " --yes");
                  prompt.awaitVersion(BUNDLE, "9.0." + i);
                  logged.add(prompt.ask("vtl:firewall log")); // it goes with its bundle
                }
              });
      report(lab, UPDATES + " updates of the firewall", start, reports, logged);
      assertTrue(lab.log().lines().noneMatch(line -> line.contains(" ERROR ")), lab.log());
    }
  }

  /** A lab whose link requires the firewall, which has {@code count} rules. */
  private RunningLab start(int count) throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
    RunningLab lab = RunningLab.start(temporary);
    String rules =
        rules(count, 0).stream()
            .map(rule -> '"' + rule.replace("\"", "\\\"") + '"')
            .collect(Collectors.joining(",\n", "{ \"log.drops\": true, \"rules\": [\n", "\n] }\n"));
    Files.writeString(lab.data().resolve("etc/" + BUNDLE + ".cfg.json"), rules);
    Path jar = temporary.resolve("firewall.jar");
    BuiltBundle.write(jar, BUILT, "9.0.0");
    lab.succeed("install", jar.toString(), "--yes");
    lab.succeed("config", "org.vtl.link~lab", "required=firewall");
    return lab;
  }

  private interface Work {
    void run() throws Exception;
  }

  /** What the load says, of {@code rate} datagrams a second, that ran beside {@code work}. */
  private static List<String> underLoad(RunningLab lab, Prompt prompt, int rate, Work work)
      throws Exception {
    List<String> reports = new ArrayList<>();
    try (Load out = new Load(lab, "tcp", "--connections", "2", "--rate", "50");
        Load in = new Load(lab, "tcp", "--from", "net", "--connections", "2", "--rate", "50");
        Load datagrams = new Load(lab, "udp", "--from", "net", "--rate", Integer.toString(rate))) {
      out.awaitRunning(prompt, "tcp");
      datagrams.awaitRunning(prompt, "udp");
      work.run();
      reports.addAll(out.finish());
      reports.addAll(in.finish());
      reports.addAll(datagrams.finish());
    }
    return reports;
  }

  private static void report(
      RunningLab lab, String what, long start, List<String> reports, List<String> logged)
      throws Exception {
    String dropped =
        "\n" + lab.succeed("stats", "--drops") + "\n" + lab.succeed("ports") + "\n" + logged;
    long bytes = 0;
    long sent = 0;
    for (String report : reports) {
      if (report.contains("\"intact\"")) {
        assertEquals(2, Load.value(report, "intact"), report);
        bytes += Load.value(report, "bytes");
      } else {
        assertEquals(0, Load.value(report, "lost"), () -> report + dropped);
        assertEquals(0, Load.value(report, "duplicated"), () -> report + dropped);
        assertEquals(0, Load.value(report, "corrupted"), () -> report + dropped);
        sent += Load.value(report, "sent");
      }
    }
    System.out.printf(
        "%s in %.0f s: %d bytes by TCP intact, %d datagrams, none lost%n",
        what, (System.nanoTime() - start) / 1e9, bytes, sent);
  }

  /** So many rules, other ones for each {@code version}, which let the load pass at their end. */
  private static List<String> rules(int count, int version) {
    SplittableRandom random = new SplittableRandom(version);
    List<String> rules = new ArrayList<>();
    rules.add("policy inbound drop");
    rules.add("policy outbound drop");
    rules.add("ct state invalid drop id invalid");
    rules.add("ct state established,related accept id established");
    for (int i = rules.size(); i < count + 2; i++) {
      rules.add(
          "inbound ip saddr 10.%d.%d.0/24 %s dport %d %s"
              .formatted(
                  128 + random.nextInt(128),
                  random.nextInt(256),
                  random.nextBoolean() ? "tcp" : "udp",
                  1 + random.nextInt(60_000),
                  random.nextInt(4) == 0 ? "drop" : "accept"));
    }
    rules.add("inbound meta l4proto { tcp, udp } accept id version-" + version);
    rules.add("outbound meta l4proto { tcp, udp, icmp } accept id all-out");
    return rules;
  }
}
