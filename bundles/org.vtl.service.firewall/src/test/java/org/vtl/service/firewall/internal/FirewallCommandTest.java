package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.firewall.internal.command.FirewallCommand;
import org.vtl.testkit.Frames;

/** {@code vtl:firewall} on a firewall in a running engine. */
@Timeout(60)
class FirewallCommandTest {
  private static final String BEFORE =
      """
      policy outbound accept
      ct state established accept id established
      inbound tcp dport 80 log prefix "web" accept id web
      """;

  @TempDir Path data;

  private FirewallRig rig;
  private FirewallCommand command;
  private String out = "";
  private String err = "";

  @BeforeEach
  void start() throws Exception {
    rig = new FirewallRig(BEFORE.lines().toArray(String[]::new));
    List<LinkInfo> links = rig.engine.runtime().links();
    VtlRuntime runtime =
        (VtlRuntime)
            Proxy.newProxyInstance(
                VtlRuntime.class.getClassLoader(),
                new Class<?>[] {VtlRuntime.class},
                (proxy, method, arguments) -> links);
    command = new FirewallCommand(rig.firewall, runtime, data);
    file("open.txt", BEFORE + "inbound tcp dport 22 accept id ssh\n");
    file("closed.txt", BEFORE.replace("dport 80", "dport 81"));
    file("broken.txt", BEFORE + "inbound tcp dport nix accept\ndorp\n");
  }

  @AfterEach
  void end() {
    rig.close();
  }

  // ---- show ------------------------------------------------------------------------------------

  @Test
  void rulesInOrderWithWhatTheyCounted() {
    assertTrue(rig.openIn(80));
    assertFalse(rig.openIn(22));
    assertEquals(0, call("show"), err);
    List<String> lines = out.lines().toList();
    assertTrue(lines.get(0).startsWith("The configured rules are in force since "), out);
    assertTrue(lines.get(1).matches("RULE +HITS +PACKETS +BYTES +CONNS +TEXT"), out);
    assertTrue(lines.get(2).startsWith("established "), out);
    assertTrue(lines.get(3).matches("web +1 +1 +44 +1 +inbound tcp dport 80 log .*"), out);
    assertTrue(lines.get(4).matches("policy outbound +0 +0 +0 +0 +accept"), out);
    assertTrue(lines.get(5).matches("policy inbound +1 +1 +44 +1 +drop"), out);
    assertEquals(0, call("--json"), err);
    assertTrue(out.contains("\"id\":\"web\",\"link\":\"\",\"line\":3,\"hits\":1,"), out);
    assertTrue(out.contains("\"trialSeconds\":null"), out);
  }

  @Test
  void theTextIsWhatApplyReads() throws Exception {
    assertEquals(0, call("show", "--text"), err);
    file("same.txt", out);
    assertEquals(0, call("diff", "same.txt"), err);
    assertEquals("The rules say the same as those in force.\n", out);
  }

  @Test
  void aLinkShowsItsOwnRules() throws Exception {
    file(
        "links.txt",
        "link lab {\n policy inbound accept\n udp dport 1 drop id a\n}\n"
            + "link vm9 { tcp dport 2 drop id b; }\n");
    assertEquals(0, call("apply", "links.txt"), err);
    assertEquals(0, call("show", "--link", "lab"), err);
    assertTrue(out.contains("\na "), out);
    assertFalse(out.contains("\nb "), out);
    assertTrue(out.matches("(?s).*policy inbound .* accept\n.*"), out);
    assertEquals(0, call("show"), err);
    assertTrue(out.contains("\nb     "), out);
    assertTrue(out.contains("drop, on link lab accept\n"), out);
    assertEquals(1, call("show", "--link", "vm9"));
    assertEquals("No link is called \"vm9\"; vtl:links lists them.\n", err);
  }

  @Test
  void faultsOfTheConfigurationAreShown() {
    rig.configure("rules", new String[] {"policy drop", "tcp dport nix accept"});
    assertEquals(0, call(), err);
    assertTrue(out.contains("fault: rules[1] column 11: "), out);
    assertTrue(out.contains("\nweb "), "the rules of before hold: " + out);
  }

  // ---- files -----------------------------------------------------------------------------------

  @Test
  void aBrokenFileChangesNothingAndNamesEveryError() {
    for (String verb : List.of("check", "diff", "apply")) {
      assertEquals(1, call(verb, "broken.txt"));
      assertTrue(out.contains("broken.txt:4:19: "), out);
      assertTrue(out.contains("broken.txt:5:1: "), out);
      assertTrue(out.contains("cannot be used: 2 errors, 0 warnings.\n"), out);
    }
    assertTrue(out.endsWith("Nothing was changed.\n"), out);
    assertEquals(1, call("check", "broken.txt", "--json"));
    assertTrue(out.contains("\"errors\":[{\"line\":4,\"column\":19,"), out);
    assertEquals(List.of(), rig.written);
    assertTrue(rig.openIn(80));
  }

  @Test
  void warningsDoNotStop() throws Exception {
    file("w.txt", "tcp dport 1-9 drop\ntcp dport 5 drop\n");
    assertEquals(0, call("check", "w.txt"), err);
    assertTrue(out.startsWith("w.txt:2:1: warning: "), out);
    assertTrue(out.endsWith("w.txt is good: 2 rules, 0 sets, 1 warning.\n"), out);
  }

  @Test
  void diffSaysWhatAFileWouldChange() {
    assertEquals(0, call("diff", "open.txt"), err);
    assertEquals("+ rule ssh: inbound tcp dport 22 accept id ssh\n", out);
    assertEquals(0, call("diff", "closed.txt"), err);
    assertEquals(2, out.lines().count(), out);
    assertTrue(out.startsWith("- rule web: inbound tcp dport "), out);
    assertTrue(out.contains("\n+ rule web: inbound tcp dport 81 "), out);
    assertEquals(0, call("diff", "open.txt", "--json"), err);
    assertTrue(out.contains("{\"kind\":\"ADDED\",\"what\":\"rule\",\"name\":\"ssh\","), out);
  }

  // ---- changing --------------------------------------------------------------------------------

  @Test
  void applyKeepsOpenConnectionsAndWritesTheConfiguration() throws Exception {
    assertTrue(rig.openIn(80));
    String lines = Files.readString(data.resolve("closed.txt"));
    assertEquals(0, call("apply", "closed.txt"), err);
    assertTrue(
        out.contains(
            "1 of 1 open connection would be refused; they go on as far as the rules accept"
                + " established ones (--end ends them).\n"
                + "    lab inbound tcp 10.0.0.2:4000 > 10.0.0.1:80\n"),
        out);
    assertTrue(out.endsWith("In force, and in the configuration.\n"), out);
    assertEquals(List.of(lines.lines().toList()), rig.written);
    assertTrue(rig.outbound(FirewallRig.tcpOut(80).seq(900).ack(100).payload("still")));
    assertFalse(rig.inbound(FirewallRig.tcpIn(80).from("10.0.0.2:4001").syn()));
  }

  @Test
  void applyEndsThemIfTold() {
    assertTrue(rig.openIn(80));
    assertEquals(0, call("apply", "closed.txt", "--end"), err);
    assertTrue(out.contains("1 of 1 open connection would be refused; 1 ended.\n"), out);
    assertTrue(rig.toVm().toString().contains("R"), "the VM is told");
    assertEquals(1, rig.toNetwork().size(), "its peer, too");
    assertFalse(rig.outbound(FirewallRig.tcpOut(80).seq(900).ack(100).payload("more")));
  }

  @Test
  void connectionsThatWouldBeRefused() {
    assertTrue(rig.openIn(80));
    assertEquals(0, call("connections", "--refused", "closed.txt"), err);
    assertEquals(
        "1 of 1 open connection would be refused.\n"
            + "    lab inbound tcp 10.0.0.2:4000 > 10.0.0.1:80\n",
        out);
    assertEquals(0, call("connections", "--refused", "open.txt", "--json"), err);
    assertTrue(out.startsWith("{\"checked\":1,\"refused\":0,"), out);
    assertEquals(2, call("connections"));
  }

  @Test
  void aTrialIsKeptOnlyIfConfirmed() {
    assertFalse(rig.openIn(22));
    assertEquals(0, call("apply", "open.txt", "--confirm", "60"), err);
    assertTrue(
        out.endsWith(
            "In force on trial: unless vtl:firewall confirm comes within 60 s, the rules of before"
                + " hold again.\n"),
        out);
    assertEquals(List.of(), rig.written);
    assertTrue(rig.openIn(22));
    assertEquals(0, call(), err);
    assertTrue(out.startsWith("Rules on trial since "), out);
    assertEquals(0, call("confirm"), err);
    assertEquals(1, rig.written.size());
    assertEquals(1, call("confirm"));
    assertTrue(err.startsWith("There is no policy on trial to confirm"), err);
  }

  @Test
  void aTrialIsRolledBack() {
    assertEquals(0, call("apply", "open.txt", "--confirm=60"), err);
    assertEquals(0, call("rollback"), err);
    assertEquals("The trial is over; the configured rules are in force again.\n", out);
    assertFalse(rig.openIn(22));
    assertEquals(1, call("rollback", "--json"));
    assertTrue(out.startsWith("{\"error\":\"There is no policy on trial"), out);
  }

  // ---- test ------------------------------------------------------------------------------------

  @Test
  void whatWouldBecomeOfAPacketAndWhy() {
    assertEquals(0, call("test", "--in", "tcp 10.0.0.2:1234 > 10.0.0.1:80"), err);
    List<String> lines = out.lines().toList();
    assertEquals(
        "tcp 10.0.0.2:1234 > 10.0.0.1:80 flags syn, inbound on link lab, new:", lines.get(0));
    assertTrue(lines.get(1).startsWith("accepted by rule web: inbound tcp dport "), out);
    assertTrue(lines.get(3).matches("established +ct state is new +ct state established .*"), out);
    assertEquals(4, lines.size(), out);

    assertEquals(0, call("test", "--in", "udp", "10.0.0.2", "to", "10.0.0.1:80"), err);
    assertTrue(out.contains("\ndropped, as no rule decides: policy inbound\n"), out);
    assertTrue(out.contains("the packet is udp"), out);

    assertEquals(0, call("test", "--out", "--json", "tcp 10.0.0.1:80 > 10.0.0.2:4000"), err);
    assertTrue(out.contains("\"action\":\"ACCEPT\",\"rule\":\"policy outbound\""), out);
    assertTrue(out.contains("{\"rule\":\"web\",\"matches\":false,"), out);

    assertEquals(0, call("test", "--in", "--file", "open.txt", "tcp 10.0.0.2 > 10.0.0.1:22"), err);
    assertTrue(out.contains("\naccepted by rule ssh: "), out);
    assertEquals(0, rig.firewall.policies().counters().counter("web").hits(), "nothing counted");

    assertEquals(2, call("test", "tcp 10.0.0.2 > 10.0.0.1:22"));
    assertTrue(err.startsWith("Say --out if the VM sends the packet"), err);
    assertEquals(2, call("test", "--in", "--state", "old", "tcp 10.0.0.2 > 10.0.0.1:22"));
    assertEquals(2, call("test", "--in", "tcp 10.0.0.2"));
    assertEquals(1, call("test", "--in", "--file", "broken.txt", "tcp 10.0.0.2 > 10.0.0.1:22"));
  }

  @Test
  void aLimitThatIsSpentIsTheReason() throws Exception {
    file("l.txt", "inbound udp dport 1 limit rate 1/hour burst 1 packets accept id once\n");
    assertEquals(0, call("apply", "l.txt"), err);
    String packet = "udp 10.0.0.2:4000 > 10.0.0.1:1";
    assertTrue(rig.inbound(Frames.udp().from("10.0.0.2:4000").to("10.0.0.1:1")));
    assertEquals(0, call("test", "--in", packet), err);
    assertTrue(out.contains("its limit or count says no"), out);
  }

  // ---- log and addresses -----------------------------------------------------------------------

  @Test
  void theLog() {
    assertEquals(0, call("log"), err);
    assertTrue(out.startsWith("No packet is in the log; "), out);
    assertTrue(rig.openIn(80));
    assertEquals(0, call("log"), err);
    assertTrue(
        out.matches(
            "#1 \\S+ accept inbound lab rule=web tcp 10.0.0.2:4000 > 10.0.0.1:80 flags=syn new"
                + " len=\\d+ \"web\"\n"),
        out);
    assertEquals(0, call("log", "--rule", "ssh"), err);
    assertTrue(out.startsWith("No packet is in the log by rule ssh"), out);
    assertEquals(0, call("log", "--json", "--count", "1"), err);
    assertTrue(out.startsWith("[\n{\"number\":1,\"time\":"), out);
    assertTrue(out.endsWith("}\n]\n"), out);
  }

  @Test
  void theLogAsItComes() throws Exception {
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(() -> run("log", "--follow", "--count", "2"));
    for (int port = 4000; !status.isDone(); port++) {
      rig.inbound(FirewallRig.tcpIn(80).from("10.0.0.2:" + port).syn());
      rig.pass(20);
      Thread.sleep(5);
    }
    assertEquals(0, status.get());
    assertEquals(2, out.lines().count(), out);
  }

  @Test
  void addressesToldAndLearned() throws Exception {
    assertTrue(rig.outbound(Frames.udp().from("10.0.0.1:5").to("10.0.0.2:6")));
    assertEquals(0, call("addresses"), err);
    assertTrue(out.matches("(?s).*lab +10\\.0\\.0\\.1 +first use +\\d+ s ago\n.*"), out);
    assertEquals(0, call("addresses", "forget", "10.0.0.1"), err);
    assertEquals(0, call("addresses", "--json"), err);
    assertFalse(out.contains("10.0.0.1\""), out);
    assertEquals(1, call("addresses", "forget", "10.0.0.1"));
    assertEquals(0, call("addresses", "learn", "10.0.0.7"), err);
    assertEquals(0, call("addresses"), err);
    assertTrue(out.matches("(?s).*lab +10\\.0\\.0\\.7 +command +.*"), out);
    assertEquals(2, call("addresses", "learn"));
    assertEquals(2, call("addresses", "learn", "nobody"));

    file("told.txt", "link lab { address 10.0.0.9; }\n");
    assertEquals(0, call("apply", "told.txt"), err);
    assertEquals(0, call("addresses"), err);
    assertTrue(out.matches("(?s).*lab +10\\.0\\.0\\.9 +told +.*"), out);
    assertEquals(1, call("addresses", "learn", "10.0.0.7"));
    assertTrue(err.contains("its policy tells its addresses"), err);
  }

  @Test
  void helpAndCompletion() {
    assertEquals(0, call("--help"), err);
    assertTrue(out.startsWith("usage: firewall [show]"), out);
    assertEquals(List.of("lab"), command.words("firewall", List.of("show", "--link")));
    assertEquals(
        List.of("established", "web"), command.words("firewall", List.of("log", "--rule")));
    assertEquals(2, call("dance"));
  }

  // ---- calling ---------------------------------------------------------------------------------

  private void file(String name, String text) throws Exception {
    Files.writeString(data.resolve(name), text);
  }

  /** Calls it while the engine goes on, as workers do. */
  private int call(String... words) {
    CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> run(words));
    while (!status.isDone()) {
      rig.turn();
      Thread.onSpinWait();
    }
    return status.join();
  }

  private int run(String... words) {
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    int status =
        command.call(
            List.of(words),
            new PrintStream(outBytes, false, StandardCharsets.UTF_8),
            new PrintStream(errBytes, false, StandardCharsets.UTF_8));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return status;
  }
}
