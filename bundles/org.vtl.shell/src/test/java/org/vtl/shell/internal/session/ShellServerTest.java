package org.vtl.shell.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vtl.text.JsonReader;

/** Sessions through a real socket, with real Gogo. */
class ShellServerTest extends ShellServerFixture {
  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void onlyTheOwnerReachesTheSocket() throws IOException {
    assertEquals("rw-------", permissions(socket));
    assertEquals("rwx------", permissions(socket.getParent()));
  }

  @Test
  void aSocketThatWasLeftIsReplacedAndAFileIsNot() throws IOException {
    server.close();
    assertFalse(Files.exists(socket));
    try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(socket));
    }
    server = ShellServer.open(socket, shared, MOST, clock::get);
    try (ShellClientInTest client = client().hello('e', "help")) {
      assertEquals(0, client.status());
    }

    Path file = Files.createFile(folder.resolve("run/file"));
    IOException refused =
        assertThrows(IOException.class, () -> ShellServer.open(file, shared, MOST, clock::get));
    assertTrue(refused.getMessage().contains("something else than a socket"), refused.getMessage());
  }

  @Test
  void whereNoFileIsLeftItIsTriedAgain() throws Exception {
    CountDownLatch accepts = new CountDownLatch(2);
    ServerSocketChannel none =
        new FakeServerChannel() {
          @Override
          public SocketChannel accept() throws IOException {
            accepts.countDown();
            throw new IOException("Too many open files");
          }
        };
    try (ShellServer full = ShellServer.serve(folder.resolve("x"), shared, MOST, () -> 0, none)) {
      assertTrue(accepts.await(30, TimeUnit.SECONDS));
      assertEquals(0, full.sessions());
    }
  }

  @Test
  void executesACommandWithItsWordsAsTheyAre() throws IOException {
    try (ShellClientInTest client =
        client().hello('e', "words", "a b", "1.10", "$x", "*", "it's \"q\"", "a=b", "", "|", "ü")) {
      assertEquals(0, client.status());
      assertEquals(
          "<a b>\n<1.10>\n<$x>\n<*>\n<it's \"q\">\n<a=b>\n<>\n<|>\n<ü>\n", client.output());
    }
  }

  @Test
  void executesALineWithPipes() throws IOException {
    try (ShellClientInTest client = client().hello('e', "words one; links --json")) {
      assertEquals(0, client.status());
      assertTrue(client.output().startsWith("<one>\n[\n{\"name\":\"vm1\""), client.output());
    }
  }

  @Test
  void jsonComesByteForByte() throws Exception {
    try (ShellClientInTest client = client().hello('e', "links", "--json")) {
      assertEquals(0, client.status());
      assertEquals(2, ((List<?>) JsonReader.parse(client.output())).size());
      assertEquals("", client.errors());
    }
  }

  @Test
  void tellsTheStatus() throws IOException {
    record Case(int status, String error, String... words) {}
    for (Case one :
        List.of(
            new Case(1, "There is no link \"vm3\"; did you mean \"vm1\"?\n", "links", "vm3"),
            new Case(
                2, "links has no option \"--x\"; \"links --help\" lists them.\n", "links", "--x"),
            new Case(2, "\"lniks\" is no command; did you mean \"links\"?\n", "lniks"),
            new Case(
                2,
                "\"number\" does not take these words; \"felix:help number\" says which, \"lb\""
                    + " lists bundles.\n",
                "number",
                "x"),
            new Case(2, "\"a b\" is no command; \"help\" lists them.\n", "a b", "c"))) {
      try (ShellClientInTest client = client().hello('e', one.words())) {
        assertEquals(one.status(), client.status());
        assertEquals(one.error(), client.errors());
        assertEquals("", client.output());
      }
    }
  }

  @Test
  void runsAScriptUntilALineFails() throws IOException {
    try (ShellClientInTest client = client().hello('s')) {
      client.type("# a comment\nwords a\n\nwor").type("ds b\nlinks vm3\nwords c\n").type("");
      assertEquals(1, client.status());
      assertEquals("<a>\n<b>\n", client.output());
    }
    try (ShellClientInTest client = client().hello('s')) {
      client.type("words a").type("");
      assertEquals(0, client.status());
      assertEquals("<a>\n", client.output());
    }
  }

  @Test
  void twoSessionsAtOnceDoNotMix() throws IOException {
    try (ShellClientInTest one = client().hello('i');
        ShellClientInTest two = client().hello('i')) {
      one.await("vtl> ");
      two.await("vtl> ");
      one.type("words one\r");
      two.type("words two\r");
      one.await("<one>\r\n");
      two.await("<two>\r\n");
      one.type("exit\r");
      assertEquals(0, one.status());
      two.type("words still\r");
      two.await("<still>\r\n");
      two.type("\u0004");
      assertEquals(0, two.status());
    }
  }

  @Test
  void aPromptCompletesAndGreets() throws IOException {
    try (ShellClientInTest client = client().hello('i')) {
      client.await("VTL of the test: 1 of 2 links up");
      client.await("vtl> ");
      client.type("conn\t17\r");
      client.await("Connection 17 on link vm1");
    }
  }

  @Test
  void controlCEndsTheCommandAndNotTheSession() throws IOException {
    try (ShellClientInTest client = client().hello('i')) {
      client.await("vtl> ");
      client.type("forever\r");
      client.await("waiting\r\n");
      client.type("\u0003");
      client.await("vtl> ");
      client.type("words on\r");
      client.await("<on>\r\n");
    }
  }

  @Test
  void aNewSizeOfTheWindowReachesTheTables() throws IOException {
    try (ShellClientInTest client = client().hello('i')) {
      client.await("vtl> ");
      client.frame('W', new byte[] {0, 0, 0, 60, 0, 0, 0, 20});
      client.type("connections 17\r");
      client.await("Connection 17");
      client.frame('W', new byte[] {-1, -1, -1, -1, 127, -1, -1, -1});
      client.type("words on\r");
      client.await("<on>\r\n");
    }
  }

  @Test
  void closingEndsAllSessions() throws IOException {
    List<ShellClientInTest> clients = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      clients.add(client().hello('i'));
      clients.getLast().await("vtl> ");
    }

    server.close();

    for (ShellClientInTest client : clients) {
      assertEquals(-1, client.status());
      client.close();
    }
  }

  @Test
  void manyOneAfterTheOther() throws IOException {
    String all = IntStream.range(0, 50).mapToObj(String::valueOf).collect(Collectors.joining());
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      try (ShellClientInTest client = client().hello('e', "words", String.valueOf(i))) {
        assertEquals(0, client.status(), client.errors());
        seen.append(client.output().replaceAll("[<>\n]", ""));
      }
    }
    assertEquals(all, seen.toString());
  }
}
