package org.vtl.io.linux.internal;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A TCP connection between two namespaces that carries seeded random bytes. */
final class Transfer {
  private static final int CHUNK = 1 << 20;

  private Transfer() {}

  /** Sends so many MiB; whether what arrived has the SHA-256 of what was sent. */
  static boolean tcp(Namespace from, Namespace to, String address, int mebibytes) throws Exception {
    try (ServerSocketChannel listener = to.run(ServerSocketChannel::open)) {
      listener.bind(new InetSocketAddress(address, 0));
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      CompletableFuture<String> received = new CompletableFuture<>();
      Thread.ofPlatform().daemon().start(() -> receive(listener, received));
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (SocketChannel channel = from.run(SocketChannel::open)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.socket().connect(new InetSocketAddress(address, port), 10_000);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        byte[] bytes = new byte[CHUNK];
        Random random = new Random(1);
        for (int i = 0; i < mebibytes; i++) {
          random.nextBytes(bytes);
          digest.update(bytes);
          chunk.clear().put(bytes).flip();
          while (chunk.hasRemaining()) {
            channel.write(chunk);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest()).equals(received.get());
    }
  }

  private static void receive(ServerSocketChannel listener, CompletableFuture<String> received) {
    try (SocketChannel channel = listener.accept()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
      while (channel.read(chunk) >= 0) {
        digest.update(chunk.flip());
        chunk.clear();
      }
      received.complete(HexFormat.of().formatHex(digest.digest()));
    } catch (Exception e) {
      received.completeExceptionally(e);
    }
  }
}
