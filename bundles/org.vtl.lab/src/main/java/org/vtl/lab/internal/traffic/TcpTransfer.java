package org.vtl.lab.internal.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * One TCP connection that carries bytes one way until it is told to finish, and proves that they
 * arrived: the receiver answers the end of the stream with how many bytes it had and their CRC-32C.
 *
 * <pre>{@code
 * TcpTransfer transfer = TcpTransfer.start(vm, net, new InetSocketAddress("10.10.0.2", 0), 0);
 * ...
 * TcpTransfer.Result result = transfer.finish();
 * }</pre>
 *
 * <p>Two threads of its own, which end with it. Its methods are for one thread.
 */
public final class TcpTransfer implements AutoCloseable {
  private static final int CONNECT_MILLIS = 3_000;
  private static final int FINISH_SECONDS = 20;
  private static final int CHUNK = 1 << 16;

  private final SocketChannel client;
  private final SocketChannel server;
  private final long bytesPerSecond;
  private final Future<Result> sender;
  private volatile boolean finishing;
  private volatile long sent;

  private TcpTransfer(SocketChannel client, SocketChannel server, long bytesPerSecond) {
    this.client = client;
    this.server = server;
    this.bytesPerSecond = bytesPerSecond;
    Executor threads = task -> Thread.ofPlatform().daemon().name("vtl-transfer").start(task);
    threads.execute(this::receive);
    sender = CompletableFuture.supplyAsync(this::send, threads);
  }

  /**
   * Opens the connection and lets bytes flow.
   *
   * @param from where it is opened
   * @param to where it is accepted
   * @param at the address that is listened at; port 0 for any
   * @param bytesPerSecond its pace; 0 for as fast as it goes
   * @throws IOException in one sentence, if there is no connection after 3 s
   */
  public static TcpTransfer start(Site from, Site to, InetSocketAddress at, long bytesPerSecond)
      throws IOException {
    try (ServerSocketChannel listener = listen(to, at)) {
      SocketChannel client = connect(from, listener.getLocalAddress());
      return over(client, listener.accept(), bytesPerSecond);
    }
  }

  /** A transfer between two connected sockets, which it owns from here on. */
  static TcpTransfer over(SocketChannel client, SocketChannel server, long bytesPerSecond) {
    return new TcpTransfer(client, server, bytesPerSecond);
  }

  static ServerSocketChannel listen(Site site, InetSocketAddress at) throws IOException {
    ServerSocketChannel listener = site.call(ServerSocketChannel::open);
    try {
      listener.bind(at);
      return listener;
    } catch (IOException e) {
      listener.close();
      throw new IOException("Nothing can listen at " + text(at) + ": " + e.getMessage() + ".", e);
    }
  }

  static SocketChannel connect(Site site, SocketAddress to) throws IOException {
    SocketChannel channel = site.call(SocketChannel::open);
    try {
      channel.socket().connect(to, CONNECT_MILLIS);
      channel.socket().setTcpNoDelay(true);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "There is no connection to " + text(to) + ": " + e.getMessage() + ".", e);
    }
  }

  /** An address as people write it. */
  static String text(SocketAddress address) {
    String text = address.toString();
    return text.substring(text.indexOf('/') + 1);
  }

  /** Bytes given to the sender's kernel up to now. */
  public long sent() {
    return sent;
  }

  /** Whether it has ended before it was told to, which is a fault. */
  public boolean isBroken() {
    return sender.isDone() && !finishing;
  }

  /** Ends the stream, waits up to 20 s for the receiver's answer, and closes. */
  public Result finish() {
    finishing = true;
    try {
      return sender.get(FINISH_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return new Result(sent, 0, false, "it stood still for " + FINISH_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(sent, 0, false, "it was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      close();
    }
  }

  /** Ends it wherever it is. */
  @Override
  public void close() {
    finishing = true;
    for (SocketChannel channel : new SocketChannel[] {client, server}) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing depends on a socket that is given up.
      }
    }
  }

  private Result send() {
    long start = System.nanoTime();
    CRC32C checksum = new CRC32C();
    ByteBuffer chunk = chunk();
    try {
      for (long number = 0; !finishing; number++) {
        // Without a number in each, chunks that changed places would go unseen.
        chunk.clear().putLong(0, number);
        checksum.update(chunk);
        chunk.flip();
        while (chunk.hasRemaining()) {
          sent += client.write(chunk);
        }
        pace(start);
      }
      client.shutdownOutput();
      ByteBuffer answer = ByteBuffer.allocate(Long.BYTES * 2);
      while (answer.hasRemaining() && client.read(answer) >= 0) {}
      double seconds = (System.nanoTime() - start) / 1e9;
      if (answer.hasRemaining()) {
        return new Result(sent, seconds, false, "the receiver ended it");
      }
      boolean intact = answer.getLong(0) == sent && answer.getLong(8) == checksum.getValue();
      return new Result(sent, seconds, intact, intact ? "" : "the bytes received are others");
    } catch (IOException e) {
      return new Result(sent, (System.nanoTime() - start) / 1e9, false, e.getMessage());
    }
  }

  private ByteBuffer chunk() {
    long paced = bytesPerSecond / 200;
    int size = bytesPerSecond == 0 ? CHUNK : Math.clamp(paced, Long.BYTES, CHUNK);
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return ByteBuffer.allocateDirect(size).put(bytes);
  }

  private void pace(long start) {
    if (bytesPerSecond > 0) {
      long due = start + (long) (sent * 1e9 / bytesPerSecond);
      for (long left; !finishing && (left = due - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(left);
      }
    }
  }

  private void receive() {
    CRC32C checksum = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    long received = 0;
    try {
      while (server.read(chunk.clear()) >= 0) {
        received += chunk.position();
        checksum.update(chunk.flip());
      }
      ByteBuffer answer = ByteBuffer.allocate(Long.BYTES * 2);
      answer.putLong(received).putLong(checksum.getValue()).flip();
      while (answer.hasRemaining()) {
        server.write(answer);
      }
      server.shutdownOutput();
    } catch (IOException e) {
      // The sender sees the same, and reports it.
    }
  }

  /**
   * How a transfer went.
   *
   * @param bytes given to the sender's kernel
   * @param seconds from start to the receiver's answer
   * @param intact whether the receiver had exactly these bytes
   * @param failure why not, in a few words; empty when it is intact
   */
  public record Result(long bytes, double seconds, boolean intact, String failure) {
    /** Megabits of content per second. */
    public double megabitsPerSecond() {
      return seconds <= 0 ? 0 : bytes * 8 / seconds / 1e6;
    }
  }
}
