package org.vtl.service.tor.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What VTL's own Tor is told. */
class TorPlanTest {
  private static final Path FOLDER = Path.of("/var/lib/vtl/tor");

  @Test
  void theTorrcIsolatesAndEndsWithVtl() {
    String torrc = plan("UseBridges 1").torrc(42, "debian-tor");
    assertTrue(
        torrc.contains(
            "SocksPort unix:\"/var/lib/vtl/tor/socks\" IsolateSOCKSAuth ExtendedErrors\n"));
    assertTrue(torrc.contains("ControlPort unix:\"/var/lib/vtl/tor/control\"\n"));
    assertTrue(torrc.contains("CookieAuthentication 1\n"));
    assertTrue(torrc.contains("__OwningControllerProcess 42\n"));
    assertTrue(torrc.contains("User debian-tor\n"));
    assertTrue(torrc.endsWith("UseBridges 1\n"));
    assertFalse(plan().torrc(42, "").contains("User "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SocksPort 9050",
        "socksport 0.0.0.0:9050",
        "+ControlPort 9051",
        "  User root",
        "DataDirectory /",
        "UseBridges 1\nSocksPort 9050",
        "Log debug file /x",
      })
  void whatVtlSetsItselfIsRefused(String line) {
    String sentence = assertThrows(IllegalArgumentException.class, () -> plan(line)).getMessage();
    assertTrue(sentence.startsWith("tor.options has \""), sentence);
    assertTrue(sentence.endsWith("which VTL sets itself; leave it out."), sentence);
    assertFalse(sentence.contains("\n"));
  }

  @Test
  void aPathTooLongForASocketIsTold() {
    Path folder = Path.of("/" + "a".repeat(100));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> new TorPlan("tor", folder, "", List.of()))
            .getMessage()
            .contains("tor.directory"));
  }

  @Test
  void aLogTellsTheFirstError() {
    TorLog log = new TorLog();
    log.add("Nov 23 17:00:00.000 [notice] Bootstrapped 5%");
    assertEquals("", log.complaint());
    log.add("Nov 23 17:00:00.000 [warn] Something is odd.");
    assertEquals("Something is odd", log.complaint());
    log.add("Nov 23 17:00:00.000 [err] Reading config failed.");
    log.add("Nov 23 17:00:00.000 [err] Exiting.");
    assertEquals("Reading config failed", log.complaint());
    assertEquals(4, log.lines(10).size());
    assertEquals(1, log.lines(1).size());
    log.begin();
    assertEquals("", log.complaint());
    log.add("Nov 23 17:00:00.000 [warn] Strange name \u001b[2J\u009b1m.");
    assertEquals("Strange name ?[2J?1m", log.complaint());
    assertEquals("Nov 23 17:00:00.000 [warn] Strange name ?[2J?1m.", log.lines(1).getFirst());
    for (int i = 0; i < 1_000; i++) {
      log.add("line " + i);
    }
    assertEquals(200, log.lines(10_000).size());
  }

  private static TorPlan plan(String... options) {
    return new TorPlan("tor", FOLDER, "debian-tor", List.of(options));
  }
}
