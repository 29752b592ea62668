package org.vtl.service.tor.internal.socks;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vtl.packet.Address;
import org.vtl.tcp.DialerHandshake.Answer;

/**
 * Asks Tor for names of addresses: the SOCKS5 command RESOLVE_PTR, an extension of Tor's. Each
 * question has a connection and a virtual thread of its own; no more than 64 are asked at once, and
 * each for no longer than a quarter of a minute.
 */
public final class Resolver {
  /** Questions at once. */
  public static final int MOST = 64;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final int LONGEST = 262;

  private final Supplier<SocketAddress> server;
  private final Supplier<Credentials> credentials;
  private final Semaphore free = new Semaphore(MOST);

  /**
   * One that asks at {@code server}.
   *
   * @param server where Tor's SOCKS port is now; null while it is not known
   * @param credentials for one question; null for none
   */
  public Resolver(Supplier<SocketAddress> server, Supplier<Credentials> credentials) {
    this.server = server;
    this.credentials = credentials;
  }

  /**
   * Asks for the name of {@code address}. Any thread; waits for nothing.
   *
   * @param answer gets the name, or null where there is none, on a thread of this class; or at once
   *     null if too many are being asked
   */
  public void reverse(Address address, Consumer<String> answer) {
    SocketAddress at = server.get();
    if (at == null || !free.tryAcquire()) {
      answer.accept(null);
      return;
    }
    Thread.ofVirtual()
        .name("vtl-tor-resolve")
        .start(
            () -> {
              String name = null;
              try {
                name = ask(at, address);
              } catch (IOException | RuntimeException e) {
                // no name then
              } finally {
                free.release();
              }
              answer.accept(name);
            });
  }

  private String ask(SocketAddress at, Address address) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    boolean local = at instanceof UnixDomainSocketAddress;
    try (SocketChannel channel =
            local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      if (!channel.connect(at)) {
        await(selector, deadline);
        channel.finishConnect();
      }
      key.interestOps(SelectionKey.OP_READ);
      Socks5 words =
          new Socks5(Socks5.RESOLVE_PTR, Target.of(address, 0), credentials.get(), false, null);
      ByteBuffer in = ByteBuffer.allocate(LONGEST);
      ByteBuffer out = ByteBuffer.allocate(1_024);
      words.begin(out);
      while (true) {
        out.flip();
        while (out.hasRemaining()) {
          channel.write(out); // some hundred bytes into an empty socket
        }
        out.clear();
        await(selector, deadline);
        if (channel.read(in) < 0) {
          throw new EOFException("The SOCKS server hung up.");
        }
        in.flip();
        Answer answer = words.received(in, out);
        if (answer == Answer.CONNECTED) {
          return words.boundName();
        }
        if (answer != Answer.PENDING) {
          return null;
        }
        in.compact();
      }
    }
  }

  private static void await(Selector selector, long deadline) throws IOException {
    selector.selectedKeys().clear();
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0 || selector.select(millis) == 0) {
      throw new SocketTimeoutException("The SOCKS server does not answer.");
    }
    selector.selectedKeys().clear();
  }
}
