package org.vtl.lab.internal.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tools against each other, and against a middle that does what they have to find out. */
@Timeout(60)
class TrafficTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void wholeTransferIsIntact() throws Exception {
    TcpTransfer transfer = TcpTransfer.start(Site.HERE, Site.HERE, ANY, 0);
    await(() -> transfer.sent() > 50_000_000);
    assertFalse(transfer.isBroken());
    TcpTransfer.Result result = transfer.finish();
    assertTrue(result.intact(), result.failure());
    assertTrue(result.bytes() > 50_000_000);
  }

  @Test
  void pacedTransferIsNoFaster() throws Exception {
    TcpTransfer transfer = TcpTransfer.start(Site.HERE, Site.HERE, ANY, 1_000_000);
    await(() -> transfer.sent() > 300_000);
    TcpTransfer.Result result = transfer.finish();
    assertTrue(result.intact(), result.failure());
    assertTrue(result.bytes() / result.seconds() < 1_100_000, result.toString());
  }

  @Test
  void changedByteIsFound() throws Exception {
    try (Pair first = Pair.open();
        Pair second = Pair.open()) {
      Thread.ofPlatform().daemon().start(() -> relay(first.accepted(), second.opened(), 1_000_000));
      Thread.ofPlatform().daemon().start(() -> relay(second.opened(), first.accepted(), -1));
      TcpTransfer transfer = TcpTransfer.over(first.opened(), second.accepted(), 0);
      await(() -> transfer.sent() > 5_000_000);
      TcpTransfer.Result result = transfer.finish();
      assertFalse(result.intact());
      assertEquals("the bytes received are others", result.failure());
    }
  }

  @Test
  void connectionThatIsCutIsBroken() throws Exception {
    try (Pair pair = Pair.open()) {
      TcpTransfer transfer = TcpTransfer.over(pair.opened(), pair.accepted(), 0);
      await(() -> transfer.sent() > 1_000_000);
      pair.accepted().close();
      await(transfer::isBroken);
      assertFalse(transfer.finish().intact());
    }
  }

  @Test
  void refusedConnectionIsOneSentence() throws Exception {
    InetSocketAddress free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = (InetSocketAddress) socket.getLocalSocketAddress();
    }
    IOException e = assertThrows(IOException.class, () -> TcpTransfer.connect(Site.HERE, free));
    assertTrue(e.getMessage().startsWith("There is no connection to "), e.getMessage());
  }

  @Test
  void answersAreTimed() throws Exception {
    Latency latency = TcpRequests.run(Site.HERE, Site.HERE, ANY, Duration.ofMillis(200));
    assertTrue(latency.samples() > 10, latency.toString());
    assertTrue(latency.median() <= latency.p90() && latency.p90() <= latency.p99());
    assertTrue(latency.p99() <= latency.maximum() && latency.median() > 0, latency.toString());
  }

  @Test
  void eachDatagramIsAccountedFor() throws Exception {
    UdpNumbers numbers = UdpNumbers.start(Site.HERE, Site.HERE, ANY, 5_000, 64);
    await(() -> numbers.sent() >= 1_000);
    UdpNumbers.Result result = numbers.finish();
    assertTrue(result.isWhole(), result.toString());
    assertEquals(result.sent(), result.latency().samples());
    assertTrue(result.rate() <= 5_500, result.toString());
  }

  @Test
  void faultsOfTheMiddleAreCounted() throws Exception {
    DatagramChannel middle = DatagramChannel.open().bind(ANY);
    DatagramChannel sink = DatagramChannel.open().bind(ANY);
    DatagramChannel source = DatagramChannel.open().bind(ANY);
    source.connect(middle.getLocalAddress());
    sink.connect(middle.getLocalAddress());
    Thread.ofPlatform().daemon().start(() -> disturb(middle, source, sink));
    UdpNumbers numbers = UdpNumbers.over(Site.HERE, source, sink, 5_000, 64);
    await(() -> numbers.sent() >= 100);
    UdpNumbers.Result result = numbers.finish();
    middle.close();
    assertEquals(result.sent() - 2, result.received());
    assertEquals(2, result.lost());
    assertEquals(1, result.duplicated());
    assertEquals(1, result.reordered());
    assertEquals(1, result.corrupted());
    assertFalse(result.isWhole());
  }

  /** Behind it the sender's kernel would keep others, and change their order. */
  @Test
  void firstDatagramGoesAlone() throws Exception {
    try (DatagramChannel middle = DatagramChannel.open().bind(ANY);
        DatagramChannel sink = DatagramChannel.open().bind(ANY);
        DatagramChannel source = DatagramChannel.open().bind(ANY)) {
      source.connect(middle.getLocalAddress());
      sink.connect(middle.getLocalAddress());
      try (UdpNumbers numbers = UdpNumbers.over(Site.HERE, source, sink, 100_000, 64)) {
        ByteBuffer datagram = ByteBuffer.allocate(2048);
        middle.receive(datagram);
        long sent = datagram.getLong(8);
        TimeUnit.MILLISECONDS.sleep(20);
        long passedOn = System.nanoTime();
        middle.send(datagram.flip(), sink.getLocalAddress());
        middle.receive(datagram.clear());
        assertEquals(1, datagram.getLong(0));
        assertTrue(numbers.sent() >= 1);
        long next = datagram.getLong(8);
        // A tenth of a second may pass in the test itself.
        assertTrue(next >= Math.min(passedOn, sent + 100_000_000), "it did not wait");
      }
    }
  }

  @Test
  void impossibleRateIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> UdpNumbers.start(Site.HERE, Site.HERE, ANY, 0, 64));
  }

  /** Loses number 5, repeats 7, damages 9, and lets 12 pass 11. */
  private static void disturb(
      DatagramChannel middle, DatagramChannel source, DatagramChannel sink) {
    ByteBuffer datagram = ByteBuffer.allocate(2048);
    ByteBuffer late = ByteBuffer.allocate(2048);
    try {
      while (true) {
        middle.receive(datagram.clear());
        datagram.flip();
        long number = datagram.getLong(0);
        if (number == 5) {
          continue;
        }
        if (number == 11) {
          late.put(datagram).flip();
          continue;
        }
        if (number == 9) {
          datagram.put(30, (byte) (datagram.get(30) ^ 1));
        }
        middle.send(datagram, sink.getLocalAddress());
        if (number == 7) {
          middle.send(datagram.rewind(), sink.getLocalAddress());
        }
        if (number == 12) {
          middle.send(late, sink.getLocalAddress());
        }
      }
    } catch (IOException e) {
      // Closed at the end of the test.
    }
  }

  /** Passes bytes on, with one bit changed at {@code fault}. */
  private static void relay(SocketChannel from, SocketChannel to, long fault) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    long passed = 0;
    try {
      while (from.read(bytes.clear()) >= 0) {
        long at = fault - passed;
        if (at >= 0 && at < bytes.position()) {
          bytes.put((int) at, (byte) (bytes.get((int) at) ^ 1));
        }
        passed += bytes.position();
        bytes.flip();
        while (bytes.hasRemaining()) {
          to.write(bytes);
        }
      }
      to.shutdownOutput();
    } catch (ClosedChannelException e) {
      // The test is over.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Pair(SocketChannel opened, SocketChannel accepted) implements AutoCloseable {
    static Pair open() throws IOException {
      try (ServerSocketChannel listener = ServerSocketChannel.open().bind(ANY)) {
        SocketChannel opened = SocketChannel.open(listener.getLocalAddress());
        return new Pair(opened, listener.accept());
      }
    }

    @Override
    public void close() throws IOException {
      opened.close();
      accepted.close();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertFalse(System.nanoTime() > end, "it did not come about in 20 s");
      Thread.sleep(1);
    }
  }
}
