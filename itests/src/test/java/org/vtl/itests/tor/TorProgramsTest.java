package org.vtl.itests.tor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.itests.BuiltBundle;
import org.vtl.lab.internal.tor.TorNetwork;
import org.vtl.lab.internal.tor.TorPlan;
import org.vtl.lab.internal.tor.WebServer;

/**
 * Programs as people use them, in a VM that knows nothing of Tor: they work, Tor confirms that each
 * stream was its own and asked for by name, and the servers see exits only.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class TorProgramsTest {
  private static final long DOWNLOAD = 100_000_000;
  private static final int STREAMS = 200;
  private static final int BYTES_PER_SECOND = 2_000;
  private static final int STREAM_SECONDS = 35;
  private static final int IDLE_SECONDS = 30;
  private static final int FAST_SECONDS = 40;
  private static final int AT_ONCE_SECONDS = 10;
  private static final Pattern CIRCUIT =
      Pattern.compile("\"state\":\"established\",\"circuit\":\"(\\d+)\"");
  private static final String WEB = "http://" + TorPlan.WEB_NAME;

  @TempDir static Path temporary;

  private TorSite site;
  private Detector detector;
  private Internet internet;
  private TorControl control;
  private Process idle;

  @BeforeAll
  void start() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: network namespaces and raw sockets take root here");
    assumeTrue(TorNetwork.missing().isEmpty(), TorNetwork.missing());
    site = new TorSite(temporary.resolve("programs"));
    detector = new Detector(site.net());
    site.startNetwork();
    internet = new Internet(site.network().internet(), temporary.resolve("internet"));
    site.startClient();
    control = new TorControl(site.middle(), site.clientFolder());
    site.startVtl("tor");
    site.awaitWeb();
    idle =
        site.start(
            "bash",
            "-c",
            "exec 3<>/dev/tcp/%s/%d && echo before >&3 && read -u 3 a && sleep %d && echo after >&3"
                    .formatted(TorPlan.WEB_NAME, Internet.ECHO_PORT, IDLE_SECONDS)
                + " && read -t 20 -u 3 b && echo $a $b");
  }

  @AfterAll
  void end() throws Exception {
    if (control != null) {
      control.close();
    }
    if (internet != null) {
      internet.close();
    }
    if (detector != null) {
      detector.close();
    }
    if (site != null) {
      site.close();
    }
  }

  @AfterEach
  void nothingLeaks() {
    assertEquals(0, detector.leaks(), () -> "frames on the uplink: " + detector.others());
  }

  @Test
  @Order(1)
  void curlAndWgetReachTheWebFromAnExit() throws Exception {
    assertTrue(site.inVm("curl", "-sS", "-m", "30", WEB + "/").endsWith("which is a Tor exit."));
    String address = site.inVm("wget", "-q", "-O", "-", "-T", "30", "-t", "2", WEB + "/address");
    assertTrue(TorPlan.exits().contains(address), address);
    assertEquals(
        "200",
        site.inVm("curl", "-sS", "-m", "30", "-o", "/dev/null", "-w", "%{http_code}", "-I", WEB));
  }

  @Test
  @Order(2)
  void eachStreamShowsItsCircuit() throws Exception {
    String circuits = site.shell("tor", "circuits", "--json");
    String said =
        site.await(
            "The idle session's circuit",
            30,
            () -> site.shell("tor", "streams", "--json"),
            json -> CIRCUIT.matcher(json).find());
    Matcher found = CIRCUIT.matcher(said);
    assertTrue(found.find());
    assertTrue(circuits.contains("\"id\":\"" + found.group(1) + "\""), circuits);
  }

  @Test
  @Order(3)
  void aLargeDownloadArrivesAsItIs() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (long at = 0; at < DOWNLOAD; ) {
      byte[] bytes = WebServer.bytes(DOWNLOAD, at);
      digest.update(bytes);
      at += bytes.length;
    }
    long start = System.nanoTime();
    String said =
        site.inVm("sh", "-c", "curl -sS -m 120 %s/bytes/%d | sha256sum".formatted(WEB, DOWNLOAD));
    double seconds = (System.nanoTime() - start) / 1e9;
    assertEquals(HexFormat.of().formatHex(digest.digest()), said.split(" ")[0], said);
    System.out.printf("100 MB through Tor and VTL: %.1f MB/s%n", DOWNLOAD / seconds / 1e6);
  }

  @Test
  @Order(4)
  void tlsIsEndToEnd() throws Exception {
    String url = "https://" + TorPlan.WEB_NAME + ":" + Internet.TLS_PORT + "/";
    String said =
        site.inVm(
            "curl",
            "-sS",
            "-m",
            "30",
            "--cacert",
            internet.authority(),
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{ssl_verify_result}",
            url);
    assertEquals("200 0", said);
  }

  @Test
  @Order(5)
  void http2Works() throws Exception {
    String url = "https://" + TorPlan.WEB_NAME + ":" + Internet.HTTP2_PORT + "/index.html";
    String said =
        site.inVm(
            "curl",
            "-sS",
            "-m",
            "30",
            "--http2",
            "--cacert",
            internet.authority(),
            "-w",
            "%{http_version}",
            url);
    assertEquals("by HTTP/2\n2", said);
  }

  @Test
  @Order(6)
  void ipv6Works() throws Exception {
    String byName =
        site.inVm("curl", "-6", "-sS", "-m", "30", "http://" + TorPlan.WEB_NAME6 + "/address");
    assertTrue(TorPlan.exits().contains(byName) && byName.contains(":"), byName);
    String overIpv6 = site.inVm("curl", "-6", "-sS", "-m", "30", WEB + "/address");
    assertTrue(TorPlan.exits().contains(overIpv6), overIpv6);
  }

  @Test
  @Order(7)
  void onionServicesAreReached() throws Exception {
    String onion = site.network().onionName();
    String said = site.inVm("curl", "-sS", "-m", "60", "http://" + onion + "/");
    assertTrue(said.contains("This is " + onion) && said.contains("the onion service's"), said);
  }

  @Test
  @Order(8)
  void namesHaveVirtualAddressesThatHaveTheirNames() throws Exception {
    String said = site.inVm("getent", "ahostsv4", TorPlan.WEB_NAME);
    String address = said.split("\\s+")[0];
    assertTrue(address.matches("10\\.(19[2-9]|2\\d\\d)\\..*"), said);
    assertTrue(site.inVm("getent", "hosts", address).contains(TorPlan.WEB_NAME));
  }

  @Test
  @Order(9)
  void whatCannotBeReachedFailsFast() throws Exception {
    long start = System.nanoTime();
    String closed = site.inVm("curl", "-sS", "-m", "30", WEB + ":81/");
    String unknown = site.inVm("curl", "-sS", "-m", "30", "http://no.example.org/");
    String ping = site.inVm("ping", "-c", "1", "-W", "5", "203.0.113.9");
    String datagram =
        site.inVm("bash", "-c", "exec 3<>/dev/udp/203.0.113.9/9; echo >&3; read -t 5 -u 3");
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(closed.contains("Failed to connect") || closed.contains("refused"), closed);
    assertTrue(unknown.contains("curl:"), unknown);
    assertTrue(ping.matches("(?s).*(nreachable|filtered|rohibited).*"), ping);
    assertTrue(datagram.contains("refused"), datagram);
    assertTrue(seconds < FAST_SECONDS, seconds + " s");
  }

  @Test
  @Order(10)
  void torConfirmsEachStreamByName() throws Exception {
    int before = control.settled();
    String onion = site.network().onionName();
    for (String host : List.of(TorPlan.WEB_NAME, TorPlan.WEB_NAME4, onion)) {
      curl("http://" + host + "/");
    }
    List<TorControl.Stream> streams = control.awaitStreams(before, 3);
    assertEquals(
        List.of(TorPlan.WEB_NAME, TorPlan.WEB_NAME4, onion),
        streams.stream().map(TorControl.Stream::target).toList());
    assertEquals(List.of(), control.warnings(), "Tor was asked for names only");
    assertEquals(1, users(streams).size(), "one VM is one identity");
    assertEquals(streams.get(0).circuit(), streams.get(1).circuit());
  }

  @Test
  @Order(11)
  void isolationMakesDifferentCircuits() throws Exception {
    site.configureTor("\"isolation\": \"connection\"");
    try {
      // Until the file has been read, connections share a circuit.
      List<TorControl.Stream> streams = threeStreams();
      for (int i = 0; i < 10 && circuits(streams).size() < 3; i++) {
        TimeUnit.MILLISECONDS.sleep(500);
        streams = threeStreams();
      }
      assertEquals(3, circuits(streams).size(), streams::toString);
    } finally {
      site.configureTor("\"isolation\": \"vm\"");
    }
  }

  private List<TorControl.Stream> threeStreams() throws Exception {
    int before = control.settled();
    for (int i = 0; i < 3; i++) {
      curl(WEB + "/address");
    }
    return control.awaitStreams(before, 3);
  }

  /** One connection: with both families, the second is begun when the first takes its time. */
  private void curl(String url) throws Exception {
    site.inVm("curl", "-4", "-sS", "-m", "60", "-o", "/dev/null", url);
  }

  private static Set<String> users(List<TorControl.Stream> streams) {
    return streams.stream().map(TorControl.Stream::user).collect(Collectors.toSet());
  }

  private static Set<String> circuits(List<TorControl.Stream> streams) {
    return streams.stream().map(TorControl.Stream::circuit).collect(Collectors.toSet());
  }

  @Test
  @Order(12)
  void twoHundredStreamsOutliveTheBundle() throws Exception {
    BufferedReader far = internet.streams(STREAMS, BYTES_PER_SECOND, STREAM_SECONDS);
    Process near =
        site.start(
            Internet.java("open " + TorPlan.WEB_NAME, STREAMS, BYTES_PER_SECOND, STREAM_SECONDS)
                .toArray(String[]::new));
    BufferedReader nearSaid = near.inputReader();
    line(nearSaid, "ready");
    line(far, "ready");
    Path jar = temporary.resolve("tor.jar");
    for (int i = 1; i <= 3; i++) {
      String version = "9.0." + i;
      BuiltBundle.write(jar, TorSite.SERVICE_BUILT, version);
      site.shell("install", jar.toString(), "--yes");
      site.await(
          version,
          30,
          () -> site.shell("services", "--json"),
          said -> said.contains(TorSite.SERVICE + " " + version));
    }
    String nearEnd = line(nearSaid, "intact");
    String farEnd = line(far, "intact");
    System.out.printf("%d streams, bundle replaced 3 times: %s; %s%n", STREAMS, nearEnd, farEnd);
    assertTrue(nearEnd.startsWith("intact " + 2 * STREAMS + " broken 0 "), nearEnd);
    assertTrue(farEnd.startsWith("intact " + 2 * STREAMS + " broken 0 "), farEnd);
  }

  private static String line(BufferedReader said, String beginning) throws IOException {
    StringBuilder heard = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
      heard.append(line).append('\n');
    }
    throw new AssertionError("No \"" + beginning + "\" in:\n" + heard);
  }

  @Test
  @Order(13)
  void aLongIdleSessionIsStillThere() throws Exception {
    assertNotNull(idle);
    assertEquals("before after", TorSite.said(idle));
  }

  @Test
  @Order(14)
  void aTorThatIsGoneIsRefusedAtOnce() throws Exception {
    site.killClient();
    failsAtOnce("refused");
  }

  @Test
  @Order(15)
  void vtlRunsATorOfItsOwnAndStartsItAgain() throws Exception {
    site.configureOwnTor();
    site.awaitWeb();
    List<ProcessHandle> first = site.ownTor();
    assertEquals(1, first.size(), first::toString);
    String streams = site.shell("tor", "streams", "--json");
    assertTrue(streams.contains(TorPlan.WEB_NAME), streams);

    Files.createFile(site.down());
    first.getFirst().destroyForcibly();
    site.await("Its end", 20, () -> site.shell("tor"), said -> said.contains("starts it again"));
    failsAtOnce("nreachable|refused"); // refused: at a start that did not end yet
    assertEquals(List.of(), site.ownTor());

    Files.delete(site.down());
    site.awaitWeb();
    List<ProcessHandle> second = site.ownTor();
    assertEquals(1, second.size(), second::toString);
    assertNotEquals(first, second);
  }

  private void failsAtOnce(String how) throws Exception {
    long start = System.nanoTime();
    String said = site.inVm("curl", "-4", "-v", "-sS", "-m", "30", WEB + "/");
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(Pattern.compile(how).matcher(said).find(), said);
    assertTrue(seconds < AT_ONCE_SECONDS, seconds + " s:\n" + said);
  }

  @Test
  @Order(16)
  void theWebHasSeenExitsOnly() {
    Set<String> clients = new HashSet<>();
    site.network().web().visits().forEach(visit -> clients.add(visit.client()));
    clients.removeAll(TorPlan.exits());
    clients.remove(TorPlan.ONION);
    assertEquals(Set.of(), clients);
  }
}
