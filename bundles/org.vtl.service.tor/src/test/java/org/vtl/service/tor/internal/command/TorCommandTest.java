package org.vtl.service.tor.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Address;
import org.vtl.service.tor.internal.StreamInfo;
import org.vtl.service.tor.internal.TorView;
import org.vtl.service.tor.internal.control.Circuit;
import org.vtl.service.tor.internal.dns.Mapping;

/** What {@code vtl:tor} prints. */
class TorCommandTest {
  private boolean controllable = true;
  private boolean empty;
  private int status;

  @Test
  void theState() {
    assertEquals(
        """
        Tor carries streams: 100 %, Done
        socks    /data/tor/socks
        process  running, 42
        version  0.4.9.11
        Link lab would be open.
        """,
        said());
    String json = said("--json");
    assertTrue(json.contains("\"percent\":100"), json);
    assertTrue(json.contains("\"complaints\":[\"Link lab would be open.\"]"), json);
  }

  @Test
  void streams() {
    String text = said("streams");
    assertTrue(text.contains("www.example.test:443   established  5 "), text);
    assertTrue(text.contains("none.example.test:443  error"), text);
    assertTrue(text.contains("    The name has no address."), text);
    String json = said("streams", "--json");
    assertTrue(json.startsWith("{\"streams\":[{\"connection\":7,\"link\":\"lab\""), json);
    assertTrue(json.contains("\"state\":\"established\",\"circuit\":\"5\""), json);
    assertTrue(json.contains("\"failure\":\"The name has no address.\""), json);
  }

  @Test
  void theOthers() {
    assertTrue(said("circuits").contains("auth0 > relay3 > relay6"));
    assertTrue(said("circuits", "--json").contains("\"path\":[\"auth0\""));
    assertEquals("Done.\n", said("newidentity"));
    assertEquals("{\"done\":\"Done.\"}\n", said("newidentity", "--json"));
    assertTrue(said("names").contains("www.example.test  10.192.0.1"));
    assertTrue(said("names", "--json").contains("\"ipv4\":\"10.192.0.1\""));
    assertTrue(said("log").startsWith("Bootstrapped 5%\n"));
    assertTrue(said("log", "--json").startsWith("{\"tor\":[\"Bootstrapped 5%\"]"));
  }

  @Test
  void nothingToTell() {
    empty = true;
    assertEquals("There is no stream.\n", said("streams"));
    assertEquals("Tor has no circuit.\n", said("circuits"));
    assertEquals("No name has an address.\n", said("names"));
    assertEquals("Nothing has been said, and no stream has failed.\n", said("log"));
  }

  @Test
  void whatFailsIsASentence() {
    controllable = false;
    assertEquals("There is no control port.\n", said("circuits"));
    assertEquals(1, status);
    assertEquals("{\"error\":\"There is no control port.\"}\n", said("circuits", "--json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "streams circuits", "--limit", "--limit x", "--loud"})
  void whatIsCalledWronglyIsTold(String words) {
    String text = said(words.split(" "));
    assertEquals(2, status);
    assertTrue(text.contains("does not understand") || text.contains("give a whole number"), text);
  }

  @Test
  void help() {
    assertEquals(TorCommand.HELP, said("--help"));
    TorCommand command = new TorCommand(new Fake());
    assertTrue(command.words("tor", List.of()).contains("newidentity"));
    assertEquals(List.of(), command.words("tor", List.of("--limit")));
  }

  // ---- the rig ---------------------------------------------------------------------------------

  private String said(String... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    status = new TorCommand(new Fake()).call(List.of(words), out, out);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private final class Fake implements TorView {
    @Override
    public TorStatus status() {
      return new TorStatus(
          "/data/tor/socks",
          "running",
          42,
          "0.4.9.11",
          100,
          "Done",
          true,
          List.of("Link lab would be open."));
    }

    @Override
    public List<StreamInfo> streams(int limit) {
      return list(stream(7, "www.example.test:443", "established", ""));
    }

    @Override
    public List<StreamInfo> failed(int limit) {
      return list(stream(8, "none.example.test:443", "error", "The name has no address."));
    }

    private static StreamInfo stream(long id, String target, String state, String failure) {
      return new StreamInfo(
          id, "lab", "10.0.0.1:5555", target, state, "5", Instant.now(), 1, 2, failure);
    }

    @Override
    public List<Circuit> circuits() throws IOException {
      if (!controllable) {
        throw new IOException("There is no control port.");
      }
      return list(
          new Circuit("5", "BUILT", List.of("auth0", "relay3", "relay6"), "GENERAL", "vtl lab"));
    }

    @Override
    public String newIdentity() {
      return "Done.";
    }

    @Override
    public List<LinkMapping> names(int limit) {
      Address ipv4 = Address.parse("10.192.0.1");
      Address ipv6 = Address.parse("fd76:746c:746f::1");
      return list(new LinkMapping("lab", new Mapping("www.example.test", ipv4, ipv6, 1, 0)));
    }

    @Override
    public List<String> log(int limit) {
      return list("Bootstrapped 5%");
    }

    private <T> List<T> list(T one) {
      return empty ? List.of() : List.of(one);
    }
  }
}
