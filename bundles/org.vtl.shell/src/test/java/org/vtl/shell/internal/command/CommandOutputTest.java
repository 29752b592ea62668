package org.vtl.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.runtime.LinkInfo;
import org.vtl.text.JsonReader;

/** What single commands print and do. */
class CommandOutputTest {
  private final FakeVtl vtl = new FakeVtl();

  private CommandCall call(String... words) {
    return CommandCall.of(vtl, words);
  }

  /** A terminal whose user answers {@code answer}. */
  private static Output.Screen user(String answer) {
    return new Output.Screen() {
      @Override
      public int columns() {
        return 100;
      }

      @Override
      public boolean isTerminal() {
        return true;
      }

      @Override
      public String ask(String question) {
        return answer;
      }
    };
  }

  @Test
  void links() {
    assertEquals(
        """
        LINK  STATE    VM       NETWORK      CONNS  KERNEL      OUT      IN  DROPPED   FREE
        vm1   UP       tap:vm1  packet:eth1      2       1  12.3 kB  6.8 MB        3   97 %
            requires firewall
        vm2   WAITING  tap:vm2  packet:eth2      0       -      0 B     0 B        0  100 %
            Port tap:vm2 is missing; create it or start the VM.
        """,
        call("links").out());
    assertEquals("There is no link \"vm3\"; did you mean \"vm1\"?\n", call("links", "vm3").err());
  }

  @Test
  void severalWorkersOfALinkAreListed() {
    vtl.workers =
        List.of(
            new LinkInfo.WorkerInfo(0, 1, 60, 1, 3, 0, 500),
            new LinkInfo.WorkerInfo(1, 1, 40, 199, 0, 7, 500));
    assertTrue(
        call("links")
            .out()
            .contains(
                """
                    worker 0: 1 connection, 60 packets out, 1 packet in, 3 dropped
                    worker 1: 1 connection, 40 packets out, 199 packets in, 0 dropped, 7 handed over
                    requires firewall
                """));
  }

  @Test
  void aRefusedLinkHasNoPorts() {
    vtl.onlyRefused = true;
    assertEquals(
        """
        LINK  STATE   VM  NETWORK  CONNS  KERNEL  OUT   IN  DROPPED  FREE
        vm3   FAILED  -   -            0       -  0 B  0 B        0     -
            Wrong.
        """,
        call("links").out());
  }

  @Test
  void ports() {
    assertEquals(
        """
        PORT     LINK  SIDE  STATE    OFFLOADS       MTU       IN     OUT  LOST
        tap:vm1  vm1   vm    OPEN     checksum,tcp  1500  12.0 kB  3.4 MB     3
        tap:vm2  vm1   vm    WAITING  checksum,tcp     -  12.0 kB  3.4 MB     3
            No interface vm2.
        """,
        call("ports").out());
  }

  @Test
  void services() {
    CommandCall call = call("services", "--counters");

    assertEquals(
        """
        PRIORITY  SERVICE   STATE   PROTOCOLS  LINKS  PACKETS   TIME  DROPPED  TAKEN  INJECTED  HELD
             200  firewall  ABSENT  -          all          0      -        0      0         0     0
            Link vm1 requires it, and no bundle has it.
            required by vm1
             600  impair    ACTIVE  TCP,UDP    all        300  84 ns        3     20        20     5

        COUNTER         LINK  VALUE  COUNTED
        impair/delayed  -        20  packets delayed
        """,
        call.out());
  }

  @Test
  void connections() {
    CommandCall call =
        call("connections", "tcp", "and", "port", "443", "--limit", "2", "--page", "3");

    assertEquals(
        List.of("ConnectionQuery[filter=tcp and port 443, sort=bytes, offset=4, limit=2]"),
        vtl.asked);
    assertTrue(
        call.out()
            .startsWith(
                """
                ID  PROTO  VM              NETWORK        STATE               PATH       OUT      IN      AGE   IDLE
                17  tcp    10.0.0.2:43210  [fd00::1]:443  ESTABLISHED/CLOSE…  kernel  1.2 kB  5.6 MB  2 m 5 s  0.3 s
                """),
        call.out());
    assertTrue(call.out().endsWith("5 to 6 of 90; --page 4 shows more.\n"), call.out());
    assertEquals(
        "Page 50 is past the last of 90 connections.\n", call("connections", "--page", "50").out());
    assertEquals(
        "Word \"bogus\" is no filter; use host, port, tcp.\n", call("connections", "bogus").err());
  }

  @Test
  void oneConnectionHasBothEndsSideBySide() throws Exception {
    CommandCall call = call("connections", "17");

    assertTrue(
        call.out()
            .startsWith(
                "Connection 17 on link vm1: tcp, opened OUTBOUND, answered, 2 m 5 s old, idle 0.3"
                    + " s\n"),
        call.out());
    assertTrue(
        call.out().contains("address           10.0.0.2:43210     [fd00::1]:443\n"), call.out());
    assertTrue(call.out().contains("chain    impair\nleft     firewall\n"), call.out());
    assertEquals(1, call("connections", "18").status());
    assertEquals(1, call("connections", "99999999999999999999").status());
    assertEquals(
        17L, ((Map<?, ?>) JsonReader.parse(call("connections", "17", "--json").out())).get("id"));
  }

  @Test
  void aConnectionTellsWhatHappenedToIt() throws Exception {
    String timeline =
        """

          AFTER      AGO  WHAT HAPPENED
         0.0 ms  1 m 0 s  The VM opened it.
          50 ms  1 m 0 s  It is established.
        59.25 s   1.00 s  wall dropped a packet.
        """;
    assertTrue(call("connections", "17").out().endsWith(timeline), call("connections", "17").out());
    assertTrue(call("explain", "17").out().endsWith(timeline), call("explain", "17").out());
    assertEquals(
        """
        Connection 16 on link vm1 is over. What happened to it:

         AFTER     AGO  WHAT HAPPENED
        0.0 ms  5.00 s  It was forgotten.
        There may have been more: a worker remembers its last events only.
        """,
        call("connections", "16").out());
    Map<?, ?> json = (Map<?, ?>) JsonReader.parse(call("connections", "17", "--json").out());
    assertEquals(3, ((List<?>) ((Map<?, ?>) json.get("timeline")).get("events")).size());
    assertEquals("tcp", json.get("protocol"));
  }

  @Test
  void explainTakesToForTheArrow() {
    CommandCall call = call("explain", "--link", "vm1", "tcp", "10.0.0.2:1", "to", "10.0.0.3:80");

    assertEquals(List.of("explain vm1 tcp 10.0.0.2:1 > 10.0.0.3:80"), vtl.asked);
    assertEquals(
        """
        tcp 10.0.0.2:1 > 10.0.0.3:80 on link vm1, as a new connection:
        PRIORITY  SERVICE   SEES  WHY
             200  firewall  no    absent
             600  impair    yes   in chain
        """,
        call.out());
  }

  @Test
  void traceShowsEachStage() {
    vtl.events = List.of(FakeVtl.event("DROPPED"), FakeVtl.event("SENT"), FakeVtl.event("SENT"));

    CommandCall call = call("trace", "-n", "2", "tcp");

    assertEquals(List.of("trace tcp 2", "trace closed"), vtl.asked);
    assertEquals(
        """
        #1 vm1 OUTBOUND 74 bytes connection 17
          tcp 10.0.0.2:1 > 10.0.0.3:80 SYN
            arrival
            impair           DROP     impair/lost
                26: 0a00 > 0b00
          DROPPED

        #2 vm1 OUTBOUND 74 bytes connection 17
          tcp 10.0.0.2:1 > 10.0.0.3:80 SYN
            arrival
            impair           DROP     impair/lost
                26: 0a00 > 0b00
          SENT
        """,
        call.out());
  }

  @Test
  void traceEndsAtItsTime() {
    assertEquals("No packet matched within 1 second.\n", call("trace", "--timeout", "1").out());
    assertEquals("[]\n", call("trace", "--timeout", "1", "--json").out());
  }

  @Test
  void anInterruptEndsATraceAndItsArray() throws Exception {
    vtl.events = List.of(FakeVtl.event("SENT"));
    CommandCall[] call = new CommandCall[1];
    Thread thread = Thread.ofPlatform().start(() -> call[0] = call("trace", "--json"));
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }

    thread.interrupt();
    thread.join();

    assertEquals(Failure.INTERRUPTED, call[0].status());
    assertEquals(1, ((List<?>) JsonReader.parse(call[0].out())).size());
    assertEquals("trace closed", vtl.asked.getLast());
  }

  @Test
  void stats() {
    assertEquals(
        """
        COUNTER              LINK  VALUE  COUNTED
        core/malformed       vm1       3  packets that could not be read
        core/pool-exhausted  vm1       4  polls without a free packet
        impair/delayed       -        20  packets delayed
        """,
        call("stats").out());
    assertEquals(
        """
        COUNTER         LINK  VALUE  COUNTED
        core/malformed  vm1       3  packets that could not be read
        """,
        call("stats", "--drops", "--link", "vm1").out());
    assertTrue(call("stats", "--all").out().contains("impair/never"));
    vtl.dropped = 0;
    assertEquals("Nothing was dropped.\n", call("stats", "--drops").out());
    assertEquals(Failure.USAGE, call("stats", "-n", "1").status());
  }

  @Test
  void statsGivesRates() throws Exception {
    CommandCall call = call("stats", "--every", "1", "-n", "1", "--json");

    Map<?, ?> rate = (Map<?, ?>) ((List<?>) ((List<?>) JsonReader.parse(call.out())).get(0)).get(0);
    assertEquals(
        List.of("name", "link", "drop", "value", "perSecond", "description"),
        List.copyOf(rate.keySet()));
    assertEquals(0.0, rate.get("perSecond"));
  }

  @Test
  void installShowsThePlanThenWhatHappens() {
    assertEquals(
        """
        installs   org.x 1.0
        starts     org.x
        refreshes  nothing
        Starting org.x.
        org.x 1.0 is installed.
        """,
        call("install", "portblock").out());
    assertEquals(List.of("install portblock"), vtl.asked);
  }

  @Test
  void aPlanChangesNothing() {
    assertEquals(0, call("install", "portblock", "--plan").status());
    assertEquals(
        "\"nowhere\" is neither a file nor a feature.\n", call("install", "nowhere").err());
    vtl.problems = List.of("It needs org.y, which nothing has.");
    assertEquals(1, call("install", "portblock", "--plan").status());
    assertEquals(
        "\"portblock\" cannot be installed: It needs org.y, which nothing has.\n",
        call("install", "portblock").err());
    assertEquals(List.of(), vtl.asked);
  }

  @Test
  void whatRefreshesOthersIsConfirmed() {
    vtl.refresh = List.of("org.vtl.core");

    assertEquals(Failure.USAGE, call("install", "x").status());
    CommandCall.of(vtl, user("no"), "install", "x");
    assertEquals(List.of(), vtl.asked);
    CommandCall.of(vtl, user("y"), "install", "x");
    call("update", "org.x", "--yes");
    assertEquals(List.of("install x", "update org.x file:/x.jar"), vtl.asked);
  }

  @Test
  void updateTakesTheSourceOfWhatIsInstalled() {
    assertEquals(0, call("update", "org.x").status());
    assertEquals(0, call("update", "org.x", "/y.jar").status());
    assertEquals(
        "\"org.y\" was not installed; did you mean \"org.x\"?\n", call("update", "org.y").err());
    assertEquals(
        "Feature portblock is not installed; \"install portblock\" does that.\n",
        call("update", "portblock").err());
    assertEquals(List.of("update org.x file:/x.jar", "update org.x /y.jar"), vtl.asked);
  }

  @Test
  void configListsShowsSetsAndDeletes() {
    assertTrue(
        call("config").out().contains("delay.millis=20 links=vm1,a\\,b"), call("config").out());
    assertEquals(
        """
        org.vtl.service.impair (etc/org.vtl.service.impair.cfg.json)
        KEY           VALUE     DEFAULT  TYPE      WHAT
        vm.port       -         -        String    port on the VM's side
        delay.millis  20        0        Integer   how long each packet waits
        links         vm1,a\\,b  -        String[]  links that it serves
        """,
        call("config", "org.vtl.service.impair").out());
    assertEquals(
        """
        org.vtl.service.impair (etc/org.vtl.service.impair.cfg.json)
        KEY           VALUE  DEFAULT  TYPE     WHAT
        delay.millis  -      0        Integer  how long each packet waits
        """,
        call("config", "org.vtl.service.impair", "delay.millis=").out());
    call("config", "org.vtl.link~vm9", "vm.port=tap:vm9", "links=a,b");
    assertEquals("tap:vm9", vtl.configurations.get("org.vtl.link~vm9").get("vm.port"));
    assertEquals(0, call("config", "org.vtl.link~vm9", "--delete").status());
    assertTrue(vtl.configurations.keySet().stream().noneMatch("org.vtl.link~vm9"::equals));
    assertEquals(
        "There is no configuration \"org.vtl.link~vm2\"; did you mean \"org.vtl.link~vm1\"?\n",
        call("config", "org.vtl.link~vm2").err());
    assertEquals(
        "\"delay\" is not KEY=VALUE; to set a key write delay=VALUE.\n",
        call("config", "org.vtl.link~vm1", "delay").err());
    assertEquals(
        "\"[a, b]\" is not KEY=VALUE; write a list without brackets, such as KEY=1,2.\n",
        call("config", "org.vtl.link~vm1", "links=", "[a, b]").err());
    assertEquals(
        Failure.USAGE, call("config", "org.vtl.service.impair", "delay.millis=x").status());
  }

  @Test
  void priority() {
    assertEquals("Service impair has priority 600.\n", call("priority", "impair").out());
    assertEquals("Service impair has priority 300.\n", call("priority", "impair", "300").out());
    assertEquals(300, vtl.configurations.get("org.vtl.service.impair").get("vtl.priority"));
    assertEquals(
        "Service impair has its own priority again.\n",
        call("priority", "impair", "default").out());
    assertTrue(!vtl.configurations.get("org.vtl.service.impair").containsKey("vtl.priority"));
    assertEquals(Failure.USAGE, call("priority", "impair", "high").status());
    assertEquals(Failure.FAILED, call("priority", "firewall", "5").status());
    vtl.takesPriority = false;
    assertEquals(Failure.FAILED, call("priority", "impair", "5").status());
  }

  @Test
  void shutdownIsConfirmed() {
    assertEquals(Failure.USAGE, call("shutdown").status());
    assertEquals("VTL runs on.\n", CommandCall.of(vtl, user(""), "shutdown").out());
    assertEquals(List.of(), vtl.asked);
    call("shutdown", "--yes");
    CommandCall.of(vtl, user("YES"), "shutdown");
    assertEquals(List.of("stop", "stop"), vtl.asked);
  }

  @Test
  void statusTellsEachFaultOnce() {
    CommandCall call = call("status");

    assertEquals(1, call.status());
    assertEquals(
        """
        1 of 2 links up, 1 of 2 services active, 2 connections.
        ! Service firewall: Link vm1 requires it, and no bundle has it.
        ! bad.jar is FAILED: It is no zip file.
        """,
        call.out());
    assertEquals(0, call("status", "--json").status());
  }

  @Test
  void helpListsAndDescribes() {
    assertTrue(call("help").out().lines().anyMatch(line -> line.startsWith("links ")));
    assertEquals(call("links", "--help").out(), call("help", "vtl:links").out());
    assertEquals(
        "VTL has no command \"lnks\"; did you mean \"links\"?\n", call("help", "lnks").err());
  }

  @Test
  void aConfigurationIsChangedOnTrial() {
    CommandCall call = call("config", "org.vtl.link~vm1", "workers=2", "--trial", "120");
    assertEquals(0, call.status(), call.toString());
    assertTrue(call.out().contains("until 2026-11-23T12:00:00Z"), call.out());
    assertEquals(0, call("config", "org.vtl.link~vm1", "--confirm").status());
    assertEquals(
        List.of("try org.vtl.link~vm1 [workers] 120", "confirm org.vtl.link~vm1"), vtl.asked);
    assertEquals(
        "Configuration org.vtl.link~vm1 is not on trial.\n",
        call("config", "org.vtl.link~vm1", "--revert").err());
    assertEquals(Failure.USAGE, call("config", "--confirm").status());
  }
}
