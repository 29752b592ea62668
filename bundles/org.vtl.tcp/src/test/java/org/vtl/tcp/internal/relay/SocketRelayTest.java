package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.PacketText;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.DialerHandshake;
import org.vtl.tcp.Opening;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.tcp.internal.stream.ByteStream;

class SocketRelayTest {
  @TempDir Path folder;

  /** Goes to one address, says one thing there and takes the first byte of the answer for one. */
  private record Proxy(SocketAddress address, boolean isOptimistic, String greeting)
      implements Dialer {
    @Override
    public SocketAddress address(Connection connection) {
      return address;
    }

    @Override
    public DialerHandshake handshake(Connection connection) {
      return greeting == null ? null : new Greeting(greeting);
    }
  }

  private record Greeting(String text) implements DialerHandshake {
    @Override
    public void begin(ByteBuffer out) {
      out.put(text.getBytes());
    }

    @Override
    public Answer received(ByteBuffer in, ByteBuffer out) {
      if (!in.hasRemaining()) {
        return Answer.PENDING;
      }
      return Answer.values()[in.get() - '0'];
    }
  }

  private static RelayRig dialing(Dialer dialer) {
    return dialing(dialer, new RelayRig(1));
  }

  private static RelayRig dialing(Dialer dialer, RelayRig rig) {
    rig.add(
                new RelayRig.Decider(
                    (packet, of) ->
                        rig.tcp.connect(packet, of, "test", SideOptions.DEFAULT, dialer)))
            .relays =
        rig.tcp;
    return rig;
  }

  /** Lets virtual time pass while a real socket works, until {@code done}. */
  private static void await(RelayRig rig, BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!done.getAsBoolean() && System.nanoTime() < end) {
      rig.pass(1);
      TimeUnit.MICROSECONDS.sleep(50);
    }
    assertTrue(done.getAsBoolean(), "it did not happen within 20 seconds");
  }

  /** A server of one connection. */
  private static ServerSocketChannel serve(SocketAddress address, Consumer<SocketChannel> talk)
      throws IOException {
    ServerSocketChannel server =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    server.bind(address);
    Thread.ofVirtual()
        .start(
            () -> {
              try (SocketChannel accepted = server.accept()) {
                talk.accept(accepted);
              } catch (IOException e) {
                // the test sees what it does not get
              }
            });
    return server;
  }

  private static SocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Sends back what comes, and ends when that ends. */
  private static void echo(SocketChannel channel, String answer, int skipped) {
    try {
      ByteBuffer buffer = ByteBuffer.allocate(10_000);
      for (int got = 0; got < skipped; got = buffer.position()) {
        if (channel.read(buffer.limit(skipped)) < 0) {
          return;
        }
      }
      channel.write(ByteBuffer.wrap(answer.getBytes()));
      buffer.clear();
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        buffer.clear();
      }
      channel.shutdownOutput();
    } catch (IOException e) {
      // the test sees what it does not get
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false, 0", "true, false, 100000", "true, true, 3000000", "false, true, 10"})
  void bytesGoThroughTheSocketAndBack(boolean unix, boolean greets, int bytes) throws Exception {
    SocketAddress address = unix ? UnixDomainSocketAddress.of(folder.resolve("proxy")) : loopback();
    String greeting = greets ? "hello" : null;
    try (ServerSocketChannel server =
            serve(address, to -> echo(to, greets ? "1" : "", greets ? 5 : 0));
        RelayRig rig = dialing(new Proxy(server.getLocalAddress(), false, greeting))) {
      rig.vm.toWrite = bytes;
      rig.connect();
      await(rig, () -> rig.vm.closed != null || rig.count("tcp/relays-finished") == 1);
      rig.passUntilVmClosed(100_000);
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(rig.vm.written(), rig.vm.read());
      assertEquals(0, rig.toPeer.sent, "something went to the peer itself");
      await(rig, () -> rig.tcp.count() == 0);
      assertEquals(0, rig.chunks.used());
    }
  }

  @Test
  void dataMayFollowAGreetingThatIsNotAnswered() throws Exception {
    List<String> heard = new ArrayList<>();
    try (ServerSocketChannel server =
            serve(
                loopback(),
                to -> {
                  try {
                    ByteBuffer buffer = ByteBuffer.allocate(11);
                    while (buffer.hasRemaining() && to.read(buffer) >= 0) {}
                    heard.add(new String(buffer.array(), 0, 5));
                    to.write(ByteBuffer.wrap("1thanks".getBytes()));
                  } catch (IOException e) {
                    heard.add(e.toString());
                  }
                });
        RelayRig rig = dialing(new Proxy(server.getLocalAddress(), true, "hello"))) {
      rig.vm.toWrite = 6;
      rig.connect();
      await(rig, () -> rig.vm.incoming.isFinished());
      assertEquals(List.of("hello"), heard);
      assertEquals(6, rig.vm.incoming.end());
    }
  }

  @Test
  void whatFoundNoMemoryIsReadOnceThereIsSome() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    List<ByteStream> others = new ArrayList<>();
    try (ServerSocketChannel server =
            serve(
                loopback(),
                to -> {
                  try {
                    taken.await();
                    to.write(ByteBuffer.wrap(new byte[5_000]));
                    to.read(ByteBuffer.allocate(1)); // until the VM ends
                  } catch (IOException | InterruptedException e) {
                    // the test sees what it does not get
                  }
                });
        RelayRig rig =
            dialing(new Proxy(server.getLocalAddress(), false, null), new RelayRig(1, 1 << 20))) {
      rig.vm.finishes = false;
      rig.connect();
      await(rig, () -> rig.vm.isEstablished);
      while (rig.chunks.used() < rig.chunks.capacity()) {
        ByteStream other = new ByteStream();
        other.begin(rig.chunks.share(), 1 << 20, 1 << 20);
        other.write(0, MemorySegment.ofArray(new byte[1 << 20]), 0, 1 << 20);
        others.add(other);
      }
      long refused = rig.chunks.refused();
      taken.countDown();
      await(rig, () -> rig.chunks.refused() > refused + 5);
      assertEquals(0, rig.vm.incoming.end());
      others.forEach(ByteStream::clear);
      await(rig, () -> rig.vm.incoming.end() == 5_000);
    }
  }

  @Test
  void whatFollowsMuchIsReadThoughNothingIsAcknowledged() throws Exception {
    CountDownLatch silent = new CountDownLatch(1);
    CountDownLatch sent = new CountDownLatch(1);
    Connection[] connection = new Connection[1];
    try (ServerSocketChannel server =
            serve(
                loopback(),
                to -> {
                  try {
                    silent.await();
                    to.write(ByteBuffer.wrap(new byte[40_000]));
                    sent.await();
                    to.write(ByteBuffer.wrap(new byte[10]));
                    to.read(ByteBuffer.allocate(1)); // until the VM ends
                  } catch (IOException | InterruptedException e) {
                    // the test sees what it does not get
                  }
                });
        RelayRig rig = new RelayRig(1)) {
      Dialer dialer = new Proxy(server.getLocalAddress(), false, null);
      rig.add(
                  new RelayRig.Decider(
                      (packet, of) -> {
                        connection[0] = of;
                        return rig.tcp.connect(packet, of, "test", SideOptions.DEFAULT, dialer);
                      }))
              .relays =
          rig.tcp;
      rig.vm.finishes = false;
      rig.connect();
      await(rig, () -> rig.vm.isEstablished);
      rig.fromVm.cut = true;
      silent.countDown();
      await(rig, () -> rig.tcp.of(connection[0]).held(Direction.INBOUND) == 40_000);
      sent.countDown();
      await(rig, () -> rig.tcp.of(connection[0]).held(Direction.INBOUND) == 40_010);
    }
  }

  @Test
  void whatRefusesIsAClosedPort() throws Exception {
    SocketAddress nobody;
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      nobody = server.bind(loopback()).getLocalAddress();
    }
    try (RelayRig rig = dialing(new Proxy(nobody, false, null))) {
      rig.connect();
      await(rig, () -> rig.vm.closed != null);
      assertEquals(Closing.REFUSED, rig.vm.closed);
      assertEquals(0, rig.toPeer.sent);
      assertEquals(0, rig.tcp.count());
    }
  }

  @Test
  void aDialerThatThrowsIsAClosedPort() {
    SocketAddress unknown = InetSocketAddress.createUnresolved("nowhere.invalid", 9050);
    try (RelayRig rig = dialing(new Proxy(unknown, false, null))) {
      rig.connect();
      rig.pass(10);
      assertEquals(Closing.REFUSED, rig.vm.closed);
      assertEquals(0, rig.tcp.count());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3 host", "4 net", "5 admin"})
  void whatCannotBeReachedIsSaidByIcmp(String answer) throws Exception {
    try (ServerSocketChannel server = serve(loopback(), to -> echo(to, answer, 5));
        RelayRig rig = dialing(new Proxy(server.getLocalAddress(), false, "hello"))) {
      List<String> seen = new ArrayList<>();
      rig.toVm.seen = frame -> seen.add(PacketText.of(frame));
      rig.connect();
      await(rig, () -> !seen.isEmpty());
      assertEquals(1, seen.size());
      assertTrue(seen.getFirst().contains("icmp"), seen.getFirst());
      assertNull(rig.vm.closed);
      rig.pass(1_500); // the VM asks again, of a connection that is new
      assertEquals(2, rig.count("tcp/relays-opened"));
      assertEquals(0, rig.toPeer.sent);
    }
  }

  @Test
  void aSynOfThePeerIsNotForASocket() {
    try (RelayRig rig = new RelayRig(1)) {
      List<Opening> said = new ArrayList<>();
      rig.add(
          new RelayRig.Decider(
              (packet, of) -> {
                said.add(
                    rig.tcp.connect(
                        packet,
                        of,
                        "test",
                        SideOptions.DEFAULT,
                        new Proxy(loopback(), false, null)));
                return said.getLast();
              }));
      rig.peer.connect(1, rig.clock.nanos());
      rig.pass(10);
      assertEquals(List.of(Opening.UNSUITABLE), said);
    }
  }
}
