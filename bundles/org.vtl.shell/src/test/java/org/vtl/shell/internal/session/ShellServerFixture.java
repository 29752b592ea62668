package org.vtl.shell.internal.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.shell.internal.command.Command;
import org.vtl.shell.internal.command.Commands;
import org.vtl.shell.internal.command.FakeVtl;

/** A socket of the shell with real Gogo behind it, and commands that test sessions. */
@Timeout(60)
abstract class ShellServerFixture {
  /** Sessions that there may be. */
  static final int MOST = 3;

  /** It replaces the JVM's streams, so there is one for all tests. */
  private static final ThreadIOImpl THREAD_IO = new ThreadIOImpl();

  @TempDir Path folder;
  final FakeVtl vtl = new FakeVtl();
  final AtomicLong clock = new AtomicLong();
  private CommandProcessorImpl processor;
  Shared shared;
  Path socket;
  ShellServer server;

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

    /** Takes nothing but a number. */
    public void number(int number) {
      System.out.println(number);
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
    for (String name : List.of("words", "flood", "number", "forever")) {
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

  ShellClientInTest client() throws IOException {
    return new ShellClientInTest(socket);
  }

  void awaitSessions(int count) throws InterruptedException {
    while (server.sessions() != count) {
      Thread.sleep(1);
    }
  }
}
