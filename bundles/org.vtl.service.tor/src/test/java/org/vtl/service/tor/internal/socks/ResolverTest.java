package org.vtl.service.tor.internal.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Address;

/** Names of addresses, asked at a SOCKS server that a test plays. */
@Timeout(30)
class ResolverTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Address ADDRESS = Address.parse("198.51.100.10");
  private static final String NAME = "0500000310" + "7777772e6578616d706c652e74657374" + "0000";

  private ServerSocket server;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void aNameIsTold() throws Exception {
    CompletableFuture<String> asked = serve("0502", "0100", NAME);
    assertEquals("www.example.test", ask(new Credentials("u", "p")));
    assertEquals("050102" + "0101750170" + "05f10001c633640a0000", asked.get(5, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "05040000000000000000",
        "0500000300" + "0000",
        "0500000303" + "610a62" + "0000",
        "05000001c633640a0000",
        "0500000900",
        "ffff",
        "",
      })
  void whatIsNoNameIsNone(String reply) throws Exception {
    serve("0500", reply);
    assertNull(ask(null));
  }

  @Test
  void withoutAServerThereIsNoName() throws Exception {
    server.close();
    assertNull(ask(null));
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    new Resolver(() -> null, () -> null)
        .reverse(ADDRESS, name -> answer.complete(Optional.ofNullable(name)));
    assertTrue(answer.isDone(), "at once");
    assertFalse(answer.get().isPresent());
  }

  @Test
  void tooManyQuestionsAreNotAsked() throws Exception {
    Resolver resolver = new Resolver(server::getLocalSocketAddress, () -> null);
    for (int i = 0; i < Resolver.MOST; i++) {
      resolver.reverse(ADDRESS, name -> {});
    }
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    resolver.reverse(ADDRESS, name -> answer.complete(Optional.ofNullable(name)));
    assertTrue(answer.isDone(), "at once");
  }

  // ---- the rig ---------------------------------------------------------------------------------

  private String ask(Credentials credentials) throws Exception {
    InetSocketAddress at = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    new Resolver(() -> at, () -> credentials)
        .reverse(ADDRESS, name -> answer.complete(Optional.ofNullable(name)));
    return answer.get(20, TimeUnit.SECONDS).orElse(null);
  }

  /** Answers what comes with each of {@code replies}, then hangs up; tells what came. */
  private CompletableFuture<String> serve(String... replies) {
    CompletableFuture<String> asked = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              StringBuilder heard = new StringBuilder();
              try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                byte[] bytes = new byte[1_024];
                for (String reply : replies) {
                  int count = in.read(bytes);
                  heard.append(HEX.formatHex(bytes, 0, Math.max(0, count)));
                  socket.getOutputStream().write(HEX.parseHex(reply));
                }
              } catch (IOException e) {
                // the client hung up first
              }
              asked.complete(heard.toString());
            });
    return asked;
  }
}
