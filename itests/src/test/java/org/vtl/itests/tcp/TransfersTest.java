package org.vtl.itests.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.itests.RunningLab;

/**
 * Many transfers at the same time between real kernels, over paths that lose, delay, repeat and
 * reorder: what arrives has the hash of what was sent, or ends as plain TCP would end it.
 *
 * <p>{@code -Dvtl.transfers=1000} runs more than the share that fits into every run, {@code
 * -Dvtl.transfers.seed=N} others, and {@code -Dvtl.transfers.first=N} those from N on, a multiple
 * of 50.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class TransfersTest {
  private static final int BATCH = 50;
  private static final int STILL_SECONDS = 60;
  private static final int LEAVING_SECONDS = 90;
  private static final String[] WAYS = {
    "finished", "spliced", "not-opened", "reset", "timed-out", "aborted", "stalled", "forgotten"
  };
  private static final String RULES =
      """
      policy inbound drop
      policy outbound accept
      ct state invalid drop
      ct state established,related accept
      """;

  private static final String SERVER = "10.10.0.2";
  private static final int ALL = Integer.getInteger("vtl.transfers", 100);
  private static final int FIRST = Integer.getInteger("vtl.transfers.first", 0);
  private static final long SEED = Long.getLong("vtl.transfers.seed", 1);

  @TempDir Path temporary;

  @BeforeEach
  void needsNamespaces() {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "The lab's tests make network namespaces, which needs root.");
  }

  /** The measure of the others: what is a fault here is the harness's. */
  @Test
  void forwarded() throws Exception {
    try (RunningLab lab = lab()) {
      run(lab, Math.min(ALL, BATCH));
    }
  }

  @Test
  void split() throws Exception {
    try (RunningLab lab = lab("tcp", "splittcp")) {
      run(lab, ALL);
      nothingIsLeft(lab, ALL);
    }
  }

  /** With a firewall between the VM and the relays that drops what does not fit the model. */
  @Test
  void splitBehindAFirewall() throws Exception {
    try (RunningLab lab = lab("tcp", "splittcp", "firewall")) {
      Path rules = Files.writeString(temporary.resolve("rules.txt"), RULES);
      lab.succeed("firewall", "apply", rules.toString());
      int count = Math.min(ALL, BATCH);
      run(lab, count);
      nothingIsLeft(lab, count);
    }
  }

  @Test
  void acknowledgedLocally() throws Exception {
    try (RunningLab lab = lab("tcp", "localack")) {
      lab.succeed("config", "org.vtl.service.localack", "data=both", "least.rtt.ms=0");
      run(lab, ALL);
      nothingIsLeft(lab, ALL);
    }
  }

  /** Every relay has ended, each in one of the ways there are. */
  private static void nothingIsLeft(RunningLab lab, int transfers) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEAVING_SECONDS);
    long opened;
    long ended;
    String stats;
    do {
      TimeUnit.MILLISECONDS.sleep(500);
      stats = lab.succeed("stats");
      opened = counter(stats, "opened");
      ended = 0;
      for (String way : WAYS) {
        ended += counter(stats, way);
      }
    } while (ended < opened && System.nanoTime() < end);
    System.out.println(stats);
    assertTrue(opened >= transfers * 9L / 10, "Only " + opened + " relays were opened:\n" + stats);
    assertEquals(opened, ended, "Relays are left:\n" + stats);
  }

  /** The counter of {@code tcp} whose name ends so; 0 where it was never counted. */
  private static long counter(String stats, String name) {
    return stats
        .lines()
        .map(line -> line.strip().split(" +"))
        .filter(words -> words[0].equals("tcp/relays-" + name))
        .mapToLong(words -> Long.parseLong(words[2].replace(",", "")))
        .sum();
  }

  private RunningLab lab(String... features) throws Exception {
    RunningLab lab = RunningLab.start(temporary);
    lab.succeed("config", "org.vtl.link~lab", "offload=off", "packets=30000");
    for (String feature : features) {
      lab.succeed("install", feature, "--yes");
    }
    return lab;
  }

  private static void run(RunningLab lab, int count) throws Exception {
    Comparison comparison = new Comparison();
    for (int first = FIRST; first < FIRST + count; first += BATCH) {
      Weather weather = Weather.draw(SEED, first / BATCH);
      long start = System.nanoTime();
      batch(lab, weather, first, Math.min(BATCH, FIRST + count - first), comparison);
      System.out.printf(
          "%d to %d in %.1f s: %s%n",
          first, first + BATCH - 1, (System.nanoTime() - start) / 1e9, weather);
    }
    System.out.println(comparison);
    assertEquals(List.of(), comparison.faults(), () -> String.join("\n", comparison.faults()));
  }

  private static void batch(
      RunningLab lab, Weather weather, int first, int count, Comparison comparison)
      throws Exception {
    become(lab, weather);
    String[] what = {
      SERVER,
      Long.toString(SEED),
      Integer.toString(first),
      Integer.toString(count),
      Long.toString(weather.mostBytes()),
      Integer.toString(STILL_SECONDS)
    };
    Process server = peer(lab, "net", "server", what);
    BufferedReader serverLines = server.inputReader();
    String ready = serverLines.readLine();
    assertEquals("ready", ready);
    Process client = peer(lab, "vm", "client", what);
    Map<Integer, Outcome> clients = new HashMap<>();
    Map<Integer, Outcome> servers = new HashMap<>();
    List<String> others = new ArrayList<>();
    Thread reader = Thread.ofVirtual().start(() -> collect(client.inputReader(), clients, others));
    collect(serverLines, servers, others);
    reader.join();
    others.forEach(System.out::println);
    for (int i = first; i < first + count; i++) {
      comparison.add(
          Transfer.draw(SEED, i, weather.mostBytes()),
          clients.getOrDefault(i, Outcome.NONE),
          servers.getOrDefault(i, Outcome.NONE),
          weather);
    }
  }

  private static void become(RunningLab lab, Weather weather) throws Exception {
    List<String> words = new ArrayList<>(List.of("config", "org.vtl.service.impair"));
    words.addAll(List.of(weather.settings()));
    lab.succeed(words.toArray(String[]::new));
    String on = weather.offloads() ? "on" : "off";
    for (String host : new String[] {"vm", "net"}) {
      lab.succeed("lab", "exec", host, "ethtool", "-K", "eth0", "tso", on, "gso", on, "tx", on);
      lab.succeed(
          "lab",
          "exec",
          host,
          "sh",
          "-c",
          "echo " + weather.control() + " >/proc/sys/net/ipv4/tcp_congestion_control");
    }
  }

  private static Process peer(RunningLab lab, String host, String role, String... what)
      throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    Path classes =
        Path.of(TransferPeer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> words = new ArrayList<>(List.of("lab", "exec", host, java));
    words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp"));
    words.addAll(List.of(classes.toString(), TransferPeer.class.getName(), role));
    words.addAll(List.of(what));
    Process peer = lab.begin(words.toArray(String[]::new));
    peer.getOutputStream().close();
    return peer;
  }

  private static void collect(
      BufferedReader lines, Map<Integer, Outcome> outcomes, List<String> others) {
    lines
        .lines()
        .forEach(
            line -> {
              String[] words = line.split(" ");
              if (words[0].equals("transfer")) {
                outcomes.put(Integer.parseInt(words[1]), Outcome.parse(words));
              } else if (!line.equals("done")) {
                synchronized (others) {
                  others.add(line);
                }
              }
            });
  }
}
