package org.vtl.itests.opponent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scanners see the same through VTL as through nftables: nmap's kinds of scan, single packets and
 * floods of hping3, against the same host behind the same rules. The tables are printed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ScanTest {
  private static final SharedRules RULES =
      new SharedRules(
          List.of(
              "ct state invalid drop id invalid",
              "ct state established,related accept id established",
              "inbound tcp dport 22 ct state new accept id ssh",
              "inbound tcp dport { 80, 81 } accept id web",
              "inbound tcp dport 443 tcp flags & (fin|syn|rst|ack) == syn accept id tls",
              "inbound tcp dport 8000-8003 ip saddr 10.9.2.0/24 accept id office",
              "inbound tcp dport 8001 drop id too-late",
              "inbound tcp dport 8080 ip saddr != 10.9.2.0/24 accept id others",
              "inbound tcp sport 53 tcp dport 111 accept id from-dns",
              "inbound tcp dport 23 reject with tcp reset id no-telnet",
              "inbound tcp dport 25 reject id no-mail",
              "inbound tcp dport 26 reject with icmp admin-prohibited id prohibited",
              "inbound tcp dport 110 drop id no-post",
              "inbound udp dport { 53, 123 } accept id names",
              "inbound udp dport 161 reject id no-management",
              "inbound udp dport 162 reject with icmpx admin-prohibited id no-traps",
              "inbound icmp type echo-request accept id ping",
              "inbound icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, echo-request } accept"
                  + " id ping6"));

  private static final String TCP =
      "21,22,23,25,26,80,81,110,111,443,3306,8000,8001,8002,8003,8080";
  private static final String UDP = "53,69,123,161,162";
  private static final String[] SERVICES = {
    "tcp/21",
    "tcp/22",
    "tcp/23",
    "tcp/25",
    "tcp/80",
    "tcp/110",
    "tcp/111",
    "tcp/443",
    "tcp/3306",
    "tcp/8000",
    "tcp/8001",
    "tcp/8080",
    "udp/53",
    "udp/69",
    "udp/161"
  };

  private static final List<Scan> SCANS =
      List.of(
          Scan.of("-sS", TCP, "-sS"),
          Scan.of("-sT", TCP, "-sT"),
          Scan.of("-sA", TCP, "-sA"),
          Scan.of("-sF", TCP, "-sF"),
          Scan.of("-sN", TCP, "-sN"),
          Scan.of("-sX", TCP, "-sX"),
          Scan.of("-sM", TCP, "-sM"),
          Scan.of("-sS -f", TCP, "-sS", "-f"),
          Scan.of("-sS -f -f", TCP, "-sS", "-f", "-f"),
          Scan.of("-sS --mtu 24", TCP, "-sS", "--mtu", "24"),
          Scan.of("-sA -f", TCP, "-sA", "-f"),
          Scan.of("SYN,FIN", TCP, "-sS", "--scanflags", "SYNFIN"),
          Scan.of("SYN,RST", TCP, "-sS", "--scanflags", "SYNRST"),
          Scan.of("SYN,PSH,ECE", TCP, "-sS", "--scanflags", "SYNPSHECE"),
          Scan.of("SYN,ACK", TCP, "-sS", "--scanflags", "SYNACK"),
          Scan.of("all flags", TCP, "-sS", "--scanflags", "URGACKPSHRSTSYNFIN"),
          Scan.of("--badsum", TCP, "-sS", "--badsum"),
          Scan.of("--source-port 53", TCP, "-sS", "--source-port", "53"),
          Scan.of("--data-length", TCP, "-sS", "--data-length", "40"),
          Scan.of("source route", TCP, "-sS", "--ip-options", "L 10.9.2.9"),
          Scan.of("record route", TCP, "-sS", "--ip-options", "R"),
          Scan.of("-sS -6", TCP, "-sS", "-6"),
          Scan.of("-sA -6", TCP, "-sA", "-6"),
          Scan.of("-sU", UDP, "-sU"),
          Scan.of("-sU --badsum", UDP, "-sU", "--badsum"),
          Scan.of("-sU -6", UDP, "-sU", "-6"),
          Scan.of("-sY", "22,80", "-sY"));

  private static final List<Probe> PROBES =
      List.of(
          Probe.of("SYN to 80", "-S -p 80"),
          Probe.of("SYN to 81, which is closed", "-S -p 81"),
          Probe.of("SYN to 21", "-S -p 21"),
          Probe.of("SYN to 23", "-S -p 23"),
          Probe.of("SYN to 25", "-S -p 25"),
          Probe.of("SYN to 26", "-S -p 26"),
          Probe.of("SYN,ECE,CWR to 80", "-S -X -Y -p 80"),
          Probe.of("SYN,URG to 80", "-S -U -p 80"),
          Probe.of("SYN,FIN to 80", "-S -F -p 80"),
          Probe.of("SYN,RST to 80", "-S -R -p 80"),
          Probe.of("ACK to 80", "-A -p 80"),
          Probe.of("ACK to 23", "-A -p 23"),
          Probe.of("ACK to 443", "-A -p 443"),
          Probe.of("ACK to 3306", "-A -p 3306"),
          Probe.of("FIN to 80", "-F -p 80"),
          Probe.of("FIN,ACK to 81", "-F -A -p 81"),
          Probe.of("RST to 81", "-R -p 81"),
          Probe.of("no flag to 81", "-p 81"),
          Probe.of("FIN,PSH,URG to 81", "-F -P -U -p 81"),
          Probe.of("SYN with data to 80", "-S -d 100 -p 80"),
          Probe.of("SYN from port 53 to 111", "-S -s 53 -k -p 111"),
          Probe.of("SYN from port 54 to 111", "-S -s 54 -k -p 111"),
          Probe.of("SYN to 80, bad checksum", "-S -b -p 80"),
          Probe.of("SYN to 80 in fragments of 16", "-S -p 80 -d 60 -f -m 16"),
          Probe.of("SYN to 80 in fragments of 64", "-S -p 80 -d 400 -f -m 64"),
          Probe.of("first fragment only, to 80", "-S -x -d 40 -p 80"),
          Probe.of("later fragment only, to 80", "-S -g 64 -d 40 -p 80"),
          Probe.of("UDP to 53", "-2 -p 53 -d 20"),
          Probe.of("UDP to 123, which is closed", "-2 -p 123"),
          Probe.of("UDP to 69", "-2 -p 69"),
          Probe.of("UDP to 161", "-2 -p 161"),
          Probe.of("ICMP echo", "-1"),
          Probe.of("ICMP echo in fragments", "-1 -d 400 -f -m 64"),
          Probe.of("ICMP timestamp", "-1 --icmp-ts"),
          Probe.of("ICMP address mask", "-1 --icmp-addr"),
          Probe.of("ICMP error of nothing", "-1 -C 3 -K 3"),
          Probe.of("protocol 47", "-0 -H 47 -d 20"));

  private static final List<Probe> FLOODS =
      List.of(
          Probe.of("SYN to 80", "-S -p 80"),
          Probe.of("SYN to 443", "-S -p 443"),
          Probe.of("SYN to 21", "-S -p 21"),
          Probe.of("SYN to 110", "-S -p 110"),
          Probe.of("SYN to 8000, of the office only", "-S -p 8000"),
          Probe.of("SYN with data to 80", "-S -d 100 -p 80"),
          Probe.of("SYN,FIN to 80", "-S -F -p 80"),
          Probe.of("ACK to 80", "-A -p 80"),
          Probe.of("ACK to 443", "-A -p 443"),
          Probe.of("FIN to 80", "-F -p 80"),
          Probe.of("RST to 80", "-R -p 80"),
          Probe.of("no flag to 80", "-p 80"),
          Probe.of("FIN,PSH,URG to 80", "-F -P -U -p 80"),
          Probe.of("SYN to 80, bad checksum", "-S -b -p 80"),
          Probe.of("SYN to 80 in fragments of 64", "-S -p 80 -d 400 -f -m 64"),
          Probe.of("first fragment only, to 80", "-S -x -d 44 -p 80"),
          Probe.of("later fragment only, to 80", "-S -g 64 -d 40 -p 80"),
          Probe.of("UDP to 53", "-2 -p 53 -d 20"),
          Probe.of("UDP to 69", "-2 -p 69 -d 20"),
          Probe.of("ICMP echo", "-1"),
          Probe.of("ICMP timestamp", "-1 --icmp-ts"),
          Probe.of("ICMP error of nothing", "-1 -C 3 -K 3"),
          Probe.of("protocol 47", "-0 -H 47 -d 20"));

  private KernelSite kernel;
  private VtlSite vtl;

  @BeforeAll
  void begin(@TempDir Path temporary) throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: scanners and network namespaces take root here");
    String missing = Words.missing("ip", "nft", "nmap", "hping3");
    assumeTrue(
        missing.isEmpty(), () -> "skipped: missing " + missing + "; install the package of it");
    kernel = new KernelSite("scan-nft", temporary, RULES);
    vtl = new VtlSite("scan-vtl", temporary, RULES.vtl());
    for (Site site : List.of(kernel, vtl)) {
      BufferedReader said = site.inside.java(Services.class, SERVICES).inputReader();
      assertEquals("ready", said.readLine());
      Probe.of("", "-1").run(site); // the neighbours know each other then
    }
  }

  @AfterAll
  void end() throws Exception {
    for (Site site : new Site[] {kernel, vtl}) {
      if (site != null) {
        site.close();
      }
    }
  }

  @Test
  void portsLookTheSame() throws Exception {
    SideBySide table = new SideBySide();
    for (Scan scan : SCANS) {
      for (int attempt = 1; ; attempt++) {
        Pair<Map<String, String>> seen = both(scan::run);
        Map<String, Pair<String>> states = new TreeMap<>(SideBySide::compare);
        seen.nft().forEach((port, state) -> states.put(port, new Pair<>(state, "")));
        seen.vtl()
            .forEach(
                (port, state) ->
                    states.merge(
                        port, new Pair<>("", state), (a, b) -> new Pair<>(a.nft(), b.vtl())));
        // An answer that came late looks like none; what is so every time is not late.
        if (states.values().stream().allMatch(Pair::same) || attempt == 2) {
          states.forEach((port, state) -> table.add(scan.name(), port, state));
          break;
        }
      }
    }
    System.out.println(table.byScan());
    assertTrue(table.unexplained().isEmpty(), () -> String.join("\n", table.unexplained()));
    assertTrue(table.unused().isEmpty(), () -> "These are no differences: " + table.unused());
  }

  @Test
  void singlePacketsAreAnsweredTheSame() throws Exception {
    SideBySide table = new SideBySide();
    for (Probe probe : PROBES) {
      Pair<String> seen = both(probe::run);
      if (!seen.same()) {
        seen = both(probe::run);
      }
      table.add("hping3", probe.name(), seen);
    }
    System.out.println(table.byPort());
    assertTrue(table.unexplained().isEmpty(), () -> String.join("\n", table.unexplained()));
    assertTrue(table.unused().isEmpty(), () -> "These are no differences: " + table.unused());
  }

  @Test
  void floodsAreBlockedTheSame() throws Exception {
    SideBySide table = new SideBySide();
    for (Probe flood : FLOODS) {
      // One after the other: what a flood leaves no time for does not arrive either.
      table.add("hping3 --flood", flood.name(), new Pair<>(flood.flood(kernel), flood.flood(vtl)));
    }
    System.out.println(table.byPort());
    assertTrue(table.unexplained().isEmpty(), () -> String.join("\n", table.unexplained()));
    assertTrue(table.unused().isEmpty(), () -> "These are no differences: " + table.unused());
  }

  private interface Question<T> {
    T ask(Site site) throws Exception;
  }

  /** Asks at both sites at the same time. */
  private <T> Pair<T> both(Question<T> question) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<T> nft = threads.submit((Callable<T>) () -> question.ask(kernel));
      Future<T> own = threads.submit((Callable<T>) () -> question.ask(vtl));
      return new Pair<>(nft.get(), own.get());
    }
  }
}
