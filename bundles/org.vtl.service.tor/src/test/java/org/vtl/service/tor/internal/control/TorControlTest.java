package org.vtl.service.tor.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client of the control port against one that a test plays. */
@Timeout(30)
class TorControlTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] COOKIE = new byte[32];
  private static final String NONCE = "ab".repeat(32);
  private static final String PHASE =
      "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"\r\n"
          + "250 OK\r\n";

  @TempDir Path folder;

  private String methods = "SAFECOOKIE,COOKIE";
  private boolean knowsCookie = true;
  private String authentication = "250 OK\r\n";

  @Test
  void authenticatesSafelyAndKnowsHowTorFares() throws Exception {
    try (FakeTor tor = new FakeTor(this::answer);
        TorControl control = new TorControl(tor.address(), cookie(32), true)) {
      await(() -> control.bootstrap().isDone());
      assertEquals("0.4.9.11", control.version());
      assertEquals("", control.complaint());
      String proof = tor.await("AUTHENTICATE ").substring("AUTHENTICATE ".length());
      assertEquals(64, proof.length());
      assertFalse(proof.equals(HEX.formatHex(COOKIE)), "the cookie itself is never said");
      assertEquals("TAKEOWNERSHIP", tor.await("TAKEOWNERSHIP"));
      tor.say("650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=45 SUMMARY=\"Asking\"\r\n");
      await(() -> control.bootstrap().equals(new Bootstrap(45, "Asking", "")));
      control.newIdentity();
      assertEquals("SIGNAL NEWNYM", tor.await("SIGNAL"));
      assertEquals("relay3", control.circuits().getFirst().path().get(1));
      assertEquals("192.0.2.7:80", control.streams().getFirst().target());
      tor.say("650 STREAM 28 NEW 0 www.example.test:80 PURPOSE=USER\r\n");
      tor.say("650 STREAM 28 REMAP 5 192.0.2.7:80 SOURCE=EXIT\r\n");
      assertEquals("www.example.test:80", control.streams().getFirst().target());
      tor.say("650 STREAM 28 CLOSED 5 192.0.2.7:80 REASON=END\r\n");
      assertEquals("192.0.2.7:80", control.streams().getFirst().target());
      control.dropOwnership();
      assertEquals("DROPOWNERSHIP", tor.await("DROP"));
    }
  }

  @Test
  void comesBackAfterALoss() throws Exception {
    try (FakeTor tor = new FakeTor(this::answer);
        TorControl control = new TorControl(tor.address(), cookie(32), false)) {
      await(() -> control.bootstrap().isDone());
      tor.hangUp();
      await(() -> !control.bootstrap().isDone());
      await(() -> control.bootstrap().isDone());
      control.newIdentity();
    }
  }

  @Test
  void aReplyThatDoesNotComeIsNotWaitedForAgain() throws Exception {
    try (FakeTor tor = new FakeTor(this::answer);
        TorControl control = new TorControl(tor.address(), cookie(32), false)) {
      await(() -> control.bootstrap().isDone());
      tor.answer(line -> null);
      assertThrows(IOException.class, control::newIdentity);
    }
  }

  @Test
  void whoDoesNotKnowTheCookieIsNotTold() throws Exception {
    knowsCookie = false;
    assertComplaint(cookie(32), "does not know Tor's cookie");
  }

  @Test
  void aFileThatIsNoCookieIsNotShown() throws Exception {
    Path secret = cookie(33);
    try (FakeTor tor = new FakeTor(this::answer);
        TorControl control = new TorControl(tor.address(), secret, false)) {
      await(() -> control.complaint().contains("has not 32 bytes"));
      assertTrue(tor.asked.stream().noneMatch(line -> line.startsWith("AUTHENTICATE")));
    }
  }

  @Test
  void whoWantsTheCookieItselfDoesNotGetIt() throws Exception {
    methods = "COOKIE";
    Path secret = cookie(32);
    try (FakeTor tor = new FakeTor(this::answer);
        TorControl control = new TorControl(tor.address(), secret, false)) {
      await(() -> control.bootstrap().isDone() || control.complaint().contains("SAFECOOKIE"));
      assertTrue(tor.asked.stream().noneMatch(line -> line.startsWith("AUTHENTICATE")));
    }
  }

  @Test
  void sentencesHaveARemedy() throws Exception {
    assertComplaint(folder.resolve("none"), "is not there; check that Tor runs");
    methods = "HASHEDPASSWORD";
    assertComplaint(null, "set CookieAuthentication 1");
    methods = "SAFECOOKIE";
    authentication = "515 Authentication failed\r\n";
    assertComplaint(cookie(32), "does not take the cookie");
    methods = "NULL";
    authentication = "250 OK\r\n";
    try (FakeTor tor = new FakeTor(this::answer);
        TorControl control = new TorControl(tor.address(), null, false)) {
      await(() -> control.bootstrap().isDone());
    }
    try (FakeTor tor = new FakeTor(line -> "HTTP/1.1 400 Bad Request\r\n");
        TorControl control = new TorControl(tor.address(), null, false)) {
      await(() -> !control.complaint().isEmpty() && !control.complaint().contains("not yet"));
    }
  }

  @Test
  void nobodyAtThePort() throws Exception {
    FakeTor tor = new FakeTor(this::answer);
    tor.close();
    try (TorControl control = new TorControl(tor.address(), null, false)) {
      await(() -> control.complaint().startsWith("Nothing answers at Tor's control port"));
      assertTrue(
          assertThrows(IOException.class, control::circuits).getMessage().endsWith("ControlPort."));
    }
  }

  // ---- the rig ---------------------------------------------------------------------------------

  private void assertComplaint(Path cookie, String part) throws Exception {
    try (FakeTor tor = new FakeTor(this::answer);
        TorControl control = new TorControl(tor.address(), cookie, false)) {
      await(() -> control.complaint().contains(part));
    }
  }

  private String answer(String line) {
    String[] words = line.split(" ");
    return switch (words[0]) {
      case "PROTOCOLINFO" ->
          "250-PROTOCOLINFO 1\r\n250-AUTH METHODS="
              + methods
              + "\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n";
      case "AUTHCHALLENGE" -> {
        byte[] cookie = COOKIE.clone();
        cookie[0] = (byte) (knowsCookie ? 0 : 1);
        byte[] hash =
            Authentication.mac(
                "Tor safe cookie authentication server-to-controller hash",
                cookie,
                HEX.parseHex(words[2]),
                HEX.parseHex(NONCE));
        yield "250 AUTHCHALLENGE SERVERHASH="
            + HEX.formatHex(hash)
            + " SERVERNONCE="
            + NONCE
            + "\r\n";
      }
      case "AUTHENTICATE" -> authentication;
      case "GETINFO" ->
          Map.of(
                  "status/bootstrap-phase",
                  PHASE,
                  "circuit-status",
                  "250+circuit-status=\r\n5 BUILT $A~auth0,$B~relay3\r\n.\r\n250 OK\r\n",
                  "stream-status",
                  "250-stream-status=28 SUCCEEDED 5 192.0.2.7:80\r\n250 OK\r\n")
              .get(words[1]);
      default -> "250 OK\r\n";
    };
  }

  private Path cookie(int length) throws IOException {
    return Files.write(folder.resolve("cookie" + length), new byte[length]);
  }

  /** What happens on another thread, and nothing tells of. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }
}
