package org.vtl.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Lets browsers outside of the lab's network reach the web console in it: listens on loopback and
 * passes what comes to a socket in the file system. Ends when its standard input does, which is
 * held open by the lab.
 */
public final class PortRelay {
  private PortRelay() {}

  /** With the port and the socket's path. */
  public static void main(String[] words) throws IOException {
    int port = Integer.parseInt(words[0]);
    Path socket = Path.of(words[1]);
    Thread.ofPlatform().daemon().start(PortRelay::awaitEnd);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      while (true) {
        SocketChannel from = server.accept();
        Thread.ofVirtual().start(() -> join(from, socket));
      }
    } catch (IOException e) {
      System.err.println(
          "The web console cannot be reached from outside the lab, because port %d cannot be used (%s); end what listens there, or change org.osgi.service.http.port in etc/vtl.properties."
              .formatted(port, e.getMessage()));
    }
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said; the end is all that counts.
      }
    } catch (IOException e) {
      // As good as its end.
    }
    System.exit(0);
  }

  private static void join(SocketChannel from, Path socket) {
    try (from;
        SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      Thread back = Thread.ofVirtual().start(() -> copy(to, from));
      copy(from, to);
      back.join();
    } catch (IOException e) {
      // VTL does not listen, or one of the two has gone; the browser sees its connection end.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    try {
      Channels.newInputStream(from).transferTo(Channels.newOutputStream(to));
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
}
