package org.vtl.itests.opponent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Floods at the full rate of the machine, of TCP's first segments and of fragments, against a host
 * behind VTL's firewall: its memory stays, a transfer goes on, connections that say nothing are
 * kept, most pings are answered. How soon is printed and no claim: it is the machine's.
 *
 * <p>{@code -Dvtl.flood.seconds=60} makes each last so long; {@code -Dvtl.flood.sites=VTL,nft} does
 * the same to a kernel with nftables, of which nothing is claimed; {@code -Dvtl.flood.attacks=SYN}
 * makes only the attacks in whose titles this regular expression is found.
 */
class FloodTest {
  private static final int SECONDS = Integer.getInteger("vtl.flood.seconds", 5);
  private static final List<String> SITES =
      List.of(System.getProperty("vtl.flood.sites", "VTL").split(","));
  private static final Pattern CHOSEN =
      Pattern.compile(System.getProperty("vtl.flood.attacks", ""));
  private static final long MOST_GROWTH = 64L << 20;
  private static final int IDLE_CONNECTIONS = 200;
  private static final int WARM_SECONDS = 2;
  private static final double MEBIBYTE = 1 << 20;
  private static final int TRANSFER_PORT = 5000;

  private static final List<String> RULES =
      List.of(
          "ct state invalid drop id invalid",
          "ct state established,related accept id established",
          "inbound tcp dport 80 ct state new accept id web",
          "inbound tcp dport 443 ct state new synproxy mss 1460 wscale 7 id proved",
          "inbound udp dport 53 accept id names");

  private static final String HEADING =
      "flood of              kpkt/s  +MiB RSS ping p50  p99 ms  times  lost stall ms  intact"
          + "  Mbit/s  kept served";

  private record Attack(String title, Flood.Kind kind, int port) {}

  private static final List<Attack> ATTACKS =
      List.of(
          new Attack("SYN, port accepted", Flood.Kind.SYN, 80),
          new Attack("SYN, synproxy", Flood.Kind.SYN, 443),
          new Attack("SYN, port dropped", Flood.Kind.SYN, 81),
          new Attack("first fragments", Flood.Kind.FIRST, 53),
          new Attack("later fragments", Flood.Kind.LATER, 53),
          new Attack("overlapping ones", Flood.Kind.OVERLAPPING, 53));

  /** What an attack did: a line of the table. */
  private record Effect(
      Attack attack,
      Pings idle,
      double rate,
      long growth,
      Pings pings,
      String transfer,
      String visits) {
    long value(String key) {
      Matcher found = Pattern.compile(key + "=(\\d+)").matcher(transfer + " " + visits);
      return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    String line() {
      return String.format(
          Locale.ROOT,
          "%-20s %7.0f %8.1f %8.3f %8.3f %6.1f %5d %8d %7s %7.1f %5d %6d/%d",
          attack.title,
          rate / 1000,
          growth / MEBIBYTE,
          pings.percentile(50),
          pings.percentile(99),
          pings.percentile(99) / idle.percentile(99),
          pings.lost(),
          value("stall"),
          transfer.contains("intact=true") ? "yes" : "NO",
          value("bytes") * 8e-6 / (SECONDS + 1),
          value("kept"),
          value("served"),
          value("tried"));
    }
  }

  @TempDir Path temporary;

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void floodsHarmNobody() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: raw sockets and network namespaces take root here");
    String missing = Words.missing("ip", "ping", "taskset");
    assumeTrue(missing.isEmpty(), () -> "skipped: missing " + missing);
    if (SITES.contains("VTL")) {
      try (VtlSite site = new VtlSite("flood", temporary, new SharedRules(RULES).vtl())) {
        List<Effect> effects = attack(site);
        System.out.println(site.shell("stats", "--drops"));
        System.out.println(site.shell("firewall", "show"));
        for (Effect effect : effects) {
          assertTrue(effect.growth <= MOST_GROWTH, effect::line);
          assertTrue(effect.transfer.contains("intact=true"), effect::line);
          assertEquals(IDLE_CONNECTIONS, effect.value("kept"), effect::line);
          assertTrue(effect.pings.lost() <= effect.pings.millis().length / 4, effect::line);
        }
      }
    }
    if (SITES.contains("nft")) {
      try (KernelSite site = new KernelSite("flood", temporary, new SharedRules(RULES))) {
        attack(site);
      }
    }
  }

  /** Has all attacks made, and prints what each did. */
  private static List<Effect> attack(Site site) throws Exception {
    await(site.inside.java(Services.class, "tcp/80", "tcp/443", "udp/53"), "ready");
    await(site.outside.java(Download.class, "serve", Integer.toString(TRANSFER_PORT)), "ready");
    Pings.run(site.inside, Site.OUTSIDE, WARM_SECONDS);
    Pings idle = Pings.run(site.inside, Site.OUTSIDE, SECONDS);
    long before = site.residentBytes();
    System.out.printf("%s, idle: %s; holds %.1f MiB%n", site.title(), idle, before / MEBIBYTE);
    System.out.println(HEADING);
    List<Effect> effects = new ArrayList<>();
    for (Attack attack : ATTACKS) {
      if (!CHOSEN.matcher(attack.title).find()) {
        continue;
      }
      if (attack.title.endsWith("synproxy") && !site.proxies()) {
        System.out.printf("%-20s n/a, this kernel has none%n", attack.title);
        continue;
      }
      Effect effect = attack(site, attack, idle, before);
      System.out.println(effect.line());
      effects.add(effect);
    }
    return effects;
  }

  private static Effect attack(Site site, Attack attack, Pings idle, long before) throws Exception {
    int millis = SECONDS * 1000;
    Process transfer =
        site.inside.java(
            Download.class,
            "take",
            Site.OUTSIDE,
            Integer.toString(TRANSFER_PORT),
            Integer.toString(millis + 1000),
            Integer.toString(IDLE_CONNECTIONS));
    await(transfer, "ready");
    Process flood =
        site.outside.javaApart(
            Flood.class,
            attack.kind.name(),
            "eth0",
            Site.OUTSIDE_MAC,
            Site.INSIDE_MAC,
            Site.INSIDE,
            Integer.toString(attack.port),
            Integer.toString(millis));
    Process visits =
        site.outside.java(
            Download.class,
            "visit",
            Site.INSIDE,
            Integer.toString(attack.kind == Flood.Kind.SYN ? attack.port : 80),
            Integer.toString(millis));
    CompletableFuture<Long> most = CompletableFuture.supplyAsync(() -> mostMemory(site, flood));
    Pings pings = Pings.run(site.inside, Site.OUTSIDE, SECONDS - 1);
    String sent = await(flood, "sent ");
    return new Effect(
        attack,
        idle,
        Long.parseLong(sent.substring("sent ".length())) / (double) SECONDS,
        most.get() - before,
        pings,
        await(transfer, "bytes="),
        await(visits, "tried="));
  }

  /** The most that VTL holds while {@code flood} runs. */
  private static long mostMemory(Site site, Process flood) {
    long most = 0;
    try {
      do {
        most = Math.max(most, site.residentBytes());
      } while (!flood.waitFor(100, TimeUnit.MILLISECONDS));
      return Math.max(most, site.residentBytes());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return most;
    }
  }

  /** Reads what {@code process} says up to a line that begins with {@code start}. */
  private static String await(Process process, String start) throws IOException {
    StringBuilder said = new StringBuilder();
    var lines = process.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(start)) {
        return line;
      }
      said.append(line).append('\n');
    }
    throw new IOException("A program ended early: " + said);
  }
}
