package org.vtl.service.tor.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of Tor's control port, and bytes that are none. */
class ControlReaderTest {
  @Test
  void aReplyOfOneLine() throws IOException {
    ControlMessage message = reader("250 OK\r\n").read();
    assertEquals(new ControlMessage(250, List.of("OK")), message);
    assertTrue(message.isOk());
    assertFalse(message.isEvent());
  }

  @Test
  void aReplyOfSeveralLinesAndData() throws IOException {
    ControlReader reader =
        reader(
            "250-version=0.4.9.11\r\n"
                + "250+circuit-status=\r\n"
                + "5 BUILT $A1~auth0,$B2~relay3\r\n"
                + "..a line that begins with a dot\r\n"
                + ".\r\n"
                + "250 OK\r\n"
                + "650 STREAM 28 NEW 0 www.example.test:8000\r\n");
    ControlMessage reply = reader.read();
    assertEquals("0.4.9.11", reply.value("version"));
    assertEquals(
        "5 BUILT $A1~auth0,$B2~relay3\n.a line that begins with a dot",
        reply.value("circuit-status"));
    assertNull(reply.value("circuit"));
    assertTrue(reader.read().isEvent());
    assertThrows(EOFException.class, reader::read);
  }

  @Test
  void nothingSteersTheTerminalThatShowsIt() throws IOException {
    assertEquals(
        List.of("Tor=\"?]0;x??[2J?31m\"", "é"),
        reader("250-Tor=\"\u001b]0;x\u0007\u001b[2J\u00c2\u009b31m\"\r\n250 \u00c3\u00a9\r\n")
            .read()
            .lines());
  }

  @Test
  void emptyData() throws IOException {
    assertEquals(
        "", reader("250+circuit-status=\r\n.\r\n250 OK\r\n").read().value("circuit-status"));
    assertEquals("", reader("250-circuit-status=\r\n250 OK\r\n").read().value("circuit-status"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 501 Tor is not an HTTP Proxy\r\n",
        "25 OK\r\n",
        "250\r\n",
        "250=OK\r\n",
        "\r\n",
        "2x0 OK\r\n",
        "250-OK\r\nSSH-2.0-OpenSSH\r\n",
      })
  void whatIsNoMessageEndsTheReading(String text) {
    assertEquals(
        "What the control port says is not Tor's language.",
        assertThrows(IOException.class, reader(text)::read).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "250", "250 OK", "250+x\r\n", "250+x\r\na\r\n.", "250-x\r\n"})
  void whatEndsEarlyIsNoMessage(String text) {
    assertThrows(EOFException.class, reader(text)::read);
  }

  @Test
  void whatHasNoEndIsGivenUp() {
    String line = "250 " + "a".repeat(ControlReader.LONGEST_LINE + 1);
    assertThrows(IOException.class, reader(line)::read);
    String lines = ("250-" + "a".repeat(60_000) + "\r\n").repeat(150);
    assertThrows(IOException.class, reader(lines)::read);
    String data = "250+a\r\n" + "\r\n".repeat(ControlReader.LONGEST_MESSAGE / 2);
    assertThrows(IOException.class, reader(data)::read);
  }

  @Test
  void randomBytesEndInAMessageOrAnException() {
    Random random = new Random(7);
    byte[] alphabet = "2506-+ .=\"\\\r\nabcAUTH".getBytes(StandardCharsets.US_ASCII);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            random.nextInt(50) == 0
                ? (byte) random.nextInt()
                : alphabet[random.nextInt(alphabet.length)];
      }
      ControlReader reader = new ControlReader(new ByteArrayInputStream(bytes));
      try {
        while (true) {
          ControlMessage message = reader.read();
          for (String line : message.lines()) {
            assertNotNull(Words.pairs(Words.of(line)));
            Bootstrap.read(line);
            Circuit.read(line);
            TorStream.read(line);
            TorStream.event("STREAM " + line);
          }
        }
      } catch (IOException e) {
        // the end of it
      }
    }
  }

  // ---- words -----------------------------------------------------------------------------------

  @Test
  void quotesKeepBlanksTogether() {
    assertEquals(
        List.of("AUTH", "METHODS=COOKIE,SAFECOOKIE", "COOKIEFILE=/a b/\"c\"\\"),
        Words.of("AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/a b/\\\"c\\\"\\\\\""));
    assertEquals(List.of("a", "b c"), Words.of("  a   \"b c"));
    assertEquals(List.of("a="), Words.of("a=\"\""));
    assertEquals(List.of(), Words.of(""));
    assertEquals(Map.of("a", "1"), Words.pairs(List.of("a=1", "a=2", "=3", "b")));
  }

  @Test
  void bootstrapPhases() {
    assertEquals(
        new Bootstrap(50, "Loading relay descriptors", ""),
        Bootstrap.read(
            "NOTICE BOOTSTRAP PROGRESS=50 TAG=loading_descriptors"
                + " SUMMARY=\"Loading relay descriptors\""));
    assertEquals(
        new Bootstrap(5, "Connecting", "Connection refused"),
        Bootstrap.read(
            "STATUS_CLIENT WARN BOOTSTRAP PROGRESS=5 SUMMARY=\"Connecting\""
                + " WARNING=\"Connection refused\" REASON=CONNECTREFUSED"));
    assertNull(Bootstrap.read("NOTICE CIRCUIT_ESTABLISHED"));
    assertNull(Bootstrap.read("NOTICE BOOTSTRAP PROGRESS=101"));
    assertNull(Bootstrap.read("NOTICE BOOTSTRAP PROGRESS=-1"));
    assertNull(Bootstrap.read("NOTICE BOOTSTRAP PROGRESS=99999999999"));
    assertFalse(Bootstrap.UNKNOWN.isDone());
  }

  @Test
  void circuits() {
    assertEquals(
        List.of(
            new Circuit(
                "5", "BUILT", List.of("auth0", "relay3", "relay6"), "GENERAL", "vtl lab names"),
            new Circuit("7", "LAUNCHED", List.of(), "HS_VANGUARDS", ""),
            new Circuit("9", "EXTENDED", List.of("old", "$C3"), "", "")),
        Circuit.read(
            "5 BUILT $A1~auth0,$B2~relay3,$C3~relay6 BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL"
                + " SOCKS_USERNAME=\"vtl lab names\" SOCKS_PASSWORD=\"x\"\n"
                + "7 LAUNCHED PURPOSE=HS_VANGUARDS\n"
                + "none\n"
                + "9 EXTENDED $A1=old,$C3"));
  }

  @Test
  void streams() {
    assertEquals(
        List.of(
            new TorStream("28", "SUCCEEDED", "5", "www.example.test:80"),
            new TorStream("29", "SENTCONNECT", "9", "[2001:db8::1]:443"),
            new TorStream("30", "NEW", "0", "waits.example.test:80")),
        TorStream.read(
            "28 SUCCEEDED 5 www.example.test:80\n29 SENTCONNECT 9 [2001:db8::1]:443\n"
                + "30 NEW 0 waits.example.test:80\nnone\n"));
    assertEquals(List.of(), TorStream.read(""));
    TorStream event = TorStream.event("STREAM 28 NEW 0 www.example.test:80 PURPOSE=USER");
    assertEquals(new TorStream("28", "NEW", "0", "www.example.test:80"), event);
    assertNull(TorStream.event("STREAM 28 NEW"));
    assertNull(TorStream.event("NOTICE CIRCUIT_ESTABLISHED"));
  }

  private static ControlReader reader(String text) {
    return new ControlReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
