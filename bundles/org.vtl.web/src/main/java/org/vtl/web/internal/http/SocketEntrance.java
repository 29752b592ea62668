package org.vtl.web.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Another way to the listening port, through a socket in the file system that only its owner may
 * use: where VTL has a network of its own, as in the lab, a browser outside of it has no other.
 */
public final class SocketEntrance implements AutoCloseable {
  private static final int MOST = 256;
  private static final long REST_NANOS = 50_000_000;

  private final ServerSocketChannel server;
  private final Path socket;
  private final InetSocketAddress port;
  private final Semaphore room = new Semaphore(MOST);

  private SocketEntrance(ServerSocketChannel server, Path socket, InetSocketAddress port) {
    this.server = server;
    this.socket = socket;
    this.port = port;
  }

  /** Listens at {@code socket}, and passes what comes to {@code port}. */
  public static SocketEntrance open(Path socket, InetSocketAddress port) throws IOException {
    Files.createDirectories(socket.toAbsolutePath().getParent());
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    SocketEntrance entrance = new SocketEntrance(server, socket, port);
    Thread.ofPlatform().daemon().name("vtl-web-entrance").start(entrance::accept);
    return entrance;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        room.acquire();
        SocketChannel from = server.accept();
        Thread.ofVirtual().start(() -> join(from));
      } catch (IOException e) {
        room.release();
        rest();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Where the system has no file descriptor left, to ask again at once is of no use. */
  private static void rest() {
    LockSupport.parkNanos(REST_NANOS);
  }

  private void join(SocketChannel from) {
    try (from;
        SocketChannel to = SocketChannel.open(port)) {
      Thread back = Thread.ofVirtual().start(() -> copy(to, from));
      copy(from, to);
      back.join();
    } catch (IOException e) {
      // One of the two has gone; the other goes with it.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      room.release();
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    try {
      InputStream in = Channels.newInputStream(from);
      OutputStream out = Channels.newOutputStream(to);
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed all the same.
      return;
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      System.getLogger(SocketEntrance.class.getName())
          .log(System.Logger.Level.DEBUG, "A socket was not removed.", e);
    }
  }
}
