package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The firewall as an administrator uses it: installed, given rules, tried, broken, by commands. */
class FirewallInLabTest {
  private static final String OPEN =
      """
      policy inbound drop
      policy outbound accept
      ct state invalid drop id invalid
      ct state established,related accept id established
      inbound tcp dport 8080 accept id web
      inbound icmp type echo-request accept id ping
      """;

  private static final String CLOSED = OPEN.replace("dport 8080 accept", "dport 8080 drop");

  private static final String BROKEN = OPEN + "inbound tcp dport nix accept\ndorp\n";

  /** Statuses of a connection attempt: the VM's kernel answers at once, or nobody does. */
  private static final int ANSWERED = 1;

  private static final int SILENCE = 124;

  @TempDir Path temporary;

  private RunningLab lab;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void rulesAreAppliedTriedAndRefused() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
    try (RunningLab running = RunningLab.start(temporary)) {
      lab = running;
      lab.succeed("install", "firewall", "--yes");
      Path rules = file("open.txt", OPEN);
      rulesArePutInForce(rules);
      oneConnectionPassesAndAnotherDoesNot();
      aTrialRollsBackByItself();
      aBrokenFileChangesNothing();
      aBrokenConfigurationChangesNothing();
      uninstallingLetsAllPass();
    }
  }

  private void rulesArePutInForce(Path rules) throws Exception {
    String applied = lab.succeed("firewall", "apply", rules.toString());
    assertTrue(applied.contains("+ rule web: inbound tcp dport 8080 accept id web"), applied);
    assertTrue(applied.endsWith("In force, and in the configuration."), applied);
    String file = configuration();
    assertTrue(file.contains("inbound tcp dport 8080 accept id web"), file);
  }

  private void oneConnectionPassesAndAnotherDoesNot() throws Exception {
    lab.succeed("lab", "traffic", "tcp", "--from", "net", "--port", "8080", "--seconds", "1");
    assertEquals(SILENCE, connect(8081));
    String test =
        lab.succeed("firewall", "test", "--in", "tcp", "10.10.0.2", "to", "10.10.0.1:8081");
    assertTrue(test.contains("dropped, as no rule decides: policy inbound"), test);
    String show = lab.succeed("firewall", "show", "--json");
    assertTrue(
        show.matches("(?s).*\"id\":\"web\",\"link\":\"\",\"line\":5,\"hits\":[1-9].*"), show);
    assertTrue(
        show.matches("(?s).*\"id\":\"policy inbound\",\"link\":\"\",\"hits\":[1-9].*"), show);
    String drops = lab.succeed("stats", "--drops");
    assertTrue(drops.contains("firewall/by-policy"), drops);
  }

  private void aTrialRollsBackByItself() throws Exception {
    String before = configuration();
    Path closed = file("closed.txt", CLOSED);
    String applied = lab.succeed("firewall", "apply", closed.toString(), "--confirm", "4");
    assertTrue(applied.contains("In force on trial: "), applied);
    assertEquals(SILENCE, connect(8080));
    String show;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    do {
      TimeUnit.MILLISECONDS.sleep(200);
      show = lab.succeed("firewall");
    } while (show.startsWith("Rules on trial") && System.nanoTime() < end);
    assertTrue(show.startsWith("The configured rules are in force"), show);
    assertEquals(ANSWERED, connect(8080));
    assertEquals(before, configuration());
    assertTrue(
        lab.log().contains("The policy on trial was not confirmed in time"),
        "the log says what happened");
  }

  private void aBrokenFileChangesNothing() throws Exception {
    String before = configuration();
    Path broken = file("broken.txt", BROKEN);
    Process apply = lab.begin("firewall", "apply", broken.toString());
    apply.getOutputStream().close();
    String said = new String(apply.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(1, apply.waitFor(), said);
    assertTrue(said.contains(broken + ":7:19: "), said);
    assertTrue(said.contains(broken + ":8:1: "), said);
    assertTrue(said.endsWith("Nothing was changed."), said);
    assertEquals(before, configuration());
    assertEquals(ANSWERED, connect(8080));
    assertEquals(SILENCE, connect(8081));
  }

  private void aBrokenConfigurationChangesNothing() throws Exception {
    String good = configuration();
    Files.writeString(
        configurationFile(), "{\"rules\": [\"policy drop\",\n  \"tcp dport nix accept\"]}\n");
    String show = awaitShow("fault: rules[1] column 11: ");
    assertTrue(show.contains("\nweb "), show);
    assertEquals(ANSWERED, connect(8080));
    Files.writeString(configurationFile(), good);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (lab.succeed("firewall").contains("fault: ") && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
    assertFalse(lab.succeed("firewall").contains("fault: "));
  }

  private void uninstallingLetsAllPass() throws Exception {
    lab.succeed("uninstall", "firewall");
    assertEquals(ANSWERED, connect(8081), "the lab's link does not require a firewall");
  }

  private String awaitShow(String words) throws Exception {
    String show;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    do {
      TimeUnit.MILLISECONDS.sleep(200);
      show = lab.succeed("firewall");
    } while (!show.contains(words) && System.nanoTime() < end);
    assertTrue(show.contains(words), show);
    return show;
  }

  /** The status of an attempt to connect to a port of the VM at which nobody listens. */
  private int connect(int port) throws Exception {
    Process attempt =
        lab.begin(
            "lab", "exec", "net", "timeout", "2", "bash", "-c", "> /dev/tcp/10.10.0.1/" + port);
    attempt.getOutputStream().close();
    attempt.getInputStream().readAllBytes();
    return attempt.waitFor();
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(temporary.resolve(name), text);
  }

  private Path configurationFile() {
    return lab.data().resolve("etc/org.vtl.service.firewall.cfg.json");
  }

  private String configuration() throws Exception {
    return Files.readString(configurationFile());
  }
}
