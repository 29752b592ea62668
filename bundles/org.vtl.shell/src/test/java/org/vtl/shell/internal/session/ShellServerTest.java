package org.vtl.shell.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.shell.internal.command.Command;
import org.vtl.shell.internal.command.Commands;
import org.vtl.shell.internal.command.FakeVtl;
import org.vtl.text.JsonReader;

/** Sessions through a real socket, with real Gogo. */
@Timeout(60)
class ShellServerTest {
  private static final int MOST = 3;

  /** It replaces the JVM's streams, so there is one for all tests. */
  private static final ThreadIOImpl THREAD_IO = new ThreadIOImpl();

  @TempDir Path folder;
  private final FakeVtl vtl = new FakeVtl();
  private final AtomicLong clock = new AtomicLong();
  private CommandProcessorImpl processor;
  private Shared shared;
  private Path socket;
  private ShellServer server;

  /** Commands that test the sessions rather than VTL. */
  public static final class Probe {
    /** Prints its arguments, one on each line. */
    public void words(CommandSession session, String[] words) {
      for (String word : words) {
        System.out.println("<" + word + ">");
      }
    }

    /** Prints a megabyte, while somebody reads. */
    public void flood() {
      for (int i = 0; i < 16_384 && !System.out.checkError(); i++) {
        System.out.println("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde");
      }
    }

    /** Waits for Ctrl-C. */
    public void forever() throws InterruptedException {
      System.out.println("waiting");
      new CountDownLatch(1).await();
    }
  }

  @BeforeAll
  static void takeStreams() {
    THREAD_IO.start();
  }

  @AfterAll
  static void giveStreamsBack() {
    THREAD_IO.stop();
  }

  @BeforeEach
  void open() throws IOException {
    processor = new CommandProcessorImpl(THREAD_IO);
    Commands commands = new Commands(vtl.providers, () -> {}, Map::of);
    for (Command command : commands.all()) {
      processor.addCommand("vtl", command, command.syntax().name());
    }
    for (String name : List.of("words", "flood", "forever")) {
      processor.addCommand("probe", new Probe(), name);
    }
    shared =
        new Shared(processor, commands, vtl.providers, folder.resolve("history"), "of the test");
    socket = folder.resolve("run/shell.sock");
    server = ShellServer.open(socket, shared, MOST, clock::get);
  }

  @AfterEach
  void close() {
    server.close();
    processor.stop();
  }

  private ShellClientInTest client() throws IOException {
    return new ShellClientInTest(socket);
  }

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
  void aClientThatLeavesEndsItsCommand() throws IOException, InterruptedException {
    try (ShellClientInTest client = client().hello('e', "forever")) {
      client.await("waiting\n");
    }
    awaitSessions(0);
  }

  @Test
  void whatBreaksTheProtocolEndsOnlyItsSession() throws IOException, InterruptedException {
    try (ShellClientInTest bystander = client().hello('i')) {
      bystander.await("vtl> ");
      List<byte[]> hostile =
          List.of(
              new byte[] {'X', 0, 0, 0, 0},
              new byte[] {'H', 0, 0, 0, 0},
              new byte[] {'H', 127, -1, -1, -1},
              new byte[] {'H', -1, -1, -1, -1, 0},
              new byte[] {'H', 0, 0, 0, 5, 0, 0, 0, 1, 'z'},
              new byte[] {'H', 0, 0, 0, 4, 0, 0, 0, 9},
              "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      for (byte[] bytes : hostile) {
        try (ShellClientInTest client = client()) {
          client.raw(bytes[0], ints(bytes), tail(bytes));
          assertEquals(-1, client.status());
        }
        awaitSessions(1);
      }
      try (ShellClientInTest client = client().hello('i')) {
        client.await("vtl> ");
        client.raw('I', Frames.MOST_BYTES + 1, new byte[8]);
        assertEquals(-1, client.status());
      }
      try (ShellClientInTest client = client().hello('e')) {
        assertEquals(-1, client.status());
      }
      bystander.type("words on\r");
      bystander.await("<on>\r\n");
    }
  }

  private static int ints(byte[] bytes) {
    return (bytes[1] & 0xff) << 24
        | (bytes[2] & 0xff) << 16
        | (bytes[3] & 0xff) << 8
        | bytes[4] & 0xff;
  }

  private static byte[] tail(byte[] bytes) {
    return Arrays.copyOfRange(bytes, 5, bytes.length);
  }

  @Test
  void clientsThatDoNotSpeakMakeRoom() throws IOException, InterruptedException {
    try (ShellClientInTest silent = client()) {
      awaitSessions(1);
      clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
      try (ShellClientInTest partial = client();
          ShellClientInTest busy = client().hello('i')) {
        partial.raw('H', 1000, new byte[3]);
        busy.await("vtl> ");
        awaitSessions(MOST);
        try (ShellClientInTest refused = client().hello('e', "help")) {
          assertEquals(1, refused.status());
          assertEquals(
              "All 3 sessions of VTL's shell are taken; leave one of them.\n", refused.errors());
        }

        clock.addAndGet(TimeUnit.SECONDS.toNanos(5));

        try (ShellClientInTest client = client().hello('e', "words", "in")) {
          assertEquals(0, client.status());
          assertEquals("<in>\n", client.output());
        }
        assertEquals(-1, silent.status());
        busy.type("words on\r");
        busy.await("<on>\r\n");
      }
    }
    awaitSessions(0);
  }

  @Test
  void clientsThatDoNotReadMakeRoom() throws IOException, InterruptedException {
    List<ShellClientInTest> deaf = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      deaf.add(client().hello('e', "flood"));
    }
    awaitSessions(MOST);

    int status;
    do {
      // Until the flood has filled the socket, they do not keep anyone waiting.
      clock.addAndGet(TimeUnit.SECONDS.toNanos(6));
      try (ShellClientInTest client = client().hello('e', "help")) {
        status = client.status();
      }
    } while (status != 0);

    for (ShellClientInTest client : deaf) {
      client.close();
    }
    awaitSessions(0);
  }

  @Test
  void aSlowReaderGetsEverything() throws IOException, InterruptedException {
    try (ShellClientInTest client = client().hello('e', "flood")) {
      awaitSessions(1);
      assertEquals(0, client.status());
      assertEquals(16_384 * 64, client.output().length());
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

  private void awaitSessions(int count) throws InterruptedException {
    while (server.sessions() != count) {
      Thread.sleep(1);
    }
  }
}
