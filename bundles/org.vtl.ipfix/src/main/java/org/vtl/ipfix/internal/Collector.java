package org.vtl.ipfix.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/**
 * Where a collector is.
 *
 * @param host its name or address
 * @param port its port
 * @param stream whether messages go by TCP; else by UDP
 */
record Collector(String host, int port, boolean stream) {
  private static final int LARGEST_PORT = 65_535;
  private static final int PATIENCE_MILLIS = 5_000;

  /**
   * Reads {@code HOST:PORT}, an IPv6 address in brackets, and {@code udp} or {@code tcp}.
   *
   * @throws IllegalArgumentException in one sentence, if it is neither
   */
  static Collector parse(String address, String transport) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon).strip();
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String port = colon < 0 ? "" : address.substring(colon + 1).strip();
    String words = transport.strip().toLowerCase(Locale.ROOT);
    if (host.isEmpty()
        || host.contains(":") && !bracketed
        || !port.matches("\\d{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > LARGEST_PORT) {
      throw new IllegalArgumentException(
          "org.vtl.ipfix has collector \"%s\"; give HOST:PORT, such as 192.0.2.7:4739 or [2001:db8::7]:4739."
              .formatted(address));
    }
    if (!words.equals("udp") && !words.equals("tcp")) {
      throw new IllegalArgumentException(
          "org.vtl.ipfix has transport \"%s\"; give udp or tcp.".formatted(transport));
    }
    return new Collector(
        bracketed ? host.substring(1, host.length() - 1) : host,
        Integer.parseInt(port),
        words.equals("tcp"));
  }

  /** A way there; over TCP it waits for five seconds at most. */
  ByteChannel open() throws IOException {
    InetSocketAddress to = new InetSocketAddress(host, port);
    if (to.isUnresolved()) {
      throw new IOException("the name " + host + " is unknown");
    }
    if (!stream) {
      DatagramChannel channel = DatagramChannel.open();
      try {
        return channel.connect(to);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
    SocketChannel channel = SocketChannel.open();
    try {
      channel.socket().connect(to, PATIENCE_MILLIS);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Sends all of a message. */
  static void send(ByteChannel channel, ByteBuffer message) throws IOException {
    while (message.hasRemaining()) {
      try {
        channel.write(message);
      } catch (PortUnreachableException e) {
        // Told of a datagram before, in place of sending this one; who is away may be back.
        channel.write(message);
      }
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port + (stream ? "/tcp" : "/udp");
  }
}
