package org.vtl.shell.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that leave, do not speak, do not listen or speak nonsense: they harm nobody else. */
class RudeClientsTest extends ShellServerFixture {
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
}
