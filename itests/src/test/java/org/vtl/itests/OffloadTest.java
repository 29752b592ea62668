package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel carries what no service needs to see, and gives it back whenever somebody does: under
 * load, without a packet lost or twice; and it carries nothing of a link that lacks a service.
 */
class OffloadTest {
  private static final int ROUNDS = 12;
  private static final int TRAFFIC_SECONDS = 40;

  @TempDir Path temporary;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void connectionsAreCarriedAndTakenBackWithoutLoss() throws Exception {
    try (RunningLab lab = start()) {
      Path probe = temporary.resolve("probe.jar");
      ProbeBundle.write(probe, "seer", "1.0.0", 200);
      CompletableFuture<String> udp = traffic(lab, "udp", "--rate", "20000");
      CompletableFuture<String> tcp = traffic(lab, "tcp", "--connections", "4", "--rate", "100");
      awaitCarried(lab);
      int carried = 0;
      int changes = 0;
      for (int i = 0; i < ROUNDS && !udp.isDone(); i++) {
        lab.succeed("install", probe.toString(), "--yes");
        assertTrue(isCarriedByNobody(lab), "a service sees all");
        lab.succeed("uninstall", "org.vtl.probe.seer");
        lab.succeed("config", "org.vtl.link~lab", "offload.packets=" + (20 + i));
        lab.succeed("trace", "-n", "3", "--timeout", "5");
        changes += 4;
        carried += isCarriedByNobody(lab) ? 0 : 1;
      }
      String datagrams = udp.get();
      String transfers = tcp.get();
      System.out.printf(
          "%d changes, %d looks found the kernel carrying, %d datagrams%n",
          changes, carried, value(datagrams, "sent"));
      assertEquals(0, value(datagrams, "lost"), datagrams);
      assertEquals(0, value(datagrams, "duplicated"), datagrams);
      assertEquals(0, value(datagrams, "corrupted"), datagrams);
      assertEquals(4, value(transfers, "intact"), transfers);
      assertTrue(carried > 0, "the kernel never carried anything");
      assertTrue(lab.log().lines().noneMatch(line -> line.contains(" ERROR ")), lab.log());
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void bulkTcpPassesByVtl() throws Exception {
    try (RunningLab lab = start()) {
      String report = lab.run("lab", "traffic", "tcp", "--seconds", "5", "--json");
      TimeUnit.MILLISECONDS.sleep(2_500); // a sweep of the counts
      String links = lab.run("links", "--json");
      long all = value(links, "outboundPackets") + value(links, "inboundPackets");
      Matcher polled = Pattern.compile("\"receivedFrames\":\\s*(\\d+)").matcher(links);
      long own = polled.results().mapToLong(each -> Long.parseLong(each.group(1))).sum();
      System.out.printf("%d packets, %d of them through VTL%n", all, own);
      assertTrue(own < all / 5, () -> own + " of " + all + " came to VTL\n" + report);
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void nothingPassesWhileARequiredServiceIsAway() throws Exception {
    try (RunningLab lab = start()) {
      Path leaver = temporary.resolve("leaver.jar");
      ProbeBundle.writeLeaver(leaver, "leaver", 200);
      lab.succeed("install", leaver.toString(), "--yes");
      lab.succeed("config", "org.vtl.link~lab", "required=probe-leaver", "absence=drop");
      CompletableFuture<String> udp = traffic(lab, "udp", "--rate", "5000");
      awaitCarried(lab);
      for (int i = 0; i < 5; i++) {
        lab.succeed("uninstall", "org.vtl.probe.leaver");
        long before = cameToTheNetwork(lab);
        TimeUnit.MILLISECONDS.sleep(500);
        assertEquals(before, cameToTheNetwork(lab), "packets came without the required service");
        lab.succeed("install", leaver.toString(), "--yes");
        awaitCarried(lab);
        assertTrue(cameToTheNetwork(lab) > before);
      }
      udp.get();
    }
  }

  private RunningLab start() throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
    RunningLab lab = RunningLab.start(temporary);
    String links = lab.run("links", "--json");
    if (!Pattern.compile("\"offloadObstacle\":\\s*\"\"").matcher(links).find()) {
      lab.close();
      assumeTrue(false, "skipped: this kernel carries no connections: " + links);
    }
    return lab;
  }

  private static CompletableFuture<String> traffic(RunningLab lab, String... kind) {
    return CompletableFuture.supplyAsync(
        () -> {
          String[] words = new String[kind.length + 5];
          words[0] = "lab";
          words[1] = "traffic";
          System.arraycopy(kind, 0, words, 2, kind.length);
          words[kind.length + 2] = "--seconds";
          words[kind.length + 3] = Integer.toString(TRAFFIC_SECONDS);
          words[kind.length + 4] = "--json";
          try {
            return lab.run(words);
          } catch (IOException | InterruptedException e) {
            return e.toString();
          }
        });
  }

  private static boolean isCarriedByNobody(RunningLab lab)
      throws IOException, InterruptedException {
    return !lab.run("connections", "--json").contains("\"kernel\"");
  }

  private static void awaitCarried(RunningLab lab) throws IOException, InterruptedException {
    for (int i = 0; i < 100 && isCarriedByNobody(lab); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertTrue(!isCarriedByNobody(lab), () -> "the kernel carries nothing");
  }

  /** Packets that the host on the network's side has received, whoever carried them there. */
  private static long cameToTheNetwork(RunningLab lab) throws IOException, InterruptedException {
    return lab.succeed("lab", "exec", "net", "cat", "/proc/net/dev")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("eth0:"))
        .mapToLong(line -> Long.parseLong(line.substring(5).strip().split("\\s+")[1]))
        .findFirst()
        .orElseThrow();
  }

  private static long value(String json, String key) {
    Matcher values = Pattern.compile("\"" + key + "\":\\s*(-?\\d+)").matcher(json);
    if (!values.find()) {
      throw new AssertionError("No \"" + key + "\" in " + json);
    }
    return Long.parseLong(values.group(1));
  }
}
