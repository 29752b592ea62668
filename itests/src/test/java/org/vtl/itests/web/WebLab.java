package org.vtl.itests.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vtl.itests.RunningLab;

/**
 * A lab with a web console, reached on a port that is free: the lab's own relay takes one port for
 * all labs of a machine.
 */
public final class WebLab implements AutoCloseable {
  public final RunningLab lab;
  private final ServerSocketChannel server;

  private WebLab(RunningLab lab, ServerSocketChannel server) {
    this.lab = lab;
    this.server = server;
  }

  /** Starts it with feature {@code web} and {@code features}, with commas between. */
  public static WebLab start(Path folder, String features, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("--with", "web," + features));
    all.addAll(List.of(options));
    RunningLab lab = RunningLab.start(folder, all.toArray(String[]::new));
    Path socket = lab.data().resolve("run/web.sock");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().start(() -> relay(server, socket));
    return new WebLab(lab, server);
  }

  /** Where its console is: scheme, address and port. */
  String origin() throws IOException {
    return "http://127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  /** The token that its start printed. */
  String token() throws IOException {
    return Files.readString(lab.data().resolve("web/first-login")).strip();
  }

  private static void relay(ServerSocketChannel server, Path socket) {
    try {
      while (true) {
        SocketChannel from = server.accept();
        Thread.ofVirtual().start(() -> join(from, socket));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private static void join(SocketChannel from, Path socket) {
    try (from;
        SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      Thread back = Thread.ofVirtual().start(() -> copy(to, from));
      copy(from, to);
      back.join();
    } catch (IOException e) {
      // one of the two has gone, and the other sees it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    try {
      Channels.newInputStream(from).transferTo(Channels.newOutputStream(to));
      to.shutdownOutput();
    } catch (IOException e) {
      try {
        from.close();
        to.close();
      } catch (IOException closed) {
        // gone
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    lab.close();
  }
}
