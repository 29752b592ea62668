package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern VALUE = Pattern.compile("\"(\\w+)\":\\s*(-?\\d+)");

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
      prompt.awaitVersion("deployed", "1.0.0");

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
            prompt.awaitVersion("deployed", "1.0." + i);
            replaced++;
          }
        }
        prompt.awaitVersion("updated", "1.0." + updates);
        tcp = transfers.finish();
        udp = datagrams.finish();
      }
      String probe = prompt.ask("probe:report");
      System.out.printf(
          "%d replacements in %.0f s: %d bytes over %d TCP connections, %d datagrams; %s%n",
          replaced,
          (System.nanoTime() - start) / 1e9,
          tcp.stream().mapToLong(report -> value(report, "bytes")).sum(),
          tcp.size() * 4,
          udp.stream().mapToLong(report -> value(report, "sent")).sum(),
          probe.strip());

      assertEquals(updates + priorities + deployments, replaced);
      for (String report : tcp) {
        assertEquals(4, value(report, "intact"), report);
      }
      for (String report : udp) {
        assertEquals(0, value(report, "lost"), report);
        assertEquals(0, value(report, "duplicated"), report);
        assertEquals(0, value(report, "corrupted"), report);
      }
      assertTrue(probe.contains(" stale=0 "), probe);
      assertTrue(probe.strip().endsWith(" alive=2"), probe);
      assertTrue(lab.log().lines().noneMatch(line -> line.contains(" ERROR ")), lab.log());
    }
  }

  /** Traffic of one kind, round after round, until it is told to finish. */
  private static final class Load implements AutoCloseable {
    private static final String ROUND_SECONDS = "15";

    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean finishing;

    Load(RunningLab lab, String kind, String... options) {
      List<String> words = new ArrayList<>(List.of("lab", "traffic", kind));
      words.addAll(List.of(options));
      words.addAll(List.of("--seconds", ROUND_SECONDS, "--json"));
      thread = Thread.ofPlatform().daemon().start(() -> run(lab, words));
    }

    private void run(RunningLab lab, List<String> words) {
      while (!finishing) {
        try {
          reports.add(lab.run(words.toArray(String[]::new)));
        } catch (IOException | InterruptedException e) {
          reports.add(e.toString());
          return;
        }
      }
    }

    void awaitRunning(Prompt prompt, String kind) throws IOException, InterruptedException {
      while (!prompt
          .ask("vtl:connections " + kind + " and not port 53 --json")
          .contains("\"vm\"")) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }

    List<String> finish() throws InterruptedException {
      finishing = true;
      thread.join();
      return reports;
    }

    @Override
    public void close() {
      finishing = true;
    }
  }

  private static long value(String json, String key) {
    Matcher values = VALUE.matcher(json);
    while (values.find()) {
      if (values.group(1).equals(key)) {
        return Long.parseLong(values.group(2));
      }
    }
    throw new AssertionError("No \"" + key + "\" in " + json);
  }

  /** One session that takes many commands, which is quicker than one each. */
  private static final class Prompt implements AutoCloseable {
    private final RunningLab lab;
    private final Process session;
    private final PrintStream in;
    private int said;

    Prompt(RunningLab lab) throws IOException {
      this.lab = lab;
      session = lab.begin();
      in = new PrintStream(session.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Waits until the link is up with so many workers. */
    void awaitWorkers(int count) throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      String links = ask("vtl:links --json");
      while (!links.contains("\"UP\"") || !links.contains("\"worker\":" + (count - 1))) {
        if (System.nanoTime() > end) {
          throw new AssertionError("There are not " + count + " workers:\n" + links + lab.log());
        }
        TimeUnit.MILLISECONDS.sleep(50);
        links = ask("vtl:links --json");
      }
    }

    /** Waits until the probe {@code name} of {@code version} is in the pipeline. */
    void awaitVersion(String name, String version) throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!ask("vtl:services --json").contains("org.vtl.probe." + name + " " + version + "\"")) {
        if (System.nanoTime() > end) {
          throw new AssertionError(
              name + " " + version + " did not come:\n" + ask("vtl:installed") + lab.log());
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }

    /** Says {@code line} and returns the answer when it has been done. */
    String ask(String line) throws IOException {
      String mark = "done-" + ++said;
      in.println(line);
      in.println("echo " + mark);
      StringBuilder heard = new StringBuilder();
      var reader = session.inputReader();
      for (String answer = reader.readLine(); answer != null; answer = reader.readLine()) {
        if (answer.strip().endsWith(mark) && !answer.contains("echo")) {
          String text = heard.toString();
          return text;
        }
        heard.append(answer).append('\n');
      }
      throw new AssertionError("The session ended at: " + line + "\n" + heard);
    }

    @Override
    public void close() {
      in.close(); // the session ends with its input
    }
  }
}
