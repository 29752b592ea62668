package org.vtl.lab.internal.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Requests and answers of one byte over one TCP connection, one after the other, each timed. */
public final class TcpRequests {
  private TcpRequests() {}

  /**
   * Asks and answers for {@code duration}, on the calling thread.
   *
   * @param from where the connection is opened
   * @param to where it is accepted
   * @param at the address that is listened at; port 0 for any
   * @return how long each answer took
   * @throws IOException in one sentence, if the connection fails
   */
  public static Latency run(Site from, Site to, InetSocketAddress at, Duration duration)
      throws IOException {
    try (ServerSocketChannel listener = TcpTransfer.listen(to, at);
        SocketChannel client = TcpTransfer.connect(from, listener.getLocalAddress());
        SocketChannel server = listener.accept()) {
      server.socket().setTcpNoDelay(true);
      Thread.ofPlatform().daemon().name("vtl-answers").start(() -> answer(server));
      Latency.Samples samples = new Latency.Samples();
      ByteBuffer one = ByteBuffer.allocateDirect(1);
      long end = System.nanoTime() + duration.toNanos();
      for (long sent = System.nanoTime(); sent < end; ) {
        client.write(one.clear());
        if (client.read(one.clear()) < 0) {
          throw new IOException("The connection from " + client.getLocalAddress() + " ended.");
        }
        long now = System.nanoTime();
        samples.add(now - sent);
        sent = now;
      }
      return samples.latency();
    }
  }

  private static void answer(SocketChannel server) {
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    try {
      while (server.read(one.clear()) >= 0) {
        server.write(one.flip());
      }
    } catch (IOException e) {
      // The asking end has closed, or sees the same and reports it.
    }
  }
}
