package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.metrics.Counter;
import org.vtl.tcp.policy.Prefix;

/** DNS over TCP, by real sockets. */
@Timeout(60)
class DnsStreamServerTest {
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final BlockingQueue<Consumer<String>> lookups = new LinkedBlockingQueue<>();
  private final NameMap names = names();
  private final LinkNames link = link(names);
  private final DnsStreamServer server;
  private final UnixDomainSocketAddress address;
  private final Path directory;

  DnsStreamServerTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    server = new DnsStreamServer(directory);
    address = server.open("vm1", link);
  }

  private static NameMap names() {
    return new NameMap(
        new VirtualRange(Prefix.parse("10.192.0.0/10"), Prefix.parse("fd76:746c:746f::/48")),
        1_000,
        3_600_000_000_000L,
        System::nanoTime);
  }

  private LinkNames link(NameMap names) {
    return new LinkNames(
        names, (asked, answer) -> lookups.add(answer), new DnsCounters(this::counter), true, 60);
  }

  private Counter counter(String name, String description) {
    AtomicLong value = counts.computeIfAbsent(name, key -> new AtomicLong());
    return new Counter() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String description() {
        return description;
      }

      @Override
      public void add(long amount) {
        value.addAndGet(amount);
      }

      @Override
      public long value() {
        return value.get();
      }
    };
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    try (var left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }

  private static ByteBuffer framed(byte[]... messages) {
    int length = 0;
    for (byte[] message : messages) {
      length += 2 + message.length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (byte[] message : messages) {
      bytes.putShort((short) message.length).put(message);
    }
    return bytes.flip();
  }

  private static byte[] question(String name) {
    return DnsMessages.question(name, Dns.A).bytes();
  }

  private static DnsMessages.Message read(SocketChannel stream) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(2);
    readFully(stream, length);
    ByteBuffer message = ByteBuffer.allocate(length.getShort(0) & 0xffff);
    readFully(stream, message);
    return DnsMessages.read(message.array(), message.capacity());
  }

  private static void readFully(SocketChannel stream, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (stream.read(into) < 0) {
        throw new IOException("ended");
      }
    }
  }

  /** Waits until the other side has ended the stream. */
  private static boolean isEnded(SocketChannel stream) {
    try {
      return stream.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Test
  void questionsInARowAreAnsweredInTheirOrder() throws IOException {
    try (SocketChannel stream = SocketChannel.open(address)) {
      byte[][] questions = new byte[50][];
      for (int i = 0; i < questions.length; i++) {
        questions[i] = question("n" + i + ".example");
      }
      stream.write(framed(questions));
      for (int i = 0; i < questions.length; i++) {
        DnsMessages.Message answer = read(stream);
        assertEquals("n" + i + ".example", answer.question());
        assertEquals(names.map("n" + i + ".example", false).toString(), answer.only());
      }
    }
  }

  @Test
  void aQuestionMayComeByteByByteAndTheEndBehindIt() throws IOException {
    try (SocketChannel stream = SocketChannel.open(address)) {
      ByteBuffer bytes = framed(question("slow.example"));
      while (bytes.hasRemaining()) {
        stream.write(bytes.slice(bytes.position(), 1));
        bytes.position(bytes.position() + 1);
      }
      stream.shutdownOutput();
      assertEquals("slow.example", read(stream).question());
      assertTrue(isEnded(stream));
    }
  }

  @Test
  void whatTorIsAskedComesInItsTurn() throws Exception {
    try (SocketChannel stream = SocketChannel.open(address)) {
      byte[] reverse = DnsMessages.question("8.8.8.8.in-addr.arpa", Dns.PTR).bytes();
      stream.write(framed(reverse, question("next.example")));
      lookups.take().accept("dns.google");
      assertEquals("dns.google", read(stream).only());
      assertEquals("next.example", read(stream).question());
      stream.write(framed(reverse));
      stream.shutdownOutput();
      lookups.take().accept(null);
      assertEquals(Dns.NO_SUCH_NAME, read(stream).code());
      assertTrue(isEnded(stream));
    }
  }

  @Test
  void anAnswerForAStreamThatIsGoneHarmsNobody() throws Exception {
    Consumer<String> late;
    try (SocketChannel stream = SocketChannel.open(address)) {
      stream.write(framed(DnsMessages.question("8.8.8.8.in-addr.arpa", Dns.PTR).bytes()));
      late = lookups.take();
    }
    late.accept("dns.google");
    questionsInARowAreAnsweredInTheirOrder();
  }

  @Test
  void whoSendsWhatCannotBeAQuestionIsCutOff() throws IOException {
    byte[] response = question("a.example");
    response[2] |= (byte) 0x80;
    List<ByteBuffer> hostile = new ArrayList<>();
    hostile.add(ByteBuffer.wrap(new byte[] {0, 0}));
    hostile.add(ByteBuffer.wrap(new byte[] {0, 11, 1, 2}));
    hostile.add(ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xff, 1}));
    hostile.add(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes()));
    hostile.add(framed(response));
    for (ByteBuffer bytes : hostile) {
      try (SocketChannel stream = SocketChannel.open(address)) {
        stream.write(bytes);
        assertTrue(isEnded(stream));
      }
    }
  }

  @Test
  void whoDoesNotTakeItsAnswersIsReadNoFurther() throws IOException {
    try (SocketChannel stream = SocketChannel.open(address)) {
      stream.configureBlocking(false);
      byte[] question = question("www.example.org");
      int written = 0;
      int blocked = 0;
      while (blocked < 200) {
        ByteBuffer bytes = framed(question);
        int count = stream.write(bytes);
        if (count == 0) {
          blocked++;
          Thread.onSpinWait();
        } else {
          written++;
          while (bytes.hasRemaining()) {
            stream.write(bytes);
            if (++blocked > 1_000_000) {
              return; // stuck within a question: as it should be
            }
          }
        }
        assertTrue(written < 200_000, "somebody takes all that comes");
      }
    }
    questionsInARowAreAnsweredInTheirOrder();
  }

  @Test
  void noMoreStreamsThanSome() throws IOException {
    List<SocketChannel> streams = new ArrayList<>();
    try {
      for (int i = 0; i < DnsStreamServer.MOST_STREAMS; i++) {
        SocketChannel stream = SocketChannel.open(address);
        streams.add(stream);
        stream.write(framed(question("n" + i + ".example")));
        read(stream);
      }
      try (SocketChannel more = SocketChannel.open(address)) {
        assertTrue(isEnded(more));
      }
      assertEquals(1, counts.get("dns-streams-limited").get());
      UnixDomainSocketAddress other = server.open("vm2", link(names()));
      assertNotEquals(address, other);
      try (SocketChannel stream = SocketChannel.open(other)) {
        stream.write(framed(question("n.example")));
        assertEquals("n.example", read(stream).question());
      }
      streams.removeLast().close();
      SocketChannel again = null;
      while (again == null) {
        SocketChannel attempt = SocketChannel.open(address);
        try {
          attempt.write(framed(question("again.example")));
          read(attempt);
          again = attempt;
        } catch (IOException e) {
          attempt.close(); // it has not yet been seen that one has gone
        }
      }
      streams.add(again);
    } finally {
      for (SocketChannel stream : streams) {
        stream.close();
      }
    }
  }

  @Test
  void eachLinkHasItsNamesAndItsSocket() throws IOException {
    assertEquals(address, server.open("vm1", link));
    server.close("vm1");
    assertFalse(Files.exists(address.getPath()));
    assertThrows(IOException.class, () -> SocketChannel.open(address));
    server.close("vm1");
    server.close("none");
    UnixDomainSocketAddress next = server.open("vm1", link);
    try (SocketChannel stream = SocketChannel.open(next)) {
      stream.write(framed(question("n.example")));
      assertEquals("n.example", read(stream).question());
    }
  }

  @Test
  void seededGarbage() throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] garbage = new byte[random.nextInt(1, 6_000)];
      random.nextBytes(garbage);
      if (random.nextBoolean()) {
        garbage[0] = 0;
      }
      try (SocketChannel stream = SocketChannel.open(address)) {
        stream.write(ByteBuffer.wrap(garbage));
      } catch (IOException e) {
        // Cut off while it was writing.
      }
    }
    questionsInARowAreAnsweredInTheirOrder();
  }
}
