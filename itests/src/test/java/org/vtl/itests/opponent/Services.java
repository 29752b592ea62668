package org.vtl.itests.opponent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Services of a host: answers on the ports that it is given, {@code tcp/22} or {@code udp/53}, with
 * what it was told, until it is killed. A program of its own.
 */
final class Services {
  private static final int BACKLOG = 4096;

  private Services() {}

  public static void main(String[] ports) throws IOException {
    Selector selector = Selector.open();
    for (String port : ports) {
      InetSocketAddress address =
          new InetSocketAddress("::", Integer.parseInt(port.substring(port.indexOf('/') + 1)));
      if (port.startsWith("tcp/")) {
        register(selector, ServerSocketChannel.open().bind(address, BACKLOG));
      } else {
        register(selector, DatagramChannel.open().bind(address));
      }
    }
    System.out.println("ready");
    ByteBuffer bytes = ByteBuffer.allocateDirect(65_536);
    while (true) {
      selector.select(key -> serve(selector, key, bytes));
    }
  }

  private static SelectionKey register(Selector selector, SelectableChannel channel)
      throws IOException {
    channel.configureBlocking(false);
    return channel.register(
        selector,
        channel instanceof ServerSocketChannel ? SelectionKey.OP_ACCEPT : SelectionKey.OP_READ);
  }

  private static void serve(Selector selector, SelectionKey key, ByteBuffer bytes) {
    bytes.clear();
    try {
      switch (key.channel()) {
        case ServerSocketChannel server -> register(selector, server.accept());
        case DatagramChannel socket -> {
          SocketAddress from = socket.receive(bytes);
          socket.send(bytes.flip(), from);
        }
        case SocketChannel socket -> {
          if (socket.read(bytes) < 0) {
            socket.close();
          } else {
            socket.write(bytes.flip());
          }
        }
        default -> throw new IllegalStateException(key.channel().toString());
      }
    } catch (IOException e) {
      if (key.channel() instanceof SocketChannel socket) {
        close(socket);
      }
    }
  }

  private static void close(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // the scanner has reset it
    }
  }
}
